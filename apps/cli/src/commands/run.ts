import type { Command } from 'commander';
import { requireMeasurable, resolveScenarios } from '../catalogue.ts';
import { type Invocation, performs } from '../invocation.ts';
import { CATALOGUE } from '../places.ts';
import { type ConductFlags, conduct, conductingFlags } from './conducting-flags.ts';

/** `lapse run FILE|ID...` */
export function addRun(program: Command, invocation: Invocation): void {
  const command = conductingFlags(program.command('run'))
    .description('Run scenarios: files of yours, or ids of the catalogue.')
    .argument('<scenario...>', 'a scenario file, or the id of a scenario in the catalogue')
    .addHelpText(
      'after',
      `
Examples:
  lapse run receive-idle-session
  lapse run my/first.yaml my/second.yaml --concurrency 1
  lapse run my/first.yaml --json > run.json`,
    );
  performs<ConductFlags>(command, invocation, async (names, options, output) => {
    const scenarios = (await resolveScenarios(names, CATALOGUE)).map(({ scenario }) => scenario);
    requireMeasurable(scenarios);
    return await conduct(scenarios, options, output);
  });
}
