import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { afterEach, describe, expect, test } from '@jest/globals';
import { ConnectionPool, clientChannel, encodePreamble, serviceConnection } from '@lapse/protocol';
import { connectCanary } from './canary.ts';
import { monotonicClock } from './clock.ts';
import { type Listener, type ListenerObservation, listen } from './listener.ts';
import { type Connection, type DriverObservation, type DriverOptions, SessionDriver } from './session-driver.ts';

const clock = monotonicClock();
const PATH = '/session';
const open: (() => unknown)[] = [];

afterEach(async () => {
  for (const close of open.splice(0)) await close();
});

type Seen = ListenerObservation & { readonly connection: number; readonly at: number };

/** A service with short timeouts, and everything that it observed. */
async function service(
  timeouts: { readonly initialization?: number; readonly receive?: number; readonly idle?: number } = {},
) {
  const seen: Seen[] = [];
  const listener: Listener = await listen({
    port: 0,
    clock,
    machine: () =>
      serviceConnection({
        endpoint: { path: PATH, mode: 'duplex', contentType: 'application/soap+msbinsession1', port: listener.port },
        channelInitializationTimeout: timeouts.initialization ?? 5_000,
        openTimeout: 5_000,
        closeTimeout: 5_000,
        receiveTimeout: timeouts.receive ?? 5_000,
        idleTimeout: timeouts.idle ?? 5_000,
        maxReceivedMessageSize: 65_536,
      }),
    observe: (connection, observation, at) => seen.push({ connection, ...observation, at }),
  });
  open.push(() => listener.close());
  return { port: listener.port, seen };
}

function client(port: number, options: Pick<DriverOptions, 'cut' | 'pool'> = {}) {
  const seen: DriverObservation[] = [];
  const waiting: { readonly type: string; readonly resolve: (observation: DriverObservation) => void }[] = [];
  const driver = new SessionDriver({
    machine: clientChannel({
      via: `net.tcp://localhost:${port}${PATH}`,
      openTimeout: 2_000,
      closeTimeout: 2_000,
      pumping: false,
      maxReceivedMessageSize: 65_536,
      pooling: options.pool !== undefined,
    }),
    clock,
    observe: (observation) => {
      seen.push(observation);
      for (const waiter of waiting) if (waiter.type === observation.type) waiter.resolve(observation);
    },
    connect: () => connect({ host: '127.0.0.1', port, allowHalfOpen: true, noDelay: true }),
    ...options,
  });
  const until = (type: string) => new Promise<DriverObservation>((resolve) => waiting.push({ type, resolve }));
  open.push(() => driver.tell({ type: 'abort' }));
  return { driver, seen, until };
}

async function rawClient(port: number): Promise<Socket> {
  const socket = connect({ host: '127.0.0.1', port, allowHalfOpen: true });
  open.push(() => socket.destroy());
  await once(socket, 'connect');
  return socket;
}

/** Goes on sending until the connection is gone: behind a FIN, a reset shows only to who writes. */
function closed(socket: Socket): Promise<void> {
  return new Promise((resolve) => {
    const writing = setInterval(() => socket.write('x'), 10);
    socket.on('error', () => {});
    socket.once('close', () => {
      clearInterval(writing);
      resolve();
    });
    socket.resume();
  });
}

const types = (seen: readonly { readonly type: string }[]) => seen.map(({ type }) => type);

