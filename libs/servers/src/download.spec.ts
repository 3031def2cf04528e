import { type ChildProcess, execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import type { Patience } from './archive.ts';
import { buildKey, cachedExecutable } from './cache-folder.ts';
import { download, findDownload } from './download.ts';
import { findPart } from './find.ts';
import { ArchiveServer } from './fixtures/archive-server.ts';
import { FINISHED_SERVER, until, Workshop } from './fixtures/workshop.ts';
import type { Obtained } from './obtain.ts';
import { PARTS, type Part } from './parts.ts';
import { freePort } from './ports.ts';
import type { Environment, Surroundings } from './surroundings.ts';

// Each starts a keeper, tar and the executable; a busy machine takes its time.
jest.setTimeout(60_000);

const KEY = buildKey(PARTS.toxiproxy);
let workshop: Workshop;
let server: ArchiveServer;
beforeEach(async () => {
  workshop = await Workshop.open();
  server = await ArchiveServer.open(workshop);
});
afterEach(async () => {
  server.close();
  await workshop.close();
});

/** As the workshop's, but downloads are allowed. */
function online(more: Environment = {}): Surroundings {
  return { ...workshop.surroundings, environment: { ...workshop.environment, LAPSE_OFFLINE: undefined, ...more } };
}

async function downloaded(part: Part, patience?: Patience): Promise<Obtained> {
  const from = await findDownload(part, online().environment);
  if (!from.ok) throw new Error(from.reason);
  return await download(part, from, { ...online(), ...(patience && { patience }) });
}

const reasonOf = (obtained: Obtained): string => (obtained.ok ? 'it was got' : obtained.reason);

test.each(['whole', 'redirected'])(
  'an archive that comes %s and is what was pinned stands in the cache, alone',
  async (manner) => {
    const part = server.part({ manner });
    const file = cachedExecutable(part, workshop.environment);
    const source = { type: 'executable', file, version: '2.12.0' };
    expect(await findPart(part, online())).toEqual({ ...source, route: 'download' });
    expect(await readFile(file)).toEqual(await readFile(workshop.path('archived/toxiproxy-server')));
    expect(await workshop.got()).toEqual([KEY]);
    // A busy machine may have said in between how far it is.
    expect(workshop.lines.filter((line) => !line.includes(' ... '))).toEqual([
      `downloading Toxiproxy 2.12.0 from ${server.host}`,
      `Toxiproxy 2.12.0: downloaded (${file})`,
    ]);
    expect(await findPart(part, online())).toEqual({ ...source, route: 'cache' });
  },
);

test('an archive that is not what was pinned is not unpacked, and both sums are told', async () => {
  const pinned = PARTS.toxiproxy.downloads['linux-x64']?.sha256 ?? '';
  const obtained = await downloaded(server.part({ sha256: pinned }));
  expect(reasonOf(obtained)).toMatch(
    new RegExp(
      `^downloading Toxiproxy 2\\.12\\.0 failed: the download is not what was pinned: .* [0-9a-f]{64}, not ${pinned}$`,
    ),
  );
  expect(await workshop.got()).toEqual([]);
});

test.each([
  ['absent', /: 127\.0\.0\.1:\d+ answers 404$/],
  ['cut', /: it broke off after 0\.\d of \d\.\d MB \(.+\)$/],
  ['silent', /: no answer within 0\.3 s$/],
  ['stuck', /: it broke off after 0\.\d of \d\.\d MB \(nothing came for 0\.3 s\)$/],
  ['endless', /: it broke off after 0\.\d MB \(it is not there after 1 s\)$/],
])('a download that is %s fails with its reason, and leaves nothing', async (manner, reason) => {
  const obtained = await downloaded(server.part({ manner }), { answer: 300, silence: 300, whole: 1_000 });
  expect(reasonOf(obtained)).toMatch(reason);
  expect(await workshop.got()).toEqual([]);
});

test('a place where nobody listens is told at once', async () => {
  const host = `127.0.0.1:${await freePort()}`;
  expect(reasonOf(await downloaded(server.part({ host })))).toBe(
    `downloading Toxiproxy 2.12.0 failed: ${host}: ECONNREFUSED`,
  );
});

test.each([
  ['holds no executable of that name', { 'toxiproxy-cli': 'exit' }, /: there is no toxiproxy-server in http:/],
  ['holds one that does not run', { 'toxiproxy-server': 'exit 7' }, /toxiproxy-server -version failed: /],
])('an archive that %s is told, and nothing of it is used', async (_, files, reason) => {
  const other = await ArchiveServer.open(workshop, files);
  expect(reasonOf(await downloaded(other.part()))).toMatch(reason);
  other.close();
  expect(await workshop.got()).toEqual([]);
});

test('a download that takes long says again and again how far it has come', async () => {
  expect(await downloaded(server.part({ manner: 'slow' }))).toMatchObject({ ok: true });
  const said = workshop.lines.filter((line) => line.startsWith('downloading'));
  expect(said[1]).toMatch(/^downloading Toxiproxy 2\.12\.0 \.\.\. 0\.\d of \d\.\d MB, 0 s$/);
});

test('where the download fails, one line says so, and Go builds the server', async () => {
  await workshop.go('go1.26.1', FINISHED_SERVER);
  expect(await findPart(server.part({ manner: 'absent' }), online())).toMatchObject({ route: 'goInstall' });
  expect(workshop.lines).toContain(
    `downloading Toxiproxy 2.12.0 failed: ${server.host} answers 404; the next route is tried`,
  );
  expect(await workshop.got()).toEqual([KEY]);
});

test('where neither a download nor Go has it, the reasons and remedies of both are told', async () => {
  expect(await findPart(server.part({ manner: 'absent' }), online())).toMatchObject({
    found: false,
    reasons: expect.arrayContaining([expect.stringMatching(/answers 404$/), 'Go is not on PATH']),
    remedies: expect.arrayContaining([
      `see whether http://${server.host}/absent can be had (network, HTTPS_PROXY, NO_PROXY)`,
      'install Go 1.23 or newer: https://go.dev/dl/',
    ]),
  });
});

test.each([
  ['LAPSE_OFFLINE is set, so nothing is downloaded', () => ({ part: server.part(), LAPSE_OFFLINE: '1' })],
  ['no checksum of an official download is pinned for', () => ({ part: { ...server.part(), downloads: {} } })],
  ['tar is not on PATH, so no download could be unpacked', () => ({ part: server.part(), PATH: '/nonexistent' })],
])('"%s": nothing is asked of the network', async (reason, given) => {
  const { part, ...more } = given();
  expect(await findPart(part, online(more))).toMatchObject({
    found: false,
    reasons: expect.arrayContaining([expect.stringContaining(reason)]),
  });
  expect(server.asked).toEqual([]);
});

test('a proxy of the environment is asked, unless NO_PROXY names the host', async () => {
  const proxy = { http_proxy: `http://${server.host}` };
  const part = server.part({ host: 'archives.example' });
  expect(await findPart(part, online(proxy))).toMatchObject({ route: 'download' });
  expect(server.asked).toEqual(['CONNECT archives.example:80', '/whole']);
  const direct = await findPart(
    server.part(),
    online({ ...proxy, NO_PROXY: '127.0.0.1', LAPSE_CACHE: workshop.path('b') }),
  );
  expect(direct).toMatchObject({ route: 'download' });
  expect(server.asked.slice(2)).toEqual(['/whole']);
});

test('a proxy that does not answer, or will not, is told, with the variable that names it', async () => {
  const nobody = `http://127.0.0.1:${await freePort()}`;
  expect(await findPart(server.part(), online({ http_proxy: nobody }))).toMatchObject({
    reasons: expect.arrayContaining([expect.stringMatching(/ failed: .* \(with http_proxy set\): ECONNREFUSED$/)]),
  });
  server.refusesTunnels = true;
  expect(await findPart(server.part(), online({ http_proxy: `http://${server.host}` }))).toMatchObject({
    reasons: expect.arrayContaining([expect.stringMatching(/ \(with http_proxy set\): Proxy response \(407\)/)]),
  });
});

test('what names no proxy is told, and is no fault of the cache folder', async () => {
  expect(await findPart(server.part(), online({ https_proxy: 'ftp://nonsense' }))).toMatchObject({
    reasons: expect.arrayContaining([expect.stringMatching(/ failed: .*https_proxy names no proxy/)]),
  });
});

test('a download that is given up leaves nothing', async () => {
  const controller = new AbortController();
  const found = findPart(server.part({ manner: 'stuck' }), { ...online(), signal: controller.signal });
  await until('the download has begun', () => server.asked.length === 1);
  controller.abort(new Error('enough'));
  await expect(found).rejects.toThrow('enough');
  expect(await workshop.got()).toEqual([]);
});

const FINDING_PROCESS = fileURLToPath(new URL('fixtures/finding-process.ts', import.meta.url));

/** A process of its own that finds a server. */
function findingElsewhere(part: Part): { readonly child: ChildProcess; readonly stdout: Promise<string> } {
  const args = ['--disable-warning=ExperimentalWarning', FINDING_PROCESS];
  const { NODE_OPTIONS: _, ...env } = process.env;
  const running = promisify(execFile)(
    process.execPath,
    [...args, JSON.stringify({ part, environment: online().environment })],
    { env },
  );
  return { child: running.child, stdout: running.then(({ stdout }) => stdout) };
}

test('kill -9 in the middle of a download leaves neither its folder nor a lock that holds', async () => {
  const { child, stdout } = findingElsewhere(server.part({ manner: 'stuck' }));
  const ended = expect(stdout).rejects.toThrow();
  await until('the download has begun', () => server.asked.length === 1);
  expect((await workshop.got()).filter((name) => name.startsWith(`.obtaining-${KEY}-`))).toHaveLength(1);
  child.kill('SIGKILL');
  await ended;
  await until('its folder is gone', async () => (await workshop.got()).every((name) => !name.startsWith('.obtaining')));
  expect(await findPart(server.part(), online())).toMatchObject({ route: 'download' });
  expect(await workshop.got()).toEqual([KEY]);
});

test('two processes that both want a server that is not there yet download it once, and both go on with it', async () => {
  const part = server.part({ manner: 'slow' });
  const both = await Promise.all([findingElsewhere(part).stdout, findingElsewhere(part).stdout]);
  const told = both.map((text) => JSON.parse(text));
  const file = cachedExecutable(part, workshop.environment);
  const source = { type: 'executable', file, version: '2.12.0' };
  const found = told.map((each) => each.found).sort((one, other) => (one.route < other.route ? -1 : 1));
  expect(found).toEqual([
    { ...source, route: 'cache' },
    { ...source, route: 'download' },
  ]);
  expect(server.asked).toEqual(['/slow']);
  const lines = told.flatMap((each) => each.lines);
  expect(lines).toContainEqual(expect.stringMatching(/^waiting for process \d+, which gets Toxiproxy 2\.12\.0$/));
  expect(await workshop.got()).toEqual([KEY]);
});
