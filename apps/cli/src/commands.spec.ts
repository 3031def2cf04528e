import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { INSTALLATION } from './places.ts';
import { schemaProblems } from './testing/json-schema.ts';
import { type Ended, lapse } from './testing/lapse.ts';

// Every test starts processes, and a busy machine starts them slowly.
jest.setTimeout(60_000);

let cwd: string;
beforeEach(() => {
  cwd = mkdtempSync(join(tmpdir(), 'lapse-commands-'));
});
afterEach(() => rmSync(cwd, { recursive: true }));

const run = (...words: readonly string[]) => lapse(words, { cwd });

function written(name: string, content: string): string {
  writeFileSync(join(cwd, name), content);
  return name;
}

function scenario(name: string, more = ''): string {
  const text = `scenario: ${name}\nabout: A session of ${name}.\nservice: { receiveTimeoutMs: 2000 }\nworkload: [{ at: 100, do: open }]\nrunFor: "00:00:03"\n${more}`;
  return written(`${name}.yaml`, text);
}

/** The one document on stdout, which its schema allows. */
function documentOf({ stdout, stderr }: Ended, schema: string) {
  const document = JSON.parse(stdout);
  expect({ problems: schemaProblems(schema, document), stderr }).toMatchObject({ problems: [] });
  return document;
}

describe('lapse predict', () => {
  test('says what comes first, each claim with its instant, window and rule, and why every other timer loses', async () => {
    const { exitCode, stdout, stderr } = await run('predict', scenario('mine'));
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    expect(stdout).toContain('mine: A session of mine.\nPredicted: service receive timeout at 2.100 s (claim 2).');
    expect(stdout).toContain('2. service receive timeout at 2.100 s   <- the root\n   within   2.095 s to 2.220 s\n');
    expect(stdout).toContain('   because  receive-timeout: ');
    expect(stdout).toContain('service open timeout: is cancelled (opened)');
    expect(stdout).toContain('service idle timeout: is never started');
  });

  test('takes several, of the catalogue and of files, as one document', async () => {
    const ended = await run('predict', 'open-refused', scenario('mine'), '--json');
    const { predictions } = documentOf(ended, 'predict');
    expect(predictions).toMatchObject([
      { scenario: 'open-refused', prediction: { root: expect.any(Number) } },
      { scenario: 'mine', file: 'mine.yaml', prediction: { claims: expect.any(Array) } },
    ]);
  });

  test('predicts what nothing here can measure, and says so', async () => {
    const file = scenario('old', 'profile: { client: netfx }\n');
    const { exitCode, stdout } = await run('predict', file);
    expect(exitCode).toBe(0);
    expect(stdout).toContain('It cannot be measured here: profile.client netfx is predicted only');
    const { predictions } = documentOf(await run('predict', file, '--json'), 'predict');
    expect(predictions[0].unmeasurable).toContain('netfx');
  });

  test('refuses, with the reason, what no rule decides', async () => {
    const file = scenario('near', 'faults: [{ at: 110, toxic: bandwidth, rate: 0, stream: both }]\n');
    const { exitCode, stderr } = await run('predict', file);
    expect(exitCode).toBe(64);
    expect(stderr).toContain('near cannot be predicted: ');
  });
});