describe('a session over real sockets', () => {
  test('opens, closes with End and End, and ends with FIN', async () => {
    const { port, seen } = await service();
    const { driver, until } = client(port);
    driver.tell({ type: 'open' });
    expect(await until('completed')).toEqual({ type: 'completed', operation: 'open' });
    driver.tell({ type: 'close' });
    expect(await until('completed')).toEqual({ type: 'completed', operation: 'close' });
    while (!types(seen).includes('disconnect')) await new Promise((resolve) => setTimeout(resolve, 5));
    expect(types(seen)).toContain('peerEnded');
    expect(types(seen)).not.toContain('peerReset');
  });

  test('the driver reports that the preamble left', async () => {
    const { port } = await service();
    const { driver, until } = client(port);
    driver.tell({ type: 'open' });
    expect(await until('transmitted')).toEqual({ type: 'transmitted', id: 1 });
  });

  test('abort reaches the service as RST', async () => {
    const { port, seen } = await service();
    const { driver, until } = client(port);
    driver.tell({ type: 'open' });
    await until('completed');
    driver.tell({ type: 'abort' });
    while (!types(seen).includes('sessionEnded')) await new Promise((resolve) => setTimeout(resolve, 5));
    expect(types(seen)).toContain('peerReset');
  });

  test('a port where nobody listens is a failed connect, not an exception', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    server.close();
    await once(server, 'close');
    const { driver, until } = client(port);
    driver.tell({ type: 'open' });
    expect(await until('connectFailed')).toMatchObject({ code: 'ECONNREFUSED' });
  });

  test('a cut preamble arrives in two parts, the pause apart, and is acknowledged', async () => {
    const { port, seen } = await service();
    const { driver, seen: told, until } = client(port, { cut: { after: 16, pause: 80 } });
    driver.tell({ type: 'open' });
    await until('completed');
    const parts = seen.flatMap((line) => (line.type === 'received' ? [{ size: line.bytes.length, at: line.at }] : []));
    expect(parts.map(({ size }) => size)).toEqual([
      16,
      encodePreamble({ via: `net.tcp://localhost:${port}${PATH}`, mode: 'duplex' }).length - 16,
    ]);
    expect((parts[1]?.at ?? 0) - (parts[0]?.at ?? 0)).toBeGreaterThanOrEqual(75);
    expect(told).toContainEqual(expect.objectContaining({ type: 'cut', sent: 16 }));
  });
});

describe('a pool', () => {
  const connections = (idleTimeout = 60_000) => {
    const pool = new ConnectionPool<Connection>({ idleTimeout, leaseTimeout: 60_000 });
    open.push(() => pool.clear().map(({ socket }) => socket.destroy()));
    return pool;
  };
  const session = async (port: number, pool: ConnectionPool<Connection>) => {
    const { driver, seen, until } = client(port, { pool });
    driver.tell({ type: 'open' });
    expect(await until('completed')).toEqual({ type: 'completed', operation: 'open' });
    driver.tell({ type: 'close' });
    await until('sessionEnded');
    return seen;
  };
  const ports = (seen: readonly DriverObservation[]) =>
    seen.flatMap((line) => (line.type === 'connected' ? [[line.reused ?? false, line.localPort]] : []));

  test('lets one connection serve session after session', async () => {
    const { port, seen } = await service();
    const pool = connections();
    const [[[, first]]] = [ports(await session(port, pool))] as [[[boolean, number]]];
    for (let round = 0; round < 12; round += 1) expect(ports(await session(port, pool))).toEqual([[true, first]]);
    expect(seen.filter(({ type }) => type === 'accepted')).toHaveLength(1);
    expect(seen.filter(({ type }) => type === 'channelAccepted')).toHaveLength(13);
  });

  test('has a connection that was reset meanwhile: it is thrown away, and the open succeeds on another one', async () => {
    const { port, seen } = await service({ idle: 50 });
    const pool = connections();
    await session(port, pool);
    while (!seen.some((line) => line.type === 'disconnect')) await new Promise((resolve) => setTimeout(resolve, 5));
    await new Promise((resolve) => setTimeout(resolve, 20));
    const second = await session(port, pool);
    expect(ports(second).map(([reused]) => reused)).toEqual([true, false]);
    expect(second).toContainEqual({ type: 'discarded', why: { code: 'connectionReset' } });
  });

  test('has one that the other side ended: what it reads is the end, and the open succeeds on another one', async () => {
    let first = true;
    const half = createServer({ allowHalfOpen: true }, (socket) => {
      const ends = first;
      first = false;
      socket.on('error', () => {});
      socket.on('data', (bytes) => {
        for (const byte of bytes)
          if (byte === 0x0c || byte === 0x07) socket.write(Buffer.from([byte === 7 ? 7 : 0x0b]));
        if (ends && bytes.includes(7)) socket.end();
      });
    }).listen(0, '127.0.0.1');
    await once(half, 'listening');
    open.push(() => half.close());
    const address = half.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    const pool = connections();
    await session(port, pool);
    await new Promise((resolve) => setTimeout(resolve, 20));
    const second = await session(port, pool);
    expect(ports(second).map(([reused]) => reused)).toEqual([true, false]);
    expect(second).toContainEqual({ type: 'discarded', why: { code: 'peerClosedEarly' } });
  });

  test('gives up what has lain in it for too long, with FIN', async () => {
    const { port, seen } = await service();
    const pool = connections(20);
    await session(port, pool);
    await new Promise((resolve) => setTimeout(resolve, 40));
    const second = await session(port, pool);
    expect(second).toContainEqual({ type: 'discarded', why: { code: 'poolIdle' } });
    expect(ports(second).map(([reused]) => reused)).toEqual([false]);
    while (!seen.some((line) => line.type === 'peerEnded')) await new Promise((resolve) => setTimeout(resolve, 5));
    expect(seen.some((line) => line.type === 'peerReset')).toBe(false);
  });
});

