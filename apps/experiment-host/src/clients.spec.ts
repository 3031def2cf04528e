import { afterEach, describe, expect, test } from '@jest/globals';
import type { CallStyle, Step } from '@lapse/experiment';
import { misbehaving, serviceConnection, testOperations } from '@lapse/protocol';
import { type DriverObservation, type Listener, listen, monotonicClock } from '@lapse/transport';
import { contractFor } from './called.ts';
import { Clients } from './clients.ts';
import type { Recordable } from './stamped-lines.ts';
import { IDLE_DIRECT } from './testing/experiments.ts';

const clock = monotonicClock();
const open: (() => unknown)[] = [];

afterEach(async () => {
  for (const close of open.splice(0)) await close();
});

/** An application of that call style in this process, and a service that serves its calls one at a time. What it was told, in order. */
async function application(callStyle: CallStyle, misbehaves = false) {
  const { contract } = contractFor(callStyle);
  const calls = { contract, operations: testOperations, concurrencyMode: 'single', sendTimeout: 5_000 } as const;
  const listener: Listener = await listen({
    port: 0,
    clock,
    machine: () => {
      const connection = serviceConnection({
        ...IDLE_DIRECT.service,
        endpoint: {
          ...{ path: '/session', mode: 'duplex', contentType: 'application/soap+msbinsession1' },
          port: listener.port,
        },
        maxReceivedMessageSize: 65_536,
        calls: { ...calls, includeExceptionDetailInFaults: false, nextMessageId: () => 'urn:uuid:0' },
      });
      return misbehaves ? misbehaving(connection, 'neverEnds') : connection;
    },
    observe: () => {},
  });
  const told: string[] = [];
  const clients = new Clients({
    scenario: { ...IDLE_DIRECT, client: { ...IDLE_DIRECT.client, callStyle, closeTimeout: 400 } },
    clock,
    history: { write: (observation) => told.push(...wordsOf(observation)) },
    connectTo: { host: '127.0.0.1', port: listener.port },
    address: `net.tcp://127.0.0.1:${listener.port}/session`,
  });
  open.push(
    () => clients.close(),
    () => listener.close(),
  );
  const perform = (...steps: readonly Pick<Step, 'do' | 'call'>[]) => {
    for (const step of steps) clients.perform({ at: 0, ...step });
  };
  const until = async (word: string) => {
    while (!told.includes(word)) await new Promise((resolve) => setTimeout(resolve, 5));
    return told;
  };
  return { perform, until };
}

/** What the application did, and what it was told of it: `close`, `closed`, `call 1`, `call 1 returned`. */
function wordsOf(observation: Recordable): readonly string[] {
  const line = observation as DriverObservation;
  if (line.type === 'call') return [`call ${line.call}`];
  if (line.type === 'open' || line.type === 'close' || line.type === 'abort') return [line.type];
  if (line.type !== 'completed') return [];
  const subject = line.operation === 'call' ? `call ${line.call}` : line.operation;
  return [`${subject} ${line.exception === undefined ? 'returned' : line.exception.name}`];
}

const OPEN = { do: 'open' } as const;
const SLOW = { do: 'call', call: { operation: 'slow', lasts: 100 } } as const;
const ECHO = { do: 'call', call: { operation: 'echo' } } as const;

describe('a step whose instant comes while a call waits', () => {
  test('begins when the call has returned, in a synchronous client', async () => {
    const { perform, until } = await application('sync');
    perform(OPEN, SLOW, ECHO, { do: 'close' });
    expect(await until('close returned')).toEqual([
      ...['open', 'open returned', 'call 1', 'call 1 returned', 'call 2', 'call 2 returned'],
      ...['close', 'close returned'],
    ]);
  });

  test('begins at once in any other client: an asynchronous one', async () => {
    const { perform, until } = await application('async');
    perform(OPEN, SLOW, ECHO);
    expect(await until('call 2 returned')).toEqual([
      ...['open', 'open returned', 'call 1', 'call 2', 'call 1 returned', 'call 2 returned'],
    ]);
  });

  test('begins at once in any other client: a duplex one', async () => {
    const { perform, until } = await application('duplex');
    perform(OPEN, SLOW, ECHO);
    expect(await until('call 2 returned')).toEqual([
      ...['open', 'open returned', 'call 1', 'call 2', 'call 1 returned', 'call 2 returned'],
    ]);
  });

  test('may end the session under a call that is not waited for, and the call is told', async () => {
    const { perform, until } = await application('async');
    perform(OPEN, SLOW, { do: 'abort' });
    expect(await until('call 1 CommunicationObjectAbortedException')).toEqual([
      ...['open', 'open returned', 'call 1', 'abort', 'call 1 CommunicationObjectAbortedException'],
    ]);
  });

  test('waits for a close that waits, though the call returns meanwhile', async () => {
    const { perform, until } = await application('async', true);
    perform(OPEN, SLOW, { do: 'close' }, OPEN, { do: 'abort' });
    expect(await until('abort')).toEqual([
      ...['open', 'open returned', 'call 1', 'close', 'call 1 returned', 'close TimeoutException'],
      ...['open', 'open returned', 'abort'],
    ]);
  });
});

test('a call of nothing is a mistake of whoever wrote the step', async () => {
  const { perform, until } = await application('sync');
  perform(OPEN);
  await until('open returned');
  await new Promise((resolve) => setImmediate(resolve));
  expect(() => perform({ do: 'call' })).toThrow('a step calls, and does not say what');
});
