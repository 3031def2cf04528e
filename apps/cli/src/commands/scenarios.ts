import { predict, type Scenario, whyUnmeasurable, whyUnpredictable } from '@lapse/experiment';
import { scenarioSchema } from '@lapse/scenario-file';
import type { Command } from 'commander';
import { type Catalogued, scenariosIn } from '../catalogue.ts';
import { EXIT, type ExitCode, Refusal } from '../endings.ts';
import { examples, typed } from '../help.ts';
import { type Invocation, performs } from '../invocation.ts';
import type { Output } from '../output.ts';
import { CATALOGUE } from '../places.ts';
import { TEMPLATE } from '../template.ts';
import { describeClaim } from '../words.ts';
import { wrapped } from '../wrapped.ts';

interface ScenariosFlags {
  readonly template: boolean;
  readonly schema: boolean;
}

/** `lapse scenarios [FOLDER]` */
export function addScenarios(program: Command, invocation: Invocation): void {
  const command = program
    .command('scenarios')
    .description('List the catalogue, or the scenarios of a folder; or print a scenario to start from.')
    .argument('[folder]', 'a folder of scenario files')
    .option('--template', 'print one scenario with every key explained, and list nothing', false)
    .option('--schema', 'print the JSON Schema of a scenario file, for editors, and list nothing', false)
    .addHelpText(
      'after',
      `${examples(
        ['scenarios'],
        ['scenarios my/scenarios --json'],
        ['scenarios --template > my-session.yaml', "the file's name is the scenario's id"],
        ['scenarios --schema > scenario.schema.json'],
      )}\n\ndocs/SCENARIO.md explains every key that a scenario file may hold.`,
    );
  performs<ScenariosFlags>(command, invocation, async ([folder], { template, schema }, output) => {
    if (!template && !schema) return list(folder, output);
    if (folder !== undefined || (template && schema))
      throw new Refusal(EXIT.usage, 'A folder, --template and --schema: one of them.');
    return template ? printTemplate(output) : printSchema(output);
  });
}

function printSchema(output: Output): ExitCode {
  const schema = scenarioSchema();
  output.print(JSON.stringify(schema, null, 2));
  output.document({ exitCode: EXIT.confirmed, schema });
  return EXIT.confirmed;
}

function printTemplate(output: Output): ExitCode {
  output.print(TEMPLATE.trimEnd());
  output.document({ exitCode: EXIT.confirmed, template: TEMPLATE });
  return EXIT.confirmed;
}

async function list(folder: string | undefined, output: Output): Promise<ExitCode> {
  const found = await scenariosIn(folder ?? CATALOGUE, { single: 'predict' });
  const scenarios = found.map(listed);
  const text = [...scenarios.map(listedText), tagsText(found, folder)].join('\n\n').trimEnd();
  output.print(wrapped(text, output.columns));
  output.document({ exitCode: EXIT.confirmed, scenarios });
  return EXIT.confirmed;
}

function listed({ file, scenario }: Catalogued) {
  const { scenario: id, about, tags = [], path, scale, runFor } = scenario;
  const { predicted, unmeasurable } = outlook(scenario);
  return {
    ...{ scenario: id, about, file, tags, path, scale, runForMs: runFor, predicted },
    ...(unmeasurable !== undefined && { unmeasurable }),
  };
}

const REFUSED = 'cannot be predicted, and so not be run: ';

function outlook(scenario: Scenario): { readonly predicted: string; readonly unmeasurable?: string | undefined } {
  const refused = whyUnpredictable(scenario);
  if (refused !== undefined) return { predicted: `${REFUSED}${refused}`, unmeasurable: refused };
  const { claims, root } = predict(scenario);
  const claim = claims[root];
  return { predicted: claim ? describeClaim(claim) : 'nothing', unmeasurable: whyUnmeasurable(scenario) };
}

/** Every tag with the number of its scenarios. */
function tagsText(found: readonly Catalogued[], folder: string | undefined): string {
  const all = found.flatMap(({ scenario }) => scenario.tags ?? []);
  const counts = [...new Set(all)].toSorted().map((tag) => `${tag} (${all.filter((other) => other === tag).length})`);
  const suite = folder === undefined ? 'suite' : `suite ${folder}`;
  const choice = all.includes('smoke') ? 'smoke' : all[0];
  return counts.length === 0
    ? ''
    : `Tags: ${counts.join(', ')}\nTo choose by tag: ${typed(`${suite} --tag ${choice}`)}`;
}

function listedText({ scenario, about, tags, predicted, unmeasurable }: ReturnType<typeof listed>): string {
  const cannotRun = unmeasurable === undefined ? [] : [`  cannot be run here: ${unmeasurable}`];
  return [
    `${scenario}${tags.length > 0 ? ` [${tags.join(', ')}]` : ''}`,
    `  ${about}`,
    ...(predicted.startsWith(REFUSED) ? [`  ${predicted}`] : [`  predicted: ${predicted}`, ...cannotRun]),
  ].join('\n');
}
