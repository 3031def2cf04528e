import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import { findServer } from './find.ts';
import { isAlive, OWN_ENVIRONMENT, until, Workshop } from './fixtures/workshop.ts';
import { callGrpc, textField } from './grpc.ts';
import { checkHealth } from './health.ts';
import { inspectServers } from './inspect.ts';
import { type FoundServer, type Servers, startServers } from './start.ts';

// The first run on a machine builds both servers.
jest.setTimeout(600_000);

let workshop: Workshop;
beforeEach(async () => {
  workshop = await Workshop.open();
});
afterEach(() => workshop.close());

test('both servers answer on the loopback, write their logs, and are gone after stop', async () => {
  await using servers = await start();
  const { temporal, toxiproxy } = found(servers);
  expect(temporal.address).toMatch(/^127\.0\.0\.1:\d+$/);
  expect(temporal.ui).toBeUndefined();
  expect(toxiproxy.address).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
  expect(await checkHealth('temporal', temporal.address)).toEqual({ healthy: true, version: 'server 1.29.1' });
  expect(await checkHealth('toxiproxy', toxiproxy.address)).toMatchObject({ healthy: true });
  expect(await readFile(toxiproxy.log ?? '', 'utf8')).toContain('Starting Toxiproxy HTTP server');
  const database = await temporaryDatabase(temporal);
  expect(existsSync(database)).toBe(true);

  await servers.stop();
  for (const pid of [servers.keeperPid, temporal.pid, toxiproxy.pid]) expect(await isAlive(pid)).toBe(false);
  expect(existsSync(database)).toBe(false);
  expect(await servers.exited).toBeUndefined();
  expect(await checkHealth('toxiproxy', toxiproxy.address)).toEqual({ healthy: false, reason: 'ECONNREFUSED' });
});

test('Temporal knows the search attributes from its first answer on, and keeps a database that it was given', async () => {
  const databaseFile = workshop.path('kept.db');
  const searchAttributes = { LapseScenario: 'Keyword', LapseMargin: 'Int' } as const;
  const request = {
    need: ['temporal'],
    folder: workshop.path('run'),
    progress: () => {},
    environment: OWN_ENVIRONMENT,
  } as const;
  await using servers = await startServers({ ...request, databaseFile, searchAttributes });
  const answer = await callGrpc({
    server: { address: servers.temporal?.found === true ? servers.temporal.address : '' },
    method: '/temporal.api.operatorservice.v1.OperatorService/ListSearchAttributes',
    message: textField(1, 'default'),
    deadline: 3_000,
  });
  const text = answer.ok ? Buffer.from(answer.message).toString('latin1') : answer.reason;
  expect(text).toContain('LapseScenario');
  expect(text).toContain('LapseMargin');
  expect(servers.toxiproxy).toBeUndefined();
  await servers.stop();
  expect(existsSync(databaseFile)).toBe(true);
});

test('Temporal brings its web UI where that is asked for, and it is gone after stop', async () => {
  const request = { need: ['temporal'], folder: workshop.path('run'), progress: () => {} } as const;
  await using servers = await startServers({ ...request, environment: OWN_ENVIRONMENT, ui: true });
  const ui = servers.temporal?.found === true ? servers.temporal.ui : undefined;
  expect(ui).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
  const page = await fetch(`${ui}/namespaces/default/workflows`);
  expect({ status: page.status, text: await page.text() }).toEqual({
    status: 200,
    text: expect.stringContaining('<html'),
  });
  await servers.stop();
  await expect(fetch(`${ui}`)).rejects.toThrow('fetch failed');
});

test('kill -9 of the process that started them ends keeper and servers', async () => {
  const { child, pids } = await startInAnotherProcess();
  for (const pid of pids) expect(await isAlive(pid)).toBe(true);
  child.kill('SIGKILL');
  for (const pid of pids) await until(`process ${pid} is gone`, async () => !(await isAlive(pid)));
});

test("a terminal's Ctrl-C, which goes to the whole group, leaves the servers to the process that started them", async () => {
  const { child, pids, lines } = await startInAnotherProcess();
  process.kill(-(child.pid ?? 0), 'SIGINT');
  expect((await lines.next()).value).toBe('interrupted');
  for (const pid of pids) expect(await isAlive(pid)).toBe(true);
  child.kill('SIGKILL');
  for (const pid of pids) await until(`process ${pid} is gone`, async () => !(await isAlive(pid)));
});

test('a server that ends by itself is told, and the others are ended all the same', async () => {
  await using servers = await start();
  const { temporal, toxiproxy } = found(servers);
  process.kill(toxiproxy.pid ?? 0, 'SIGKILL');
  expect(await servers.exited).toEqual({ name: 'toxiproxy', ending: { how: 'signal', signal: 'SIGKILL' } });
  await servers.stop();
  expect(await isAlive(temporal.pid)).toBe(false);
});