describe('lapse scenarios', () => {
  test('lists the catalogue, each with what a reader learns from it and what is predicted', async () => {
    const { exitCode, stdout } = await run('scenarios');
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/^open-refused.*\n {2}\S.*\n {2}predicted: client connection refused at /m);
    const { scenarios } = documentOf(await run('scenarios', '--json'), 'scenarios');
    expect(scenarios).toContainEqual(expect.objectContaining({ scenario: 'open-refused', path: 'proxy' }));
  });

  test('lists a folder of yours, with the tags and with what cannot be run', async () => {
    scenario('one', 'tags: [receive, short]\n');
    scenario('two', 'profile: { client: netfx }\n');
    const { exitCode, stdout } = await run('scenarios', '.');
    expect(exitCode).toBe(0);
    expect(stdout).toContain('one [receive, short]\n  A session of one.\n');
    expect(stdout).toMatch(/two\n.*\n.*\n {2}cannot be run here: profile\.client netfx/);
    expect(stdout).toMatch(
      /\n\nTags: receive \(1\), short \(1\)\nTo choose by tag: npm run lapse -- suite \. --tag receive\n$/,
    );
  });

  test('where no scenario has a tag, tags are not spoken of', async () => {
    scenario('one');
    expect((await run('scenarios', '.')).stdout).toMatch(/\n {2}predicted: .*\n$/);
  });

  test('prints a template that parses and can be predicted as it stands', async () => {
    const { exitCode, stdout } = await run('scenarios', '--template');
    expect(exitCode).toBe(0);
    expect(await run('predict', written('my-session.yaml', stdout))).toMatchObject({
      exitCode: 0,
      stdout: expect.stringContaining('Predicted: service receive timeout at 4.500 s'),
      stderr: '',
    });
    const { template } = documentOf(await run('scenarios', '--template', '--json'), 'scenarios');
    expect(template.trim()).toBe(stdout.trim());
  });
});

test('docs/schema/scenario.json is what `lapse scenarios --schema` prints: written anew by that where it differs', async () => {
  const { exitCode, stdout } = await run('scenarios', '--schema');
  expect(exitCode).toBe(0);
  expect(JSON.parse(readFileSync(join(INSTALLATION, 'docs/schema/scenario.json'), 'utf8'))).toEqual(JSON.parse(stdout));
  expect(documentOf(await run('scenarios', '--schema', '--json'), 'scenarios').schema).toEqual(JSON.parse(stdout));
  expect(await run('scenarios', '.', '--schema')).toMatchObject({ exitCode: 64 });
});

describe('a suite is chosen from', () => {
  const NO_SERVERS = () => ({ PATH: '/nonexistent', HOME: cwd, LAPSE_CACHE: join(cwd, 'cache') });
  const suite = (...words: readonly string[]) => lapse(['suite', ...words], { cwd, env: NO_SERVERS() });

  test('by an id that nobody has: the nearest one is suggested', async () => {
    const { exitCode, stderr } = await suite('--only', 'open-refused,receive-idle-sesion');
    expect(exitCode).toBe(64);
    expect(stderr).toContain('Did you mean receive-idle-session');
  });

  test('by a pattern that nothing fits', async () => {
    const { exitCode, stderr } = await suite('--only', 'nothing-*');
    expect(exitCode).toBe(64);
    expect(stderr).toContain('There is no scenario named nothing-*.');
  });

  test('by a pattern, so that what is broken but not chosen is not read', async () => {
    scenario('good');
    written('bad.yaml', 'scenario: bad\nabuot: Misspelt.\n');
    expect(await suite('.')).toMatchObject({ exitCode: 64, stderr: expect.stringContaining('bad.yaml:2:1') });
    expect(await suite('.', '--only', 'g??d')).toMatchObject({ exitCode: 69 });
  });

  test('by a tag that no scenario has: those that there are are named', async () => {
    scenario('one', 'tags: [receive]\n');
    const { exitCode, stderr } = await suite('.', '--tag', 'open');
    expect({ exitCode, stderr }).toEqual({
      exitCode: 64,
      stderr: 'No scenario has the tag open. There are: receive.\nNothing was started.\n',
    });
    expect(await suite('.', '--tag', 'open,receive')).toMatchObject({ exitCode: 69 });
  });

  test('in an order that a seed decides, which the first line says with the commit', async () => {
    const { stderr } = await suite('--seed', '5EED');
    expect(stderr).toMatch(/^seed 0000000000005eed, commit \S+\n/);
    expect(await suite('--seed', 'green')).toMatchObject({
      exitCode: 64,
      stderr: expect.stringContaining('hex digits'),
    });
  });
});

test('the doctor, too, says one document', async () => {
  documentOf(await lapse(['doctor', '--json'], { cwd, env: { PATH: '/nonexistent', HOME: cwd } }), 'doctor');
});
