import type { Command } from 'commander';
import { type Catalogued, requireMeasurable, scenariosIn } from '../catalogue.ts';
import { contained } from '../contained.ts';
import { EXIT, Refusal } from '../endings.ts';
import { examples } from '../help.ts';
import { type Invocation, performs, wordList } from '../invocation.ts';
import { CATALOGUE } from '../places.ts';
import { parseSeed } from '../seed.ts';
import { type ConductFlags, conduct, conductingFlags } from './conducting-flags.ts';

interface SuiteFlags extends ConductFlags {
  readonly only?: readonly string[];
  readonly tag?: readonly string[];
}

/** `lapse suite [FOLDER]` */
export function addSuite(program: Command, invocation: Invocation): void {
  const command = conductingFlags(program.command('suite'))
    .description('Run every scenario of the catalogue, or of a folder.')
    .argument('[folder]', 'a folder of scenario files')
    .option('--only <ids>', 'ids, or patterns with * and ?, parted by commas', wordList)
    .option('--tag <tags>', 'scenarios that have one of these tags, parted by commas', wordList)
    .option('--seed <hex>', 'shuffle the order, the same way for the same seed; random draws one', parseSeed)
    .addHelpText(
      'after',
      examples(
        ['suite'],
        ['suite my/scenarios --concurrency 2'],
        ["suite --only 'open-*,receive-idle-session'"],
        ['suite --tag receive --times 20 --seed random'],
        ['suite --json > suite.json'],
      ),
    );
  performs<SuiteFlags>(command, invocation, async ([folder = CATALOGUE], { only, tag, ...options }, output) => {
    const found = await scenariosIn(folder, { only, single: 'run' });
    const chosen = await contained(tag === undefined ? found : tagged(found, tag), options);
    requireMeasurable(chosen);
    return await conduct(chosen, options, output);
  });
}

function tagged(scenarios: readonly Catalogued[], tags: readonly string[]): readonly Catalogued[] {
  const chosen = scenarios.filter(({ scenario }) => scenario.tags?.some((tag) => tags.includes(tag)));
  if (chosen.length > 0) return chosen;
  const known = [...new Set(scenarios.flatMap(({ scenario }) => scenario.tags ?? []))].toSorted();
  const which = tags.length === 1 ? `the tag ${tags[0]}` : `any of the tags ${tags.join(', ')}`;
  throw new Refusal(EXIT.usage, `No scenario has ${which}. There are: ${known.join(', ') || 'no tags at all'}.`);
}
