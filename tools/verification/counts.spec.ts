import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { readWorkspace } from '../checks/workspace.ts';
import { forgetCounts, tallyOfTests } from './counts.ts';
import { sumOf, type Tally, tallyOfCheck } from './tally.ts';

const TOOLS = join(import.meta.dirname, '..');

let root = '';
beforeEach(() => {
  root = realpathSync(mkdtempSync(join(tmpdir(), 'lapse-counts-')));
  write('package.json', '{}');
  write('libs/sample/package.json', '{ "name": "@lapse/sample", "type": "module" }');
  const settings = `import preset from ${JSON.stringify(join(TOOLS, 'jest/preset.mjs'))};\nexport default preset;\n`;
  write('libs/sample/jest.config.mjs', settings);
});
afterEach(() => rmSync(root, { recursive: true }));

function write(path: string, text: string): void {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), text);
}

/** Runs the real jest over the sample project and counts as `npm test` does. */
function count(specs: Readonly<Record<string, string>>): Tally {
  for (const [name, text] of Object.entries(specs)) write(`libs/sample/${name}`, text);
  const jest = join(TOOLS, '../node_modules/jest/bin/jest.js');
  const args = [
    '--experimental-vm-modules',
    '--disable-warning=ExperimentalWarning',
    jest,
    '-c',
    'libs/sample/jest.config.mjs',
  ];
  const { status } = spawnSync(process.execPath, args, { cwd: root, stdio: 'ignore' });
  return countAfter(status ?? 1);
}

function countAfter(exitCode: number | undefined): Tally {
  const [project] = readWorkspace(root).projects;
  if (project === undefined) throw new Error('the sample project is missing');
  return tallyOfTests(root, project, exitCode);
}

const PASSING = "test('one', () => {});\ntest.each([1, 2])('more %d', () => {});\n";

test('every test that ran is counted, each row of a table as one', () => {
  expect(count({ 'src/a.spec.ts': PASSING, 'src/b.spec.ts': PASSING })).toEqual({
    name: 'sample',
    passed: 6,
    failures: [],
  });
});

test('a failing test counts as failed beside those that passed', () => {
  const { passed, failures } = count({ 'src/a.spec.ts': `${PASSING}test('two', () => { throw new Error('no'); });` });
  expect([passed, failures]).toEqual([3, ['src/a.spec.ts: two']]);
});

test('a file that does not load counts as failed, though no test of it failed', () => {
  const { passed, failures } = count({ 'src/a.spec.ts': PASSING, 'src/b.spec.ts': "import './missing.ts';" });
  expect([passed, failures]).toEqual([3, [expect.stringMatching(/^src\/b\.spec\.ts: .*missing\.ts/)]]);
});

test('a file without a test counts as failed', () => {
  const { passed, failures } = count({ 'src/a.spec.ts': PASSING, 'src/b.spec.ts': 'export {};' });
  expect([passed, failures]).toEqual([3, [expect.stringMatching(/^src\/b\.spec\.ts: /)]]);
});

test('a test that is left out counts as failed', () => {
  const { passed, failures } = count({ 'src/a.spec.ts': `${PASSING}test${'.skip'}('later', () => {});` });
  expect([passed, failures]).toEqual([3, ['src/a.spec.ts: later (pending)']]);
});

test('a spec that jest does not look for counts as failed', () => {
  const { passed, failures } = count({ 'src/a.spec.ts': PASSING, 'lost.spec.ts': PASSING });
  expect([passed, failures]).toEqual([3, ['lost.spec.ts: never finished']]);
});

test('a run that ends in the middle counts what it never got to as failed', () => {
  const { passed, failures } = count({
    'src/a.spec.ts': "test('ends all', () => process.kill(process.pid, 'SIGKILL'));",
  });
  expect([passed, failures]).toEqual([0, ['src/a.spec.ts: never finished']]);
});

test('a run that does not end, as a test left something open, is ended and counts as failed', () => {
  const { passed, failures } = count({
    'src/a.spec.ts': `${PASSING}test('leaves', () => { setInterval(() => {}, 100); });`,
  });
  expect([passed, failures]).toEqual([4, [expect.stringContaining('did not end by itself')]]);
});

test('an exit code that no failure explains counts as failed', () => {
  count({ 'src/a.spec.ts': PASSING });
  expect(countAfter(1).failures).toEqual(['jest ended with 1, though no test failed']);
  expect(countAfter(undefined).failures).toEqual(['jest ended with no result, though no test failed']);
});

test('counts of an earlier run are not counted again', () => {
  count({ 'src/a.spec.ts': PASSING });
  const [project] = readWorkspace(root).projects;
  if (project !== undefined) forgetCounts(root, project);
  expect(countAfter(0)).toEqual({ name: 'sample', passed: 0, failures: ['src/a.spec.ts: never finished'] });
});

test('a check counts as one, however much it found', () => {
  const tallies = [tallyOfCheck('good', []), tallyOfCheck('bad', ['first', 'second', 'third'])];
  expect(sumOf(tallies)).toEqual({ passed: 1, failed: 1 });
  expect(tallies[1]?.failures).toEqual(['first (and 2 more, above)']);
});
