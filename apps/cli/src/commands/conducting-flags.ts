import type { Scenario } from '@lapse/experiment';
import type { Command } from 'commander';
import type { ConductOptions } from '../conducting.ts';
import type { ExitCode } from '../endings.ts';
import { positiveInteger } from '../invocation.ts';
import type { Output } from '../output.ts';

/** As many experiments as two cores measure without disturbing one another. */
const CONCURRENCY = 3;

/** The flags of every command that runs scenarios. */
export function conductingFlags(command: Command): Command {
  return command
    .option('--concurrency <count>', 'scenarios at a time', positiveInteger, CONCURRENCY)
    .option('--queue <name>', "a task queue whose workers may run experiments, too (default: one of this run's own)");
}

/** Temporal's client is half of the time that a command takes to start: it is loaded when it is clear that it is needed. */
export async function conduct(
  scenarios: readonly Scenario[],
  options: ConductOptions,
  output: Output,
): Promise<ExitCode> {
  const { conductScenarios } = await import('../conducting.ts');
  return await conductScenarios(scenarios, options, output);
}
