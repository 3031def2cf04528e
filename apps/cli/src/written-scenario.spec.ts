import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { INFINITE, type Scenario } from '@lapse/experiment';
import { scenarioFile } from '@lapse/report';
import { formatProblem, loadScenario } from '@lapse/scenario-file';
import { scenariosIn } from './catalogue.ts';
import { CATALOGUE } from './places.ts';
import { TEMPLATE } from './template.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'lapse-written-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

async function read(text: string, name: string): Promise<Scenario> {
  const path = join(folder, `${name}.yaml`);
  writeFileSync(path, text);
  const parsed = await loadScenario(path);
  if ('scenario' in parsed) return parsed.scenario;
  throw new Error(parsed.problems.map(formatProblem).join('\n'));
}

test('every scenario of the catalogue, written out as a report shows it, reads as itself', async () => {
  const catalogue = await scenariosIn(CATALOGUE, { single: 'run' });
  expect(catalogue.length).toBeGreaterThan(70);
  for (const { scenario } of catalogue) expect(await read(scenarioFile(scenario), scenario.scenario)).toEqual(scenario);
});

test('so does one with infinite timeouts, odd words and a text that means something else to YAML', async () => {
  const template = await read(TEMPLATE, 'my-session');
  const odd = {
    ...template,
    about: 'yes: "no" # {all} \\ of it – in one',
    tags: ['true', 'on'],
    client: { ...template.client, operationTimeout: INFINITE, preambleCut: { after: 3, pause: 50 } },
    service: { ...template.service, receiveTimeout: INFINITE },
  };
  expect(await read(scenarioFile(odd), 'my-session')).toEqual(odd);
});
