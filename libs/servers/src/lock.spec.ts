import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { tryLock } from './lock.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lapse-lock-'));
});
afterEach(() => rm(folder, { recursive: true }));

test('a lock that a living process holds names it, and is free again after its release', async () => {
  const file = join(folder, 'lock');
  const first = await tryLock(file);
  expect(await tryLock(file)).toEqual({ held: false, by: process.pid });
  if (first.held) await first.release();
  expect(await tryLock(file)).toMatchObject({ held: true });
});

test('of twenty that find the lock of a dead process exactly one gets it', async () => {
  const file = join(folder, 'lock');
  await writeFile(file, JSON.stringify({ pid: 2 ** 30, start: '1' }));
  const attempts = await Promise.all(Array.from({ length: 20 }, () => tryLock(file)));
  expect(attempts.filter((attempt) => attempt.held)).toHaveLength(1);
  expect(await readdir(folder)).toEqual(['lock']);
});

test('a takeover that was itself cut short does not keep the lock of a dead process for ever', async () => {
  const file = join(folder, 'lock');
  for (const name of [file, `${file}.takeover`]) await writeFile(name, JSON.stringify({ pid: 2 ** 30, start: '1' }));
  expect(await tryLock(file)).toMatchObject({ held: true });
  expect(await readdir(folder)).toEqual(['lock']);
});