describe('a reset that meets a FIN on its way out', () => {
  test('closes the connection: a client that floods a service after its fault is reset', async () => {
    const { port, seen } = await service();
    const socket = await rawClient(port);
    const tooLong = Buffer.from([0x06, 0xc0, 0x9a, 0x0c]);
    const preamble = encodePreamble({ via: `net.tcp://localhost:${port}${PATH}`, mode: 'duplex' });
    socket.write(Buffer.concat([preamble, tooLong, Buffer.alloc(400_000)]));
    await closed(socket);
    expect(seen.filter((line) => line.type === 'disconnect').map((line) => line.how)).toEqual(['end', 'abort']);
  });

  test('twenty times in a row, no connection of the service stays open', async () => {
    const { port } = await service();
    for (let round = 0; round < 20; round += 1) {
      const socket = await rawClient(port);
      socket.write(Buffer.concat([Buffer.from('0001000109', 'hex'), Buffer.alloc(300_000)]));
      await closed(socket);
    }
  });
});

describe('the timers of a service', () => {
  test('a silent client is reset when channel initialization runs out, and not earlier', async () => {
    const { port, seen } = await service({ initialization: 150 });
    const socket = await rawClient(port);
    const [error] = await once(socket, 'error');
    expect(error).toMatchObject({ code: 'ECONNRESET' });
    const fired = seen.find((line) => line.type === 'timer' && line.what === 'fired');
    expect(fired).toMatchObject({ timer: 'channelInitialization' });
    expect(fired?.type === 'timer' ? fired.at - fired.due : -1).toBeGreaterThanOrEqual(0);
  });

  test('an idle session is reset when receive runs out', async () => {
    const { port } = await service({ receive: 150 });
    const { driver, until } = client(port);
    driver.tell({ type: 'open' });
    expect(await until('sessionEnded')).toMatchObject({ why: { code: 'connectionReset' } });
  });
});

describe('a canary', () => {
  test('is echoed, and its machine is let go: no timer of it ever fires', async () => {
    const { port, seen } = await service({ initialization: 100 });
    const answers: number[] = [];
    let ended = false;
    const canary = await connectCanary(port, {
      answered: (ping) => answers.push(ping),
      ended: () => {
        ended = true;
      },
    });
    open.push(() => canary.close());
    canary.ping(1);
    await new Promise((resolve) => setTimeout(resolve, 200));
    canary.ping(2);
    while (answers.length < 2) await new Promise((resolve) => setTimeout(resolve, 5));
    expect(answers).toEqual([1, 2]);
    expect(ended).toBe(false);
    expect(types(seen)).toContain('canary');
    expect(seen.some((line) => line.type === 'timer' && line.what === 'fired')).toBe(false);
  });

  test('is told when its connection ends', async () => {
    const server = createServer((socket) => socket.end()).listen(0, '127.0.0.1');
    await once(server, 'listening');
    open.push(() => server.close());
    const address = server.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    await new Promise<void>((resolve) => {
      void connectCanary(port, { answered: () => {}, ended: resolve }).then((canary) =>
        open.push(() => canary.close()),
      );
    });
  });
});
