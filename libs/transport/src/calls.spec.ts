import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { afterEach, describe, expect, test } from '@jest/globals';
import {
  type CallStyle,
  type ConcurrencyMode,
  type Contract,
  type DataRecord,
  DUPLEX_TEST_SERVICE,
  proxy,
  serviceConnection,
  TEST_SERVICE,
  testOperations,
} from '@lapse/protocol';
import { monotonicClock } from './clock.ts';
import { type Listener, type ListenerObservation, listen } from './listener.ts';
import { type DriverObservation, SessionDriver } from './session-driver.ts';

const clock = monotonicClock();
const PATH = '/session';
const open: (() => unknown)[] = [];

afterEach(async () => {
  for (const close of open.splice(0)) await close();
});

/** The mock service's operations over real sockets, and everything that it observed. */
async function service(contract: Contract = TEST_SERVICE, concurrencyMode: ConcurrencyMode = 'single') {
  const seen: ListenerObservation[] = [];
  let callbacks = 0;
  const nextMessageId = () => {
    callbacks += 1;
    return `urn:uuid:00000000-0000-0000-0001-${String(callbacks).padStart(12, '0')}`;
  };
  const calls = { contract, operations: testOperations, concurrencyMode, nextMessageId };
  const listener: Listener = await listen({
    port: 0,
    clock,
    machine: () =>
      serviceConnection({
        endpoint: { path: PATH, mode: 'duplex', contentType: 'application/soap+msbinsession1', port: listener.port },
        ...{ channelInitializationTimeout: 5_000, openTimeout: 5_000, closeTimeout: 5_000 },
        ...{ receiveTimeout: 5_000, idleTimeout: 5_000, maxReceivedMessageSize: 65_536 },
        calls: { ...calls, sendTimeout: 5_000, includeExceptionDetailInFaults: false },
      }),
    observe: (_, observation) => seen.push(observation),
  });
  open.push(() => listener.close());
  return { port: listener.port, seen };
}

interface ClientOptions {
  readonly callStyle?: CallStyle;
  readonly operationTimeout?: number;
}

type Returned = Extract<DriverObservation, { readonly operation: 'call' }> & { readonly at: number };

/** A client of that service, whose calls can be waited for. */
function client(port: number, { callStyle = 'sync', operationTimeout = 5_000 }: ClientOptions = {}) {
  const completions = new Map<string, (completed: Returned) => void>();
  const order: number[] = [];
  const address = `net.tcp://localhost:${port}${PATH}`;
  const timeouts = { openTimeout: 5_000, closeTimeout: 5_000, operationTimeout };
  const contract = callStyle === 'duplex' ? DUPLEX_TEST_SERVICE : TEST_SERVICE;
  const answer = (_: unknown, { q = null }: DataRecord) => ({ AskResult: q });
  const driver = new SessionDriver({
    machine: proxy({
      ...{ contract, address, via: address, callStyle, ...timeouts, answer },
      ...{ maxReceivedMessageSize: 65_536, pooling: false },
    }),
    clock,
    observe: (observation, at) => {
      if (observation.type !== 'completed') return;
      const { operation } = observation;
      if (operation === 'call') order.push(observation.call);
      const key = operation === 'call' ? `call ${observation.call}` : operation;
      completions.get(key)?.({ ...observation, at } as Returned);
    },
    connect: () => connect({ host: '127.0.0.1', port, allowHalfOpen: true, noDelay: true }),
  });
  open.push(() => driver.tell({ type: 'abort' }));
  const until = (what: string) => new Promise<Returned>((resolve) => completions.set(what, resolve));
  const told = (type: 'open' | 'close') => {
    const completed = until(type);
    driver.tell({ type });
    return completed;
  };
  let calls = 0;
  const call = (operation: string, values: DataRecord) => {
    calls += 1;
    const completed = until(`call ${calls}`);
    const messageId = `urn:uuid:00000000-0000-0000-0000-${String(calls).padStart(12, '0')}`;
    driver.tell({ type: 'call', call: calls, operation, values, messageId });
    return completed;
  };
  return { opened: () => told('open'), closed: () => told('close'), call, order };
}

async function portOf(server: Server): Promise<number> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  open.push(() => server.close());
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : 0;
}

async function until(happened: () => boolean): Promise<void> {
  while (!happened()) await new Promise((resolve) => setTimeout(resolve, 5));
}

