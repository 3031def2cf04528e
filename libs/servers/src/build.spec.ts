import { existsSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { buildKey, cachedExecutable } from './cache-folder.ts';
import { findServer } from './find.ts';
import { FINISHED_SERVER, HALF_A_SERVER, isAlive, until, Workshop } from './fixtures/workshop.ts';
import { PARTS } from './parts.ts';

const KEY = buildKey(PARTS.toxiproxy);
let workshop: Workshop;
beforeEach(async () => {
  workshop = await Workshop.open();
});
afterEach(() => workshop.close());

test('a finished build stands in the cache, and nothing else does', async () => {
  await workshop.go('go1.26.1', FINISHED_SERVER);
  const file = cachedExecutable(PARTS.toxiproxy, workshop.environment);
  expect(await findServer('toxiproxy', workshop.surroundings)).toEqual({
    type: 'executable',
    route: 'goInstall',
    file,
    version: '2.12.0',
  });
  expect(existsSync(file)).toBe(true);
  expect(await workshop.got()).toEqual([KEY]);
  expect(await findServer('toxiproxy', workshop.surroundings)).toMatchObject({ route: 'cache', file });
  expect(await workshop.installations()).toHaveLength(1);
});

test("the user's settings of Go reach no build", async () => {
  await workshop.go('go1.26.1', FINISHED_SERVER);
  const environment = {
    ...workshop.environment,
    GOFLAGS: '-mod=vendor',
    GOOS: 'plan9',
    GOPROXY: 'https://proxy.example',
  };
  await findServer('toxiproxy', { ...workshop.surroundings, environment });
  const seen = (await readFile(workshop.path('go-environment'), 'utf8')).split('\n');
  expect(seen).toEqual(
    expect.arrayContaining(['GOFLAGS=-modcacherw', 'GOTOOLCHAIN=local', 'GOPROXY=https://proxy.example']),
  );
  expect(seen.filter((line) => line.startsWith('GOOS='))).toEqual([]);
  const folders = seen.filter((line) => /^(GOMODCACHE|GOCACHE|GOBIN|GOTMPDIR)=/.test(line));
  expect(folders).toHaveLength(4);
  for (const line of folders) expect(line).toContain(join(workshop.path('cache'), 'servers', `.obtaining-${KEY}-`));
});

test('a build that takes long says so again and again, with the time', async () => {
  await workshop.go('go1.26.1', `sleep 1.6; ${FINISHED_SERVER}`);
  await findServer('toxiproxy', { ...workshop.surroundings, progressEvery: 400 });
  const said = workshop.lines.filter((line) => line.startsWith('building'));
  expect(said[0]).toBe('building Toxiproxy 2.12.0 with Go 1.26.1 (about half a minute on an idle machine)');
  expect(said[1]).toBe('building Toxiproxy 2.12.0 with Go 1.26.1 ... 0 s');
  expect(said.at(-1)).toMatch(/^building Toxiproxy 2\.12\.0 with Go 1\.26\.1 \.\.\. [1-9]\d* s$/);
});

test('a build that fails half-way is told with its last words, and what it wrote is never used', async () => {
  await workshop.go('go1.26.1', `${HALF_A_SERVER}; echo 'no space left on device' >&2; exit 1`);
  const missing = await findServer('toxiproxy', workshop.surroundings);
  expect(missing).toMatchObject({
    found: false,
    reasons: expect.arrayContaining([
      'building Toxiproxy 2.12.0 with Go 1.26.1 failed: exit code 1\n  no space left on device',
    ]),
  });
  expect(await workshop.got()).toEqual([]);
  await workshop.go('go1.26.1', FINISHED_SERVER);
  expect(await findServer('toxiproxy', workshop.surroundings)).toMatchObject({ route: 'goInstall' });
});

test('a built server that does not run is not put into the cache', async () => {
  await workshop.go('go1.26.1', HALF_A_SERVER);
  const missing = await findServer('toxiproxy', workshop.surroundings);
  expect(missing).toMatchObject({
    found: false,
    reasons: expect.arrayContaining([expect.stringMatching(/bin.server -version failed/)]),
  });
  expect(await workshop.got()).toEqual([]);
});

test('kill -9 in the middle of a build ends the compiler and leaves neither its folder nor a lock that holds', async () => {
  await workshop.go('go1.26.1', `${HALF_A_SERVER}; sleep 600`);
  const child = workshop.startElsewhere(['toxiproxy'], workshop.environment);
  await until('the compiler runs', async () => (await workshop.installations()).length === 1);
  const [compiler] = await workshop.installations();
  expect(await isAlive(compiler)).toBe(true);
  child.kill('SIGKILL');
  await until('the compiler is gone', async () => !(await isAlive(compiler)));
  await until('its folder is gone', async () => (await workshop.got()).every((name) => !name.startsWith('.obtaining')));
  await workshop.go('go1.26.1', FINISHED_SERVER);
  expect(await findServer('toxiproxy', workshop.surroundings)).toMatchObject({ route: 'goInstall' });
  expect(await workshop.got()).toEqual([KEY]);
});

test('the folder of a build whose keeper was killed too is deleted by the next build, and not used', async () => {
  const site = join(workshop.path('cache'), 'servers', `.obtaining-${KEY}-abcdef`);
  await mkdir(join(site, 'bin'), { recursive: true });
  await writeFile(join(site, 'bin', 'server'), '#!/bin/sh\nexit 7', { mode: 0o755 });
  await workshop.go('go1.26.1', FINISHED_SERVER);
  expect(await findServer('toxiproxy', workshop.surroundings)).toMatchObject({ route: 'goInstall' });
  expect(await workshop.got()).toEqual([KEY]);
});

test('two processes that need the same server build it once, and the second says for whom it waits', async () => {
  await workshop.go('go1.26.1', `sleep 1; ${FINISHED_SERVER}`);
  const child = workshop.startElsewhere(['toxiproxy'], workshop.environment);
  await until('the compiler runs', async () => (await workshop.installations()).length === 1);
  const source = await findServer('toxiproxy', workshop.surroundings);
  const file = cachedExecutable(PARTS.toxiproxy, workshop.environment);
  expect(source).toMatchObject({ type: 'executable', route: 'cache', file });
  expect(await workshop.installations()).toHaveLength(1);
  const waiting = `waiting for process ${child.pid}, which gets Toxiproxy 2.12.0`;
  expect(workshop.lines[0]).toBe(waiting);
  expect(workshop.lines[1]).toBe(`${waiting} ... 0 s`);
});

test.each([
  ['a process that is dead', { pid: 2 ** 30, start: '1' }],
  ['a process whose number another one has now', { pid: process.pid, start: 'earlier' }],
])('a lock of %s is taken over', async (_, holder) => {
  const lock = join(workshop.path('cache'), 'servers', `${KEY}.lock`);
  await mkdir(dirname(lock), { recursive: true });
  await writeFile(lock, JSON.stringify(holder));
  await workshop.go('go1.26.1', FINISHED_SERVER);
  expect(await findServer('toxiproxy', workshop.surroundings)).toMatchObject({ route: 'goInstall' });
  expect(await workshop.got()).toEqual([KEY]);
});

test('a build that is given up ends the compiler and leaves nothing', async () => {
  await workshop.go('go1.26.1', `${HALF_A_SERVER}; sleep 600`);
  const controller = new AbortController();
  const found = findServer('toxiproxy', { ...workshop.surroundings, signal: controller.signal });
  await until('the compiler runs', async () => (await workshop.installations()).length === 1);
  controller.abort(new Error('enough'));
  await expect(found).rejects.toThrow('enough');
  const [compiler] = await workshop.installations();
  expect(await isAlive(compiler)).toBe(false);
  expect(await workshop.got()).toEqual([]);
});

test.each([
  ['below a file', () => writeFile(workshop.path('cache'), ''), () => workshop.path('cache')],
  // Permissions do not stop a super-user; these folders take no entries from anybody.
  [
    'on a file system that takes no writing',
    async () => {},
    () => (process.platform === 'darwin' ? '/System/lapse' : '/sys/lapse'),
  ],
])('a cache folder %s is named, with what to do', async (_, prepare, cache) => {
  await prepare();
  await workshop.go('go1.26.1', FINISHED_SERVER);
  const environment = { ...workshop.environment, LAPSE_CACHE: cache() };
  const missing = await findServer('toxiproxy', { ...workshop.surroundings, environment });
  expect(missing).toMatchObject({
    found: false,
    reasons: expect.arrayContaining([
      expect.stringMatching(
        /^the cache folder .*servers cannot be written \(E[A-Z]+\), so no Toxiproxy can be put there$/,
      ),
    ]),
    remedies: expect.arrayContaining(['set LAPSE_CACHE to a folder that can be written']),
  });
});