test('a keeper that is killed takes the servers with it', async () => {
  await using servers = await start();
  const { temporal, toxiproxy } = found(servers);
  const database = await temporaryDatabase(temporal);
  process.kill(servers.keeperPid ?? 0, 'SIGKILL');
  expect(await servers.exited).toMatchObject({ ending: { how: 'signal', signal: 'SIGKILL' } });
  for (const pid of [temporal.pid, toxiproxy.pid]) await until('a server is gone', async () => !(await isAlive(pid)));
  await servers.stop();
  expect(existsSync(database)).toBe(false);
});

test('servers of the environment are used, and outlive the run', async () => {
  await using running = await start();
  const { temporal, toxiproxy } = found(running);
  const environment = {
    ...OWN_ENVIRONMENT,
    TEMPORAL_ADDRESS: temporal.address,
    TOXIPROXY_URL: `${toxiproxy.address}/`,
  };
  const servers = await start(environment);
  expect(servers).toMatchObject({
    temporal: { found: true, address: temporal.address, route: 'environment', version: 'server 1.29.1' },
    toxiproxy: { found: true, address: toxiproxy.address, route: 'environment' },
    keeperPid: undefined,
  });
  const reports = await inspectServers(environment);
  expect(reports.map(({ state, route }) => ({ state, route }))).toEqual(
    Array(2).fill({ state: 'ready', route: 'environment' }),
  );
  await servers.stop();
  expect(await checkHealth('temporal', temporal.address)).toMatchObject({ healthy: true });
});

test('a server whose port was taken meanwhile is started again on another', async () => {
  const occupant = createServer().listen(0, '127.0.0.1');
  await once(occupant, 'listening');
  const address = occupant.address();
  const port = typeof address === 'object' ? address?.port : undefined;
  const real = await findServer('toxiproxy', { ...workshop.surroundings, environment: OWN_ENVIRONMENT });
  const file = 'file' in real ? real.file : '';
  await workshop.program(
    'toxiproxy-server',
    `if [ "$1" = -version ]; then exec ${file} -version; fi
if mkdir ${workshop.path('started')}; then exec ${file} -host 127.0.0.1 -port ${port}; fi
exec ${file} "$@"`,
  );
  await using servers = await startServers({
    need: ['toxiproxy'],
    folder: workshop.path('run'),
    progress: () => {},
    environment: workshop.environment,
  });
  expect(servers.toxiproxy).toMatchObject({ found: true, route: 'path' });
  const log = await readFile(workshop.path('run/toxiproxy.log'), 'utf8');
  expect(log.match(/address already in use/g)).toHaveLength(1);
  occupant.close();
});

test('a server that ends at once is missing, with its last words', async () => {
  await workshop.program(
    'toxiproxy-server',
    'if [ "$1" = -version ]; then echo version 1; exit; fi; echo disk on fire; exit 3',
  );
  await using servers = await startServers({
    need: ['toxiproxy'],
    folder: workshop.path('run'),
    progress: () => {},
    environment: workshop.environment,
  });
  expect(servers.toxiproxy).toEqual({
    found: false,
    reasons: [`Toxiproxy (${workshop.path('programs/toxiproxy-server')}) ended with exit code 3: disk on fire`],
    remedies: [`see ${workshop.path('run/toxiproxy.log')}`],
  });
});

function start(environment = OWN_ENVIRONMENT): Promise<Servers> {
  const folder = workshop.path('run');
  return startServers({ need: ['temporal', 'toxiproxy'], folder, progress: () => {}, environment });
}

/** Both servers; a missing one is this test's failure, with the reasons. */
function found({ temporal, toxiproxy }: Pick<Servers, 'temporal' | 'toxiproxy'>): {
  temporal: FoundServer;
  toxiproxy: FoundServer;
} {
  if (temporal?.found !== true || toxiproxy?.found !== true) throw new Error(JSON.stringify({ temporal, toxiproxy }));
  return { temporal, toxiproxy };
}

async function startInAnotherProcess() {
  const child = workshop.startElsewhere(['temporal', 'toxiproxy'], OWN_ENVIRONMENT);
  if (child.stdout === null) throw new Error('the process has no output');
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const told = JSON.parse((await lines.next()).value ?? '{}');
  const { temporal, toxiproxy } = found(told);
  return { child, lines, pids: [told.keeperPid, temporal.pid, toxiproxy.pid] };
}

/** The file in the command line of the running server. */
async function temporaryDatabase(temporal: FoundServer): Promise<string> {
  const { stdout } = await promisify(execFile)('ps', ['-ww', '-o', 'args=', '-p', String(temporal.pid)]);
  return / --db-filename (\S+)/.exec(stdout)?.[1] ?? '';
}