describe.each(['sync', 'async', 'duplex'] as const)('calls over real sockets, %s', (callStyle) => {
  const contract = callStyle === 'duplex' ? DUPLEX_TEST_SERVICE : TEST_SERVICE;

  test('return one after another in one session, which closes', async () => {
    const { port } = await service(contract);
    const session = client(port, { callStyle });
    await session.opened();
    expect(await session.call('Echo', { s: 'hello' })).toMatchObject({ results: { EchoResult: 'hello' } });
    expect(await session.call('Slow', { ms: 20 })).toMatchObject({ results: { SlowResult: 'slept 20' } });
    const { results } = await session.call('Large', { bytes: 40_000 });
    expect(results?.LargeResult).toEqual(new Uint8Array(40_000));
    expect(await session.closed()).not.toHaveProperty('exception');
  });

  test('one way return when the socket has them, however long they take', async () => {
    const { port, seen } = await service(contract);
    const session = client(port, { callStyle });
    await session.opened();
    const called = clock.now();
    const { at, ...completed } = await session.call('SlowOneWay', { ms: 300 });
    expect(completed).toEqual({ type: 'completed', operation: 'call', call: 1 });
    expect(at - called).toBeLessThan(300);
    await until(() => seen.some(({ type }) => type === 'executed'));
    expect(clock.now() - called).toBeGreaterThanOrEqual(300);
  });

  test('that are not answered in time fail then, and not earlier', async () => {
    const { port, seen } = await service(contract);
    const session = client(port, { callStyle, operationTimeout: 150 });
    await session.opened();
    const called = clock.now();
    const { at, exception } = await session.call('Slow', { ms: 400 });
    expect(exception).toMatchObject({ name: 'TimeoutException' });
    expect(at - called).toBeGreaterThanOrEqual(150);
    expect(at - called).toBeLessThan(400);
    await until(() => seen.some(({ type }) => type === 'executed'));
    const how = callStyle === 'sync' ? 'unanswerable' : 'replied';
    expect(seen.find(({ type }) => type === 'executed')).toMatchObject({ how });
  });

  test('whose message the other side never reads fail with the socket, and reset it', async () => {
    const server = createServer((socket) => {
      socket.once('data', () => {
        socket.write(Buffer.from([0x0b]));
        socket.pause();
      });
    });
    const port = await portOf(server);
    const accepted: Promise<readonly Socket[]> = once(server, 'connection');
    const session = client(port, { callStyle, operationTimeout: 200 });
    await session.opened();
    const { exception } = await session.call('OneWay', { s: 'x'.repeat(16_000_000) });
    expect(exception).toMatchObject({
      name: 'TimeoutException',
      message: expect.stringMatching(/^The socket connection was aborted/),
    });
    const [socket] = await accepted;
    socket?.resume();
    expect(await once(socket ?? server, 'error')).toMatchObject([{ code: 'ECONNRESET' }]);
  });
});

describe('a client whose calls overlap', () => {
  test('is answered in the order in which the operations end, each call with its own reply', async () => {
    const { port } = await service(TEST_SERVICE, 'multiple');
    const session = client(port, { callStyle: 'async' });
    await session.opened();
    const slow = session.call('Slow', { ms: 150 });
    const echoed = session.call('Echo', { s: 'first' });
    expect(await echoed).toMatchObject({ results: { EchoResult: 'first' } });
    expect(await slow).toMatchObject({ results: { SlowResult: 'slept 150' } });
    expect(session.order).toEqual([2, 1]);
  });

  test('waits in line where the service is single-threaded', async () => {
    const { port } = await service();
    const session = client(port, { callStyle: 'async' });
    await session.opened();
    const slow = session.call('Slow', { ms: 150 });
    await session.call('Echo', { s: 'second' });
    await slow;
    expect(session.order).toEqual([1, 2]);
  });
});

test('a service that calls back within a call is answered over the same connection', async () => {
  const { port } = await service(DUPLEX_TEST_SERVICE, 'reentrant');
  const session = client(port, { callStyle: 'duplex' });
  await session.opened();
  expect(await session.call('AskBack', { q: 'colour' })).toMatchObject({ results: { AskBackResult: 'colour' } });
  expect(await session.call('Ticks', { n: 3 })).toMatchObject({ results: { TicksResult: 'ticked' } });
});
