import type { Scenario } from '@lapse/experiment';
import type { Command } from 'commander';
import type { ConductOptions } from '../conducting.ts';
import type { ExitCode } from '../endings.ts';
import { positiveInteger } from '../invocation.ts';
import type { Output } from '../output.ts';

/** As many experiments as two cores measure without disturbing one another. */
const CONCURRENCY = 3;

/** What those flags say. */
export interface ConductFlags extends ConductOptions {
  readonly times: number;
}

/** The flags of every command that runs scenarios. */
export function conductingFlags(command: Command): Command {
  return command
    .option('--concurrency <count>', 'scenarios at a time', positiveInteger, CONCURRENCY)
    .option('--times <count>', 'rounds: how often each scenario is run', positiveInteger, 1)
    .option('--queue <name>', "a task queue whose workers may run experiments, too (default: one of this run's own)");
}

/** Temporal's client is half of the time that a command takes to start: it is loaded when it is clear that it is needed. */
export async function conduct(
  scenarios: readonly Scenario[],
  { times, ...options }: ConductFlags,
  output: Output,
): Promise<ExitCode> {
  const { conductScenarios } = await import('../conducting.ts');
  const rounds = Array.from({ length: times }, () => scenarios).flat();
  return await conductScenarios(rounds, options, output);
}
