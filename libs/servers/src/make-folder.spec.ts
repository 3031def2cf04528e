import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { makeFolder } from './make-folder.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'lapse-folder-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

test('a folder is created with those above it, and may be there already', async () => {
  await makeFolder(join(folder, 'one', 'two', 'three'));
  await makeFolder(join(folder, 'one', 'two', 'three'));
  expect(existsSync(join(folder, 'one', 'two', 'three'))).toBe(true);
});

test('a file in the way is an error', async () => {
  writeFileSync(join(folder, 'file'), '');
  await expect(makeFolder(join(folder, 'file', 'below'))).rejects.toMatchObject({ code: 'EEXIST' });
});

test('below /proc, where nothing can be created, it is an error and not an endless loop', async () => {
  await expect(makeFolder('/proc/nope/servers')).rejects.toMatchObject({ code: 'ENOENT' });
});

test('many at once may create the same folder', async () => {
  await Promise.all(Array.from({ length: 20 }, () => makeFolder(join(folder, 'a', 'b', 'c'))));
  expect(existsSync(join(folder, 'a', 'b', 'c'))).toBe(true);
});
