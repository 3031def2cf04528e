import type { Command } from 'commander';
import { requireMeasurable, resolveScenarios } from '../catalogue.ts';
import { contained } from '../contained.ts';
import { examples } from '../help.ts';
import { type Invocation, performs } from '../invocation.ts';
import { against, requireListening, type TargetFlag, targetFlag } from '../target.ts';
import { type ConductFlags, conduct, conductingFlags } from './conducting-flags.ts';

/** `lapse run FILE|ID...` */
export function addRun(program: Command, invocation: Invocation): void {
  const command = targetFlag(conductingFlags(program.command('run')))
    .description('Run scenarios: files of yours, or ids of the catalogue.')
    .argument('<scenario...>', 'a scenario file, or the id of a scenario in the catalogue')
    .addHelpText(
      'after',
      examples(
        ['run receive-idle-session'],
        ['run my/first.yaml my/second.yaml --concurrency 1'],
        ['run my/first.yaml --json > run.json'],
        ['run my/first.yaml --target net.tcp://test-server:8081/orders'],
        ['run service-killed-while-idle --service container'],
      ),
    );
  performs<ConductFlags & TargetFlag>(command, invocation, async (names, { target, ...options }, output) => {
    const found = await contained(against(await resolveScenarios(names), target), options);
    requireMeasurable(found);
    // Stations elsewhere may reach what this machine does not.
    if (target !== undefined && options.queue === undefined) await requireListening(target);
    return await conduct(found, options, output);
  });
}
