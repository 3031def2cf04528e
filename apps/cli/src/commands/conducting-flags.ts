import { resolve } from 'node:path';
import { type Command, InvalidArgumentError, Option } from 'commander';
import type { Catalogued } from '../catalogue.ts';
import { type ServiceFlag, serviceFlag } from '../contained.ts';
import { EXIT, type ExitCode, Refusal } from '../endings.ts';
import { nonEmpty, positiveInteger } from '../invocation.ts';
import type { Output } from '../output.ts';
import type { ConductOptions } from '../planned-run.ts';
import { numbersFrom, shuffled } from '../seed.ts';
import { standingOf } from '../standing.ts';

/** As many experiments as two cores measure without disturbing one another. */
const CONCURRENCY = 5;

/** What those flags say. */
export interface ConductFlags extends ConductOptions, ServiceFlag {
  readonly times: number;
}

/** The flags of every command that makes this machine run scenarios of its own. */
export function stationFlags(command: Command): Command {
  return command
    .option('--concurrency <count>', 'scenarios at a time', positiveInteger, CONCURRENCY)
    .option('--runs <folder>', 'where the run is recorded, in a folder of its own (default: .lapse/runs)', nonEmpty)
    .addOption(conductorOption());
}

/** The flags of every command that runs scenarios that it is told beforehand. */
export function conductingFlags(command: Command): Command {
  return serviceFlag(stationFlags(command))
    .option('--times <count>', 'rounds: how often each scenario is run', positiveInteger, 1)
    .option('--fail-fast', 'start no other scenario after the first that is not confirmed', false)
    .option('--junit <file>', 'write the run there as JUnit XML, too, for a CI', fileToWrite)
    .option('--markdown <file>', 'write the run there as Markdown, too, for the summary of a job', fileToWrite)
    .option('--ui', "keep Temporal's web UI up, during the run and after it, until Ctrl-C", false)
    .option('--allow-in-process', 'a run that Temporal did not conduct may end with 0', false)
    .option(
      '--queue <name>',
      "a task queue whose workers may run experiments, too (default: one of this run's own)",
      nonEmpty,
    )
    .option('--no-station', 'run no experiment here: leave them to the workers of --queue');
}

function fileToWrite(text: string): string {
  if (standingOf(nonEmpty(text)).is === 'folder') throw new InvalidArgumentError('It is a folder, not a file.');
  return text;
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
  scenarios: readonly Catalogued[],
  { times, ...options }: ConductFlags,
  output: Output,
): Promise<ExitCode> {
  const { junit, markdown } = options;
  if (junit !== undefined && markdown !== undefined && resolve(junit) === resolve(markdown))
    throw new Refusal(EXIT.usage, '--junit and --markdown name the same file.');
  const { conductScenarios } = await import('../conducting.ts');
  return await conductScenarios(roundsOf(scenarios, times, options.seed), options, output);
}

/** Every round in an order of its own, where chance decides. */
function roundsOf(scenarios: readonly Catalogued[], times: number, seed?: string): readonly Catalogued[] {
  const rounds = Array.from({ length: times }, () => scenarios);
  if (seed === undefined) return rounds.flat();
  const numbers = numbersFrom(seed);
  return rounds.flatMap((round) => shuffled(round, numbers));
}
