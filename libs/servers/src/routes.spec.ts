import { once } from 'node:events';
import { createServer } from 'node:http';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { normalAddress } from './addresses.ts';
import { findServer } from './find.ts';
import { FINISHED_SERVER, Workshop } from './fixtures/workshop.ts';
import { inspectServers } from './inspect.ts';
import { PARTS } from './parts.ts';
import { freePort } from './ports.ts';

let workshop: Workshop;
beforeEach(async () => {
  workshop = await Workshop.open();
});
afterEach(() => workshop.close());

test.each(['temporal', 'toxiproxy'] as const)(
  'an address of %s at which nobody listens is refused, and no other route is taken',
  async (name) => {
    await workshop.program(PARTS[name].executable, 'echo version 1');
    const { variable, title } = PARTS[name];
    const address = `127.0.0.1:${await freePort()}`;
    const environment = { ...workshop.environment, [variable]: address };
    const missing = await findServer(name, { ...workshop.surroundings, environment });
    expect(missing).toEqual({
      found: false,
      reasons: [expect.stringMatching(`^no ${title} answers at ${variable}=${address}: .*ECONNREFUSED`)],
      remedies: [`start ${title} there, or unset ${variable}`],
    });
  },
);

test.each(['temporal', 'toxiproxy'] as const)(
  'an address at which something else than %s answers is refused',
  async (name) => {
    const other = createServer((_, response) => response.end('hello')).listen(0, '127.0.0.1');
    await once(other, 'listening');
    const address = other.address();
    const port = typeof address === 'object' ? address?.port : undefined;
    const environment = { ...workshop.environment, [PARTS[name].variable]: `127.0.0.1:${port}` };
    expect(await findServer(name, { ...workshop.surroundings, environment })).toMatchObject({
      found: false,
      reasons: [expect.stringContaining(`no ${PARTS[name].title} answers at`)],
    });
    other.close();
  },
);

test.each([
  ['temporal', 'temporal.example', 'temporal.example:7233'],
  ['temporal', 'temporal.example:80', 'temporal.example:80'],
  ['temporal', '[::1]:7233', '[::1]:7233'],
  ['temporal', 'https://temporal.example', undefined],
  ['temporal', 'host:70000', undefined],
  ['temporal', 'two words', undefined],
  ['toxiproxy', 'localhost', 'http://localhost:8474'],
  ['toxiproxy', 'localhost:1', 'http://localhost:1'],
  ['toxiproxy', 'http://proxy.example/', 'http://proxy.example:80'],
  ['toxiproxy', 'https://proxy.example', 'https://proxy.example:443'],
  ['toxiproxy', 'http://proxy.example/path', undefined],
] as const)('an address of %s written as %s is read as %s', (name, written, address) => {
  expect(normalAddress(PARTS[name], written)).toBe(address);
});

test('a server on PATH is taken before Go is asked to build one', async () => {
  await workshop.program('toxiproxy-server', 'echo toxiproxy-server version 2.9.0');
  await workshop.go('go1.26.1', FINISHED_SERVER);
  const file = workshop.path('programs/toxiproxy-server');
  expect(await findServer('toxiproxy', workshop.surroundings)).toEqual({
    type: 'executable',
    route: 'path',
    file,
    version: '2.9.0',
  });
  expect(await workshop.installations()).toEqual([]);
  expect(workshop.lines).toEqual([`Toxiproxy 2.9.0: from PATH (${file})`]);
});

test('a server on PATH that does not run is passed over', async () => {
  await workshop.program('toxiproxy-server', 'echo no version is set >&2; exit 126');
  await workshop.go('go1.26.1', FINISHED_SERVER);
  expect(await findServer('toxiproxy', workshop.surroundings)).toMatchObject({ route: 'goInstall' });
});

test('without any route every route says why, and how to open it', async () => {
  expect(await findServer('temporal', workshop.surroundings)).toEqual({
    found: false,
    reasons: [
      'TEMPORAL_ADDRESS is not set',
      'temporal is not on PATH',
      expect.stringMatching(/^it was not got before \(.*temporal\)$/),
      'LAPSE_OFFLINE is set, so nothing is downloaded',
      'Go is not on PATH',
    ],
    remedies: [
      expect.stringMatching(/^set TEMPORAL_ADDRESS to a running one, perhaps of: docker run .*temporalio.temporal:/),
      'install temporal and put it on PATH: https://docs.temporal.io/cli',
      'install Go 1.25 or newer: https://go.dev/dl/',
    ],
  });
});

test.each([
  ['go1.24.9', 'Go 1.24.9 is too old to build Temporal 1.5.1, which needs Go 1.25'],
  ['', 'Go of unknown version is too old to build Temporal 1.5.1, which needs Go 1.25'],
])('a Go that calls itself "%s" builds no Temporal', async (version, reason) => {
  await workshop.go(version, FINISHED_SERVER);
  expect(await findServer('temporal', workshop.surroundings)).toMatchObject({
    found: false,
    reasons: expect.arrayContaining([reason]),
  });
  expect(await workshop.installations()).toEqual([]);
});

test('an inspection names what a run would do, and what every other route has, and does nothing of it', async () => {
  await workshop.program('toxiproxy-server', 'echo toxiproxy-server version 2.9.0');
  await workshop.go('go1.26.1', FINISHED_SERVER);
  const [temporal, toxiproxy] = await inspectServers(workshop.environment);
  const by = 'building it with Go 1.26.1 (about 2-3 minutes)';
  expect(temporal).toMatchObject({ state: 'obtainable', route: 'goInstall', where: by });
  expect(temporal?.remedies[0]).toBe(`the next run gets it by ${by}`);
  expect(toxiproxy).toMatchObject({ state: 'ready', route: 'path', version: '2.9.0', remedies: [] });
  expect(toxiproxy?.routes).toEqual([
    { route: 'environment', state: 'nothing', what: 'TOXIPROXY_URL is not set' },
    { route: 'path', state: 'ready', what: `${workshop.path('programs/toxiproxy-server')} (2.9.0)` },
    { route: 'cache', state: 'nothing', what: expect.stringContaining('it was not got before') },
    { route: 'download', state: 'nothing', what: 'LAPSE_OFFLINE is set, so nothing is downloaded' },
    { route: 'goInstall', state: 'obtainable', what: 'building it with Go 1.26.1 (about half a minute)' },
  ]);
  expect(await workshop.installations()).toEqual([]);
  expect(await workshop.got()).toEqual([]);
});
