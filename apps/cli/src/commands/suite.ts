import type { Command } from 'commander';
import { scenariosIn } from '../catalogue.ts';
import { type Invocation, performs } from '../invocation.ts';
import { CATALOGUE } from '../places.ts';
import { type ConductFlags, conduct, conductingFlags } from './conducting-flags.ts';

/** `lapse suite [FOLDER]` */
export function addSuite(program: Command, invocation: Invocation): void {
  const command = conductingFlags(program.command('suite'))
    .description('Run every scenario of the catalogue, or of a folder.')
    .argument('[folder]', 'a folder of scenario files')
    .addHelpText(
      'after',
      `
Examples:
  lapse suite
  lapse suite my/scenarios --concurrency 2
  lapse suite --times 20
  lapse suite --json > suite.json`,
    );
  performs<ConductFlags>(command, invocation, async ([folder = CATALOGUE], options, output) =>
    conduct(await scenariosIn(folder), options, output),
  );
}
