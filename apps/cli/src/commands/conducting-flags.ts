import type { Scenario } from '@lapse/experiment';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { type ServiceFlag, serviceFlag } from '../contained.ts';
import type { ExitCode } from '../endings.ts';
import { nonEmpty, positiveInteger } from '../invocation.ts';
import type { Output } from '../output.ts';
import type { ConductOptions } from '../planned-run.ts';
import { numbersFrom, shuffled } from '../seed.ts';

/** As many experiments as two cores measure without disturbing one another. */
const CONCURRENCY = 5;

/** What those flags say. */
export interface ConductFlags extends ConductOptions, ServiceFlag {
  readonly times: number;
}

/** The flags of every command that runs scenarios. */
export function conductingFlags(command: Command): Command {
  return serviceFlag(command)
    .option('--concurrency <count>', 'scenarios at a time', positiveInteger, CONCURRENCY)
    .option('--times <count>', 'rounds: how often each scenario is run', positiveInteger, 1)
    .option('--fail-fast', 'start no other scenario after the first that is not confirmed', false)
    .option('--runs <folder>', 'where the run is recorded, in a folder of its own (default: .lapse/runs)', nonEmpty)
    .addOption(conductorOption())
    .option('--allow-in-process', 'a run that Temporal did not conduct may end with 0', false)
    .option(
      '--queue <name>',
      "a task queue whose workers may run experiments, too (default: one of this run's own)",
      nonEmpty,
    );
}

function conductorOption(): Option {
  return new Option(
    '--conductor <who>',
    'temporal, or in-process (default: temporal, in-process where there is none)',
  ).argParser((text): ConductOptions['conductor'] => {
    if (text === 'temporal') return 'temporal';
    if (text === 'in-process') return 'inProcess';
    throw new InvalidArgumentError('It is temporal or in-process.');
  });
}

/** Temporal's client is half of the time that a command takes to start: it is loaded when it is clear that it is needed. */
export async function conduct(
  scenarios: readonly Scenario[],
  { times, ...options }: ConductFlags,
  output: Output,
): Promise<ExitCode> {
  const { conductScenarios } = await import('../conducting.ts');
  return await conductScenarios(roundsOf(scenarios, times, options.seed), options, output);
}

/** Every round in an order of its own, where chance decides. */
function roundsOf(scenarios: readonly Scenario[], times: number, seed?: string): readonly Scenario[] {
  const rounds = Array.from({ length: times }, () => scenarios);
  if (seed === undefined) return rounds.flat();
  const numbers = numbersFrom(seed);
  return rounds.flatMap((round) => shuffled(round, numbers));
}
