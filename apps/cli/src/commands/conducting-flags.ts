import type { Command } from 'commander';
import { positiveInteger } from '../invocation.ts';

/** As many experiments as two cores measure without disturbing one another. */
const CONCURRENCY = 3;

/** The flags of every command that runs scenarios. */
export function conductingFlags(command: Command): Command {
  return command
    .option('--concurrency <count>', 'scenarios at a time', positiveInteger, CONCURRENCY)
    .option('--queue <name>', "a task queue whose workers may run experiments, too (default: one of this run's own)");
}
