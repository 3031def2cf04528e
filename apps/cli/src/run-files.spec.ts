import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { inRepository } from './places.ts';
import { requireWritableFiles, writeRunFiles } from './run-files.ts';
import { summarise } from './summary.ts';
import { CONFIRMED, judgedExperiment, judgedScenario, SCENARIO } from './testing/judged.ts';

let folder: string;
let said: string[];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'lapse-run-files-'));
  said = [];
});
afterEach(() => rmSync(folder, { recursive: true }));

const summary = () =>
  summarise(
    [
      {
        is: 'judged',
        scenario: 'idle',
        id: 'idle-1',
        judged: judgedScenario(judgedExperiment([CONFIRMED])),
        plan: SCENARIO,
      },
    ],
    {
      ...{ folder, conductor: 'temporal', injector: 'toxiproxy', allowInProcess: false, commit: 'c0ffee' },
      files: new Map([['idle-1', 'my/idle.yaml']]),
    },
  );
const write = (flags = {}) => writeRunFiles(summary(), flags, (line) => void said.push(line));
const textOf = (name: string) => readFileSync(join(folder, name), 'utf8');

test('a run becomes JUnit XML and Markdown in its folder, with the file of each scenario', async () => {
  await write();
  expect(readdirSync(folder).toSorted()).toEqual(['junit.xml', 'summary.md']);
  expect(textOf('junit.xml')).toContain('<testcase classname="lapse" name="idle" time="8.000" file="my/idle.yaml">');
  expect(textOf('summary.md')).toContain('\n| idle | confirmed | service receive timeout at 4.100 s | ');
  expect(said).toEqual([]);
});

test('flags have them written elsewhere, too, in folders that are made for them', async () => {
  await write({ junit: join(folder, 'a/b/tests.xml'), markdown: join(folder, 'c/told.md') });
  expect(textOf('a/b/tests.xml')).toBe(textOf('junit.xml'));
  expect(textOf('c/told.md')).toBe(textOf('summary.md'));
});

test('one that cannot be written is said, and the others are written', async () => {
  mkdirSync(join(folder, 'junit.xml'));
  writeFileSync(join(folder, 'file'), '');
  await write({ markdown: join(folder, 'file', 'told.md') });
  expect(said).toEqual([
    `${join(folder, 'junit.xml')} could not be written: illegal operation on a directory. The verdict stands all the same.`,
    expect.stringContaining(`${join(folder, 'file', 'told.md')} could not be written: `),
  ]);
  expect(textOf('summary.md')).toContain('## Lapse: confirmed');
});

test('a file is named as its repository names it, from whichever folder; one of elsewhere has no such name', () => {
  mkdirSync(join(folder, 'repository', '.git'), { recursive: true });
  mkdirSync(join(folder, 'repository', '..my'));
  const deep = join(folder, 'repository', '..my');
  expect(inRepository('idle.yaml', deep)).toBe('..my/idle.yaml');
  expect(inRepository('../idle.yaml', deep)).toBe('idle.yaml');
  expect(inRepository('../../idle.yaml', deep)).toBeUndefined();
  expect(inRepository('idle.yaml', folder)).toBeUndefined();
});

test('what flags name is tried before anything is started', async () => {
  writeFileSync(join(folder, 'file'), '');
  const junit = join(folder, 'file', 'tests.xml');
  await expect(requireWritableFiles({ junit })).rejects.toThrow(
    /tests\.xml cannot be written: .*\. Nothing was started\.$/,
  );
  await expect(
    requireWritableFiles({ junit: join(folder, 'a', 'tests.xml'), markdown: join(folder, 'told.md') }),
  ).resolves.toBeUndefined();
});
