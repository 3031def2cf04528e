import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { whyUnwritable } from './folders.ts';
import { runsRoot } from './places.ts';
import { createRun, experimentIds } from './run-folder.ts';
import { SCENARIO } from './testing/judged.ts';

const NOW = new Date('2026-03-01T02:03:04.567Z');
let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'lapse-runs-'));
});
afterEach(() => rmSync(root, { recursive: true }));

test('two runs that begin within the same second have folders of their own', async () => {
  const runs = await Promise.all([createRun(root, NOW), createRun(root, NOW)]);
  expect(runs.map(({ folder }) => basename(folder)).toSorted()).toEqual(['20260301-020304-1', '20260301-020304-2']);
});

test('ids of experiments can be names of proxies, and one scenario given twice has two', async () => {
  const { token } = await createRun(root, NOW);
  const ids = experimentIds([SCENARIO, { ...SCENARIO, scenario: 'open' }, SCENARIO], token);
  expect(ids).toEqual([`idle-${token}`, `open-${token}`, `idle-${token}-2`]);
  for (const id of ids) expect(id).toMatch(/^[a-z0-9-]+$/);
});

test('runs are kept in the root of the repository, from whichever folder of it they are started', () => {
  mkdirSync(join(root, '.git'));
  mkdirSync(join(root, 'deep', 'down'), { recursive: true });
  expect(runsRoot(join(root, 'deep', 'down'))).toBe(join(root, '.lapse', 'runs'));
});

test('where there is no repository, runs are kept where they are started', () => {
  mkdirSync(join(root, 'deep'));
  expect(runsRoot(join(root, 'deep'))).toBe(join(root, 'deep', '.lapse', 'runs'));
});

describe('where nothing can be written, a run is refused with 69 and a sentence', () => {
  test.each([
    ['in a file', () => join(root, 'file', 'runs')],
    ['in a place of the kernel, where a recursive mkdir would never end', () => '/proc/lapse/runs'],
  ])('%s', async (_, place) => {
    writeFileSync(join(root, 'file'), '');
    await expect(createRun(place(), NOW)).rejects.toMatchObject({
      exitCode: 69,
      message: expect.stringMatching(/^Runs cannot be recorded in .*: .*--runs <folder>.*Nothing was started\.$/),
    });
  });
});

test('a folder that would be created tells of the nearest one above it whether it can be; nothing is left there', () => {
  expect(whyUnwritable(join(root, 'not', 'yet'))).toBeUndefined();
  expect(readdirSync(root)).toEqual([]);
  expect(whyUnwritable('/proc/not/yet')).toBe('nothing can be written in /proc: no such file or directory');
  writeFileSync(join(root, 'file'), '');
  expect(whyUnwritable(join(root, 'file', 'below'))).toBe(`${join(root, 'file')} is a file, not a folder`);
});
