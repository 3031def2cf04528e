import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import { afterEach, describe, expect, test } from '@jest/globals';
import type { CallPlan, Observation, Step } from '@lapse/experiment';
import { monotonicClock } from '@lapse/transport';
import { Clients } from './clients.ts';
import { StampedLines } from './stamped-lines.ts';
import { ExperimentOnDisk, IDLE_DIRECT } from './testing/experiments.ts';

const open: (() => unknown)[] = [];

afterEach(() => {
  for (const close of open.splice(0)) close();
});

const flood = (plan: Partial<CallPlan>): Step => ({
  ...{ at: 300, do: 'call' },
  call: { operation: 'oneWay', ...plan },
});
const ECHO: Step = { at: 900, do: 'call', call: { operation: 'echo' } };
const OPEN: Step = { at: 100, do: 'open' };

/** What the application did and was told, in order: `call 1`, `returned 1`. */
function told(history: readonly Observation[]): readonly string[] {
  return history.flatMap((line) => {
    if (line.side !== 'client') return [];
    if (line.type === 'call') return [`call ${line.call}`];
    if (line.type !== 'completed' || line.operation !== 'call') return [];
    return [`${line.exception === undefined ? 'returned' : line.exception.name} ${line.call}`];
  });
}

describe('a flood', () => {
  test('makes each call when the one before has returned, and takes as many numbers; the service executes them all', async () => {
    await using experiment = new ExperimentOnDisk({
      ...IDLE_DIRECT,
      service: { ...IDLE_DIRECT.service, receiveTimeout: 30_000 },
      workload: [{ at: 100, do: 'open' }, flood({ bytes: 100, times: 100 }), { ...ECHO, at: 1_400 }],
      runFor: 2_000,
    });
    const history = await experiment.run();
    const numbers = Array.from({ length: 101 }, (_, index) => index + 1);
    expect(told(history)).toEqual(numbers.flatMap((call) => [`call ${call}`, `returned ${call}`]));
    const executed = history.flatMap((line) => (line.type === 'executed' ? [line.operation] : []));
    expect(executed).toEqual([...Array(100).fill('OneWay'), 'Echo']);
  });

  test('opens its session with its first call, where nobody has opened it', async () => {
    const { perform, until } = await stopped({ reads: true });
    perform({ ...flood({ times: 3 }) });
    expect(told(await until('returned 3'))).toEqual([1, 2, 3].flatMap((call) => [`call ${call}`, `returned ${call}`]));
  });
});

/** An application of which each call has 400 ms, and a service that acknowledges its session and then reads no more, or goes on reading. */
async function stopped({ reads = false } = {}) {
  const ends: string[] = [];
  const server = createServer((socket: Socket) => {
    socket.once('data', () => {
      socket.write(new Uint8Array([0x0b]));
      if (!reads) setImmediate(() => socket.pause());
    });
    socket.on('data', () => {});
    socket.on('error', (error: NodeJS.ErrnoException) => ends.push(String(error.code)));
    socket.on('end', () => ends.push('end'));
    open.push(() => socket.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  open.push(() => server.close());
  const address = server.address();
  const port = address === null || typeof address === 'string' ? 0 : address.port;
  const clock = monotonicClock();
  const lines: string[] = [];
  const clients = new Clients({
    scenario: { ...IDLE_DIRECT, client: { ...IDLE_DIRECT.client, operationTimeout: 400 } },
    history: new StampedLines('host', clock, (line) => lines.push(line)),
    ...{ clock, connectTo: { host: '127.0.0.1', port }, address: `net.tcp://127.0.0.1:${port}/session` },
  });
  open.push(() => clients.close());
  const history = (): readonly Observation[] => lines.map((line) => JSON.parse(line));
  return {
    ends,
    lines,
    perform: (...steps: readonly Step[]) => {
      for (const step of steps) clients.perform(step);
    },
    until: async (what: string | RegExp) => {
      while (!told(history()).some((word) => word.match(what) !== null))
        await new Promise((resolve) => setTimeout(resolve, 20));
      return history();
    },
  };
}

describe('a flood against a service that does not read', () => {
  test('goes on until the sockets are full; the call that has to wait fails, the channel is reset, and nothing more is called', async () => {
    const { perform, until, ends } = await stopped();
    perform(OPEN, flood({ bytes: 60_000, times: 420 }), ECHO);
    const history = await until(/ 421/);
    const words = told(history);
    const made = words.filter((word) => word.startsWith('call ')).length - 1;
    expect(made).toBeGreaterThan(2);
    expect(made).toBeLessThan(420);
    expect(words.slice(-4)).toEqual([
      ...[`call ${made}`, `TimeoutException ${made}`],
      ...['call 421', 'CommunicationObjectFaultedException 421'],
    ]);
    expect(words.slice(0, -4)).toEqual(
      Array.from({ length: made - 1 }, (_, index) => [`call ${index + 1}`, `returned ${index + 1}`]).flat(),
    );
    const fired = history.find((line) => line.type === 'timer' && line.what === 'fired');
    expect(fired).toMatchObject({ timer: 'send', call: made });
    expect(history.find((line) => line.type === 'completed' && 'exception' in line)).toMatchObject({
      exception: { message: expect.stringContaining('an asynchronous send to the socket did not complete within') },
    });
    expect(history.find((line) => line.type === 'disconnect')).toMatchObject({ how: 'abort' });
    expect(ends).toEqual([]);
  });

  test('is recorded by the beginning of each message, and its size', async () => {
    const { perform, until, lines } = await stopped();
    perform(OPEN, flood({ bytes: 60_000, times: 420 }), ECHO);
    const history = await until(/ 421/);
    const calls = history.filter((line) => line.type === 'call').filter(({ operation }) => operation === 'OneWay');
    for (const { sizes, values } of calls) {
      expect(sizes).toEqual({ s: 60_000 });
      expect(values).toEqual({ s: 'x'.repeat(1_024) });
    }
    const sent = history.filter((line) => line.type === 'transmit').filter(({ what }) => what === 'oneWay OneWay');
    expect(sent).toHaveLength(calls.length);
    for (const { size, bytes } of sent) {
      expect(size).toBeGreaterThan(60_000);
      expect(bytes).toHaveLength(2_048);
    }
    expect(lines.join('').length / calls.length).toBeLessThan(10_000);
  });

  test('lets everything else of its process go on between its calls', async () => {
    let turns = 0;
    const turn = () => {
      turns += 1;
      next = setImmediate(turn);
    };
    let next = setImmediate(turn);
    open.push(() => clearImmediate(next));
    const { perform, until } = await stopped();
    perform(OPEN);
    const before = turns;
    perform(flood({ bytes: 60_000, times: 420 }));
    const made = told(await until(/Exception/)).filter((word) => word.startsWith('call ')).length;
    expect(turns - before).toBeGreaterThanOrEqual(made);
  });

  test('is over when its clients are closed', async () => {
    const { perform, until } = await stopped();
    perform(OPEN, flood({ bytes: 100, times: 10_000 }));
    await until('call 5');
    for (const close of open.splice(0)) close();
    await new Promise((resolve) => setTimeout(resolve, 30));
    const words = told(await until('call 5'));
    const last = words.at(-1) ?? '';
    await new Promise((resolve) => setTimeout(resolve, 30));
    expect(told(await until('call 5')).at(-1)).toBe(last);
  });
});
