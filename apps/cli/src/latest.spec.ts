import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readlinkSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import { followLatest, pointTo, pointToNewest } from './latest.ts';
import { beganAt, isRunName, runNamesIn } from './run-folder.ts';

// One of the tests starts processes.
jest.setTimeout(60_000);

let root: string;
let said: string[];
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'lapse-latest-'));
  said = [];
});
afterEach(() => rmSync(root, { recursive: true }));

const say = (line: string) => void said.push(line);
const latest = () => join(root, 'latest');

function run(name: string, { finished = true } = {}): void {
  mkdirSync(join(root, name));
  if (finished) writeFileSync(join(root, name, 'run.json'), '{}');
}

test('runs are in the order in which they began, those of one second as they are counted, and nothing else is one', () => {
  const names = ['20260301-020304-10', '20260301-020304-9', '20251231-235959-1'];
  for (const name of [...names.toReversed(), 'latest', 'notes', '20260301-020304']) mkdirSync(join(root, name));
  expect(runNamesIn(root)).toEqual(names);
  expect(beganAt('20260301-020304-10')).toBe('2026-03-01T02:03:04Z');
});

test('latest stands for the newest run that has ended, and moves on with the next', () => {
  run('20260301-020304-1');
  run('20260302-020304-1', { finished: false });
  pointToNewest(root, say);
  expect(readlinkSync(latest())).toBe('20260301-020304-1');
  writeFileSync(join(root, '20260302-020304-1', 'run.json'), '{}');
  pointToNewest(root, say);
  expect(readlinkSync(latest())).toBe('20260302-020304-1');
  expect({ said, left: readdirSync(root).filter((name) => name.startsWith('.')) }).toEqual({ said: [], left: [] });
});

test('where no run has ended there is no latest', () => {
  run('20260301-020304-1', { finished: false });
  pointToNewest(root, say);
  expect(existsSync(latest())).toBe(false);
});

test('a folder of somebody that is named latest stays as it is, and that is said', () => {
  run('20260301-020304-1');
  mkdirSync(join(latest(), 'mine'), { recursive: true });
  pointToNewest(root, say);
  expect(said).toEqual([expect.stringMatching(/latest does not stand for the newest run: .*The verdict stands/)]);
  expect(readdirSync(root).toSorted()).toEqual(['20260301-020304-1', 'latest']);
});

test('runs that end at once leave the newest of them, and whoever looks meanwhile finds one of them', async () => {
  const program = `
    import { mkdirSync, writeFileSync } from 'node:fs';
    import { pointToNewest } from '${join(import.meta.dirname, 'latest.ts')}';
    const [root, name] = process.argv.slice(-2);
    mkdirSync(root + '/' + name);
    writeFileSync(root + '/' + name + '/run.json', '{}');
    pointToNewest(root, (line) => { throw new Error(line); });`;
  const names = Array.from({ length: 8 }, (_, index) => `20260301-020304-${index + 1}`);
  let running = names.length;
  const ends = names.map(async (name) => {
    const child = spawn(process.execPath, ['--input-type=module', '-e', program, root, name], { stdio: 'inherit' });
    const [code] = await once(child, 'exit');
    running--;
    return code;
  });
  const seen = new Set<string>();
  for (let appeared = false; running > 0; await setImmediate()) {
    appeared ||= existsSync(latest());
    if (appeared) seen.add(readlinkSync(latest()));
  }
  expect(await Promise.all(ends)).toEqual(names.map(() => 0));
  expect([...seen].filter((name) => !isRunName(name))).toEqual([]);
  expect(readlinkSync(latest())).toBe('20260301-020304-8');
});

test.each(['link', 'file'] as const)('a path through a latest that is a %s leads to the run, and into it', (by) => {
  run('20260301-020304-1');
  pointTo(root, '20260301-020304-1', by);
  expect(lstatSync(latest()).isSymbolicLink()).toBe(by === 'link');
  expect(followLatest(latest())).toBe(join(root, '20260301-020304-1'));
  expect(followLatest(`${latest()}/`)).toBe(join(root, '20260301-020304-1'));
  expect(followLatest(join(latest(), 'idle-1', 'history.jsonl'))).toBe(
    join(root, '20260301-020304-1', 'idle-1', 'history.jsonl'),
  );
});

test('one kind of latest takes the place of the other', () => {
  run('20260301-020304-1');
  for (const by of ['file', 'link', 'file'] as const) {
    pointTo(root, '20260301-020304-1', by);
    expect(lstatSync(latest()).isFile()).toBe(by === 'file');
  }
});

test.each([
  ['nothing', () => undefined],
  ['a folder', () => mkdirSync(latest())],
  ['a file of other words', () => writeFileSync(latest(), 'not long ago\n')],
  ['a large file', () => writeFileSync(latest(), `20260301-020304-1${' '.repeat(1_000)}`)],
  ['a link to elsewhere', () => symlinkSync('/etc', latest())],
])('a latest that is %s is followed to nowhere', (_, make) => {
  make();
  expect(followLatest(latest())).toBe(latest());
});
