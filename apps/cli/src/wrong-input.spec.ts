import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { schemaProblems } from './testing/json-schema.ts';
import { type Ended, lapse } from './testing/lapse.ts';

// Every test starts processes, and a busy machine starts them slowly.
jest.setTimeout(60_000);

/** A regular file that nobody can read from its beginning, not even an administrator. */
const UNREADABLE = '/proc/self/mem';
const SCENARIO =
  'scenario: good\nabout: A session.\nservice: { receiveTimeoutMs: 2000 }\nworkload: [{ at: 100, do: open }]\nrunFor: "00:00:03"\n';

let cwd: string;
beforeAll(() => {
  cwd = mkdtempSync(join(tmpdir(), 'lapse-wrong-'));
  const at = (...path: readonly string[]) => join(cwd, ...path);
  for (const folder of ['empty', 'pipes', 'unreadable', 'looping', 'folders/dir.yaml', 'dir.yaml'])
    mkdirSync(at(folder), { recursive: true });
  writeFileSync(at('good.yaml'), SCENARIO);
  writeFileSync(at('binary.yaml'), Uint8Array.of(0x7f, 0x45, 0x4c, 0x46, 0xff, 0xfe, 0x00));
  symlinkSync('nowhere', at('dangling.yaml'));
  symlinkSync('looping.yaml', at('looping.yaml'));
  symlinkSync('looping.yaml', at('looping', 'looping.yaml'));
  symlinkSync(UNREADABLE, at('unreadable.yaml'));
  symlinkSync(UNREADABLE, at('unreadable', 'file.yaml'));
  for (const pipe of [at('pipe.yaml'), at('pipes', 'pipe.yaml')]) execFileSync('mkfifo', [pipe]);
});
afterAll(() => rmSync(cwd, { recursive: true }));

/** What a person reads, who gets the same as one document; nothing is written, and no error of Node's shows through. */
async function refused(...words: readonly string[]): Promise<string> {
  const before = readdirSync(cwd);
  const ended = await lapse([...words, '--json'], { cwd });
  expect({ words, ...ended }).toMatchObject({ words, exitCode: 64 });
  expect(ended.stderr).not.toMatch(/^ {4}at |\bE[A-Z]{3,}\b|Something in Lapse broke/m);
  expect(schemaProblems('error', JSON.parse(ended.stdout))).toEqual([]);
  expect(existsSync(join(cwd, '.lapse'))).toBe(false);
  expect(readdirSync(cwd)).toEqual(before);
  return sentencesOf(ended);
}

function sentencesOf({ stderr }: Ended): string {
  return stderr.trimEnd();
}

const NOTHING = '\nNothing was started.';
const EXPLAINED = /\nEvery key is explained in \S+SCENARIO\.md$/;

describe.each([
  ['run', NOTHING],
  ['predict', ''],
])('lapse %s of what is no scenario says so in a sentence', (command, after) => {
  test.each([
    ['nothing/there.yaml', 'There is no file nothing/there.yaml.'],
    ['good.yaml/below.yaml', 'There is no file good.yaml/below.yaml.'],
    ['dangling.yaml', 'There is no file dangling.yaml.'],
    ['', 'An empty name is no scenario. The catalogue is listed by: npm run lapse -- scenarios'],
    ['.', '. is a folder, not a scenario file. To run all scenarios in it: npm run lapse -- suite .'],
    ['looping.yaml', 'looping.yaml cannot be looked at: too many symbolic links encountered.'],
    ['pipe.yaml', 'pipe.yaml is a pipe, not a regular file.'],
    ['/dev/zero', '/dev/zero is a device, not a regular file.'],
  ])('%j', async (name, sentence) => {
    expect(await refused(command, name)).toBe(sentence + after);
  });

  test.each([
    ['unreadable.yaml', 'unreadable.yaml:1:1 The file cannot be read: i/o error.'],
    ['binary.yaml', 'binary.yaml:1:1 The file is not text in UTF-8.'],
  ])('%j, and points to what a scenario file holds', async (name, sentence) => {
    const told = (await refused(command, name)).slice(0, after.length > 0 ? -after.length : undefined);
    expect(told).toMatch(EXPLAINED);
    expect(told.replace(EXPLAINED, '')).toBe(sentence);
  });

  test('nothing named', async () => {
    expect(await refused(command)).toContain("error: missing required argument 'scenario'");
  });

  test('several, each with its own', async () => {
    expect(await refused(command, 'good.yaml', 'pipe.yaml', 'dir.yaml')).toBe(
      `pipe.yaml is a pipe, not a regular file.\ndir.yaml is a folder, not a scenario file. To run all scenarios in it: npm run lapse -- suite dir.yaml${after}`,
    );
  });
});

