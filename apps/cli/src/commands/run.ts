import type { Command } from 'commander';
import { requireMeasurable, resolveScenarios } from '../catalogue.ts';
import { examples } from '../help.ts';
import { type Invocation, performs } from '../invocation.ts';
import { type ConductFlags, conduct, conductingFlags } from './conducting-flags.ts';

/** `lapse run FILE|ID...` */
export function addRun(program: Command, invocation: Invocation): void {
  const command = conductingFlags(program.command('run'))
    .description('Run scenarios: files of yours, or ids of the catalogue.')
    .argument('<scenario...>', 'a scenario file, or the id of a scenario in the catalogue')
    .addHelpText(
      'after',
      examples(
        ['run receive-idle-session'],
        ['run my/first.yaml my/second.yaml --concurrency 1'],
        ['run my/first.yaml --json > run.json'],
      ),
    );
  performs<ConductFlags>(command, invocation, async (names, options, output) => {
    const found = await resolveScenarios(names);
    requireMeasurable(found);
    const scenarios = found.map(({ scenario }) => scenario);
    return await conduct(scenarios, options, output);
  });
}