describe.each([
  ['suite', 'run', NOTHING],
  ['scenarios', 'predict', ''],
])('lapse %s of what is no folder of scenarios says so in a sentence', (command, single, after) => {
  test.each([
    ['/nope', 'There is no folder /nope.'],
    ['', 'An empty name is no folder.'],
    ['empty', 'empty holds no scenario file (*.yaml, *.yml, *.json).'],
    [
      'good.yaml',
      `good.yaml is a file, not a folder of scenarios. For one scenario: npm run lapse -- ${single} good.yaml`,
    ],
    [
      'open-refused',
      `There is no folder open-refused. For the scenario of that name: npm run lapse -- ${single} open-refused`,
    ],
    [
      'folders',
      'folders/dir.yaml is a folder, not a scenario file. To run all scenarios in it: npm run lapse -- suite folders/dir.yaml',
    ],
    ['pipes', 'pipes/pipe.yaml is a pipe, not a regular file.'],
    ['pipe.yaml', 'pipe.yaml is a pipe, not a regular file.'],
    ['looping', 'looping/looping.yaml cannot be looked at: too many symbolic links encountered.'],
    ['looping.yaml', 'looping.yaml cannot be looked at: too many symbolic links encountered.'],
  ])('%j', async (name, sentence) => {
    expect(await refused(command, name)).toBe(sentence + after);
  });

  test('a folder with a file that cannot be read', async () => {
    expect(await refused(command, 'unreadable')).toMatch(
      /^unreadable\/file\.yaml:1:1 The file cannot be read: i\/o error\.\n/,
    );
  });
});

describe.each([
  ['judge', 'record'],
  ['report', 'run'],
])('lapse %s of what is no record says so in a sentence', (command, argument) => {
  test.each([
    ['nothing/there', 'There is no record nothing/there.'],
    ['', 'An empty name is no record.'],
    ['empty', 'empty holds no record: neither history.jsonl nor a folder with one is in it.'],
    ['good.yaml', 'good.yaml is no record of an experiment: its first line does not say what was predicted.'],
    ['binary.yaml', 'binary.yaml is no record of an experiment: its first line does not say what was predicted.'],
    ['unreadable.yaml', 'unreadable.yaml cannot be read: i/o error.'],
    ['looping.yaml/latest', 'looping.yaml/latest cannot be looked at: too many symbolic links encountered.'],
    ['looping.yaml', 'looping.yaml cannot be looked at: too many symbolic links encountered.'],
    ['pipe.yaml', 'pipe.yaml is a pipe, not a regular file.'],
    ['/dev/zero', '/dev/zero is a device, not a regular file.'],
  ])('%j', async (name, sentence) => {
    expect(await refused(command, name)).toBe(sentence);
  });

  test('nothing named', async () => {
    expect(await refused(command)).toContain(`error: missing required argument '${argument}'`);
  });
});

test('a file to write that is a folder, or that two flags name, is refused before anything is started', async () => {
  expect(await refused('run', 'good.yaml', '--junit', 'empty')).toContain('It is a folder, not a file.');
  expect(await refused('suite', 'good.yaml', '--markdown', '')).toContain('It cannot be empty.');
  expect(await refused('run', 'good.yaml', '--junit', './told', '--markdown', 'told')).toBe(
    `--junit and --markdown name the same file.${NOTHING}`,
  );
});

test.each([['doctor'], ['worker']])('lapse %s takes no file', async (command) => {
  expect(await refused(command, 'good.yaml')).toContain(`error: too many arguments for '${command}'`);
});

test('what no rule decides is told with its file by every command, before anything is started', async () => {
  const near = 'faults: [{ at: 110, toxic: bandwidth, rate: 0, stream: both }]\n';
  const folder = mkdtempSync(join(cwd, 'undecided-'));
  const file = join(folder, 'near.yaml');
  writeFileSync(file, SCENARIO.replace('good', 'near') + near);
  const sentence = `${file}: near cannot be predicted: The client writes at 100, and a fault changes at 110: keep them 50 ms apart.`;
  expect(await refused('run', file)).toBe(sentence + NOTHING);
  expect(await refused('suite', folder)).toBe(sentence + NOTHING);
  expect(await refused('predict', file)).toBe(sentence);
  const { exitCode, stdout } = await lapse(['scenarios', folder], { cwd });
  expect(exitCode).toBe(0);
  const told = '  cannot be predicted, and so not be run: The client writes at 100, and a fault changes at 110';
  expect(stdout.split('\n').filter((line) => line.startsWith(told))).toHaveLength(1);
  expect(stdout).not.toContain('cannot be run here');
});
