import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { INFINITE } from '../constants.ts';
import { binaryMessageEncoder } from '../encoding/index.ts';
import { encodeRecord } from '../framing/index.ts';
import { InvalidOperation } from '../machine.ts';
import {
  type Contract,
  callMessage,
  DUPLEX_TEST_SERVICE,
  faultMessage,
  internalServiceFault,
  type OutgoingMessage,
  oneWayOperation,
  replyMessage,
  soapFault,
  TEST_SERVICE,
  twoWayOperation,
  writeMessage,
} from '../soap/index.ts';
import { bytes, type Line, transcript } from '../testing/transcript.ts';
import { type ProxySettings, proxy } from './proxy.ts';
import type { ChannelEffect, SessionEvent } from './vocabulary.ts';

const ADDRESS = 'net.tcp://localhost:8081/session';
const SETTINGS: ProxySettings = {
  contract: TEST_SERVICE,
  address: ADDRESS,
  via: ADDRESS,
  callStyle: 'sync',
  openTimeout: 5_000,
  closeTimeout: 2_000,
  operationTimeout: 3_000,
  maxReceivedMessageSize: 65_536,
  pooling: false,
};
const ACK = bytes('0b');
const END = bytes('07');

const id = (call: number) => `urn:uuid:00000000-0000-0000-0000-00000000000${call}`;
const received = (at: number, data: Uint8Array): Line => ({ at, event: { type: 'received', bytes: data } });
const told = (at: number, type: 'open' | 'connected' | 'close' | 'abort' | 'peerEnded' | 'peerReset'): Line => ({
  at,
  event: { type },
});
const calls = (at: number, call: number, operation = 'Echo', values: object = { s: 'hello' }): Line => ({
  at,
  event: { type: 'call', call, operation, values: { ...values }, messageId: id(call) },
});
const transmitted = (at: number, transmission: number): Line => ({
  at,
  event: { type: 'transmitted', id: transmission },
});
const opened: readonly Line[] = [told(0, 'open'), told(1, 'connected'), transmitted(1, 1), received(2, ACK)];

/** What a service writes in one session: its envelopes as records, in order. */
function service(contract: Contract = TEST_SERVICE) {
  const encoder = binaryMessageEncoder({ session: true });
  const record = (message: OutgoingMessage | undefined) => {
    if (message === undefined) throw new Error('a request of a test wants an answer');
    return encodeRecord({ type: 'sizedEnvelope', payload: encoder.encode(writeMessage(message)) });
  };
  return {
    reply: (call: number, result = 'hello', name = 'Echo') =>
      record(
        replyMessage(
          { messageId: id(call) },
          { operation: twoWayOperation(contract.operations, name), values: { [`${name}Result`]: result } },
        ),
      ),
    faults: (call: number, answer: Parameters<typeof faultMessage>[1]) =>
      record(faultMessage({ messageId: id(call) }, answer)),
    asks: (q: string) =>
      record(callMessage(twoWayOperation(contract.callbacks, 'Ask'), { q }, { to: ADDRESS, messageId: id(9) })),
    ticks: (n: number) =>
      record(callMessage(oneWayOperation(contract.callbacks, 'Tick'), { n }, { to: ADDRESS, messageId: id(9) })),
  };
}

const story = (lines: readonly Line[], settings: Partial<ProxySettings> = {}) =>
  transcript(proxy({ ...SETTINGS, ...settings }), lines);

/** What the application was told of its calls: results, or the exception's name and text. */
function outcomes(lines: readonly Line[], settings: Partial<ProxySettings> = {}): readonly string[] {
  const machine = proxy({ ...SETTINGS, ...settings });
  const effects: ChannelEffect[] = [];
  for (const line of lines) {
    if ('event' in line) effects.push(...machine.handle(line.event, line.at));
    else
      for (let due = machine.deadline(); due !== undefined && due.at <= line.until; due = machine.deadline())
        effects.push(...machine.handle({ type: 'timeout' }, due.at));
  }
  return effects.flatMap((effect) => {
    if (effect.type !== 'completed' || effect.operation !== 'call') return [];
    const { call, exception, results } = effect;
    return [
      `${call}: ${exception === undefined ? JSON.stringify(results) : `${exception.name}: ${exception.message}`}`,
    ];
  });
}

describe.each(['sync', 'async', 'duplex'] as const)('a call, %s', (callStyle) => {
  test('that is answered returns the result, and its timer is cancelled', () => {
    const lines = [...opened, calls(100, 1), transmitted(101, 2), received(150, service().reply(1, 'there'))];
    expect(story(lines, { callStyle })).toMatchSnapshot();
    expect(outcomes(lines, { callStyle })).toEqual(['1: {"EchoResult":"there"}']);
  });

  test('that is not answered fails at its call + operationTimeout; what that does to the channel depends on who reads', () => {
    const lines = [...opened, calls(100, 1), transmitted(101, 2), { until: 60_000 }, calls(70_000, 2)];
    expect(story(lines, { callStyle })).toMatchSnapshot();
    expect(outcomes(lines, { callStyle })[0]).toContain(
      `1: TimeoutException: This request operation sent to ${ADDRESS} did not receive a reply within the configured timeout (00:00:03).`,
    );
  });

  test('whose message the socket does not take faults the channel at the same instant, and says so', () => {
    const lines = [...opened, calls(100, 1), { until: 60_000 }];
    expect(story(lines, { callStyle })).toMatchSnapshot();
    expect(outcomes(lines, { callStyle })[0]).toContain('1: TimeoutException: The socket connection was aborted');
  });

  test('on a session that is reset fails at once, and the channel is faulted', () => {
    const lines = [...opened, calls(100, 1), transmitted(101, 2), told(500, 'peerReset'), calls(600, 2)];
    expect(story(lines, { callStyle })).toMatchSnapshot();
    expect(outcomes(lines, { callStyle })).toEqual([
      expect.stringContaining(callStyle === 'sync' ? '(104: Connection reset by peer)' : 'meaningful reply'),
      expect.stringContaining('CommunicationObjectFaultedException'),
    ]);
  });

  test.each(['End', 'FIN'])(
    'on a session that is ended by %s gets no meaningful reply; the channel stays opened',
    (how) => {
      const before = [calls(100, 1), transmitted(101, 2), received(150, service().reply(1))];
      const ends = how === 'End' ? received(500, END) : told(500, 'peerEnded');
      const lines = [...opened, ...before, calls(200, 2), transmitted(201, 3), ends, calls(600, 3)];
      expect(story(lines, { callStyle })).toMatchSnapshot();
      expect(outcomes(lines, { callStyle })).toEqual([
        expect.stringContaining('hello'),
        expect.stringContaining('2: CommunicationException: The server did not provide a meaningful reply'),
        expect.stringContaining(
          callStyle === 'sync' ? 'meaningful reply' : '3: ProtocolException: This channel can no longer',
        ),
      ]);
    },
  );

  test('on a session that the service has ended while nobody called is the last one, and sent where nobody reads', () => {
    const before = [calls(100, 1), transmitted(101, 2), received(150, service().reply(1))];
    const lines = [...opened, ...before, received(500, END), calls(600, 2), transmitted(601, 3)];
    const [, last] = outcomes(lines, { callStyle });
    expect(last).toContain(
      callStyle === 'sync'
        ? '2: CommunicationException: The server did not provide'
        : '2: ProtocolException: This channel',
    );
    expect(story(lines, { callStyle })).toMatchSnapshot();
  });

  test('that the service faults fails alone', () => {
    const peer = service();
    const fault = { action: 'urn:fault', fault: soapFault('Sender', 'no') };
    const lines = [...opened, calls(100, 1), transmitted(101, 2), received(150, peer.faults(1, fault))];
    const more = [calls(200, 2), transmitted(201, 3), received(250, peer.reply(2))];
    expect(outcomes([...lines, ...more], { callStyle })).toEqual([
      '1: FaultException: no',
      '2: {"EchoResult":"hello"}',
    ]);
  });

  test('whose operation throws takes the channel with it', () => {
    const lines = [
      ...opened,
      calls(100, 1),
      transmitted(101, 2),
      received(150, service().faults(1, internalServiceFault())),
    ];
    expect(story([...lines, calls(200, 2)], { callStyle })).toMatchSnapshot();
  });

  test('that is aborted fails, and leaves no timer', () => {
    expect(story([...opened, calls(100, 1), transmitted(101, 2), told(200, 'abort')], { callStyle })).toMatchSnapshot();
  });

  test('one way is over when the socket has its message', () => {
    const lines = [...opened, calls(100, 1, 'OneWay'), transmitted(140, 2)];
    expect(story(lines, { callStyle })).toMatchSnapshot();
  });
});

describe('an idle session of a caller who does not read', () => {
  test('that was reset fails the next call, which faults the channel', () => {
    const lines = [...opened, told(500, 'peerReset'), calls(600, 1), calls(700, 2)];
    expect(story(lines)).toMatchSnapshot();
    expect(outcomes(lines)[0]).toContain('1: CommunicationException: A TCP error (104');
  });

  test('that was ended is written to by a one-way call of one who does not read', () => {
    const before = [calls(100, 1), transmitted(101, 2), received(150, service().reply(1)), calls(200, 2)];
    const ended = [transmitted(201, 3), told(500, 'peerEnded'), calls(600, 3, 'OneWay'), transmitted(601, 4)];
    expect(outcomes([...opened, ...before, ...ended])).toEqual([
      expect.stringContaining('1:'),
      expect.stringContaining('2: CommunicationException'),
      '3: undefined',
    ]);
  });

  test('that was ended before its first message breaks the framing of the next call', () => {
    expect(outcomes([...opened, told(500, 'peerEnded'), calls(600, 1)])).toEqual([
      expect.stringContaining('1: ProtocolException: Error while reading message framing format'),
    ]);
  });
});

describe('the operation timeout', () => {
  test('bounds the open that the first call makes, in place of the open timeout', () => {
    const lines = [calls(100, 1), told(101, 'connected'), { until: 60_000 }];
    expect(story(lines)).toMatchSnapshot();
    expect(outcomes(lines)[0]).toContain(
      '1: TimeoutException: The open operation did not complete within the allotted timeout of 00:00:03',
    );
  });

  test('counts from the call, not from the open that it made', () => {
    const lines = [
      calls(100, 1),
      told(1_000, 'connected'),
      transmitted(1_000, 1),
      received(2_000, ACK),
      transmitted(2_001, 2),
    ];
    expect(story([...lines, { until: 60_000 }])).toMatchSnapshot();
  });

  test('of 0 fails at once and faults the channel; nothing is sent', () => {
    expect(story([...opened, calls(100, 1)], { operationTimeout: 0 })).toMatchSnapshot();
  });

  test('is looked at when a call begins: a change counts for the next one', () => {
    const change: Line = { at: 150, event: { type: 'setOperationTimeout', operationTimeout: 500 } };
    const lines = [...opened, calls(100, 1), transmitted(101, 2), change, calls(200, 2), transmitted(201, 3)];
    expect(story([...lines, { until: 60_000 }], { callStyle: 'async' })).toMatchSnapshot();
  });
});

describe('calls side by side', () => {
  test('get their own replies, in whatever order these come', () => {
    const peer = service();
    const lines = [...opened, calls(100, 1), transmitted(101, 2), calls(110, 2), transmitted(111, 3)];
    const replies = [received(200, peer.reply(2, 'two')), received(300, peer.reply(1, 'one'))];
    expect(outcomes([...lines, ...replies], { callStyle: 'async' })).toEqual([
      '2: {"EchoResult":"two"}',
      '1: {"EchoResult":"one"}',
    ]);
  });

  test('time out one by one; a late reply is dropped, and the next call goes on', () => {
    const peer = service();
    const lines = [...opened, calls(100, 1), transmitted(101, 2), { until: 3_500 }, received(4_000, peer.reply(1))];
    const next = [calls(5_000, 2), transmitted(5_001, 3), received(5_100, peer.reply(2))];
    expect(story([...lines, ...next], { callStyle: 'async' })).toMatchSnapshot();
  });
});

describe('a call that takes the channel with it', () => {
  const fault = () => service().faults(1, internalServiceFault());
  const two = [calls(100, 1, 'Throw'), transmitted(101, 2), calls(102, 2), transmitted(103, 3)];
  const NO_REPLY = '2: CommunicationException: The server did not provide a meaningful reply';

  test.each(['sync', 'async', 'duplex'] as const)(
    'by its fault, %s: nothing of what came with that is read, and nothing goes out',
    (callStyle) => {
      const piece = Uint8Array.from([...fault(), ...END]);
      const lines = [...opened, calls(100, 1, 'Throw'), transmitted(101, 2), received(150, piece)];
      expect(story(lines, { callStyle })).toMatchSnapshot();
    },
  );

  test('by its fault leaves another that waits without an answer', () => {
    expect(outcomes([...opened, ...two, received(150, fault())])).toEqual([
      expect.stringContaining('1: FaultException'),
      expect.stringContaining(NO_REPLY),
    ]);
  });

  test('by its timeout leaves another that waits without an answer', () => {
    expect(outcomes([...opened, ...two, { until: 60_000 }])).toEqual([
      expect.stringContaining('1: TimeoutException'),
      expect.stringContaining(NO_REPLY),
    ]);
  });
});

test('a call that finds its session reset takes one with it whose message is still being written', () => {
  const lines = [...opened, calls(100, 1, 'OneWay'), told(500, 'peerReset'), calls(600, 2)];
  expect(story(lines, { operationTimeout: INFINITE })).toMatchSnapshot();
});

describe('a callback', () => {
  const settings = {
    contract: DUPLEX_TEST_SERVICE,
    callStyle: 'duplex',
    answer: (_: unknown, { q }: Readonly<Record<string, unknown>>) => ({ AskResult: `${q}!` }),
  } as const;

  test('is answered while a call of the client waits', () => {
    const peer = service(DUPLEX_TEST_SERVICE);
    const lines = [
      ...opened,
      calls(100, 1, 'AskBack', { q: 'who' }),
      transmitted(101, 2),
      received(150, peer.asks('who')),
    ];
    expect(story([...lines, received(200, peer.reply(1, 'who!', 'AskBack'))], settings)).toMatchSnapshot();
  });

  test('one way is executed, and nobody is told', () => {
    expect(story([...opened, received(150, service(DUPLEX_TEST_SERVICE).ticks(1))], settings)).toMatchSnapshot();
  });

  test('that nobody here takes is dropped', () => {
    const lines = [...opened, received(150, service(DUPLEX_TEST_SERVICE).ticks(1))];
    expect(story(lines, { ...settings, contract: TEST_SERVICE })).toMatchSnapshot();
  });
});

test('what is no message faults the channel', () => {
  const record = encodeRecord({ type: 'sizedEnvelope', payload: bytes('00 ff') });
  expect(story([...opened, calls(100, 1), transmitted(101, 2), received(150, record)])).toMatchSnapshot();
});

test('an operation that the contract does not have is refused: our own caller did it', () => {
  const machine = proxy(SETTINGS);
  const call = { type: 'call', call: 1, operation: 'Nothing', values: {}, messageId: id(1) } as const;
  expect(() => machine.handle(call, 0)).toThrow(InvalidOperation);
});

const REPLY = service().reply(1);
const anyEvent: fc.Arbitrary<SessionEvent> = fc.oneof(
  fc.constantFrom<SessionEvent>(
    { type: 'open' },
    { type: 'close' },
    { type: 'abort' },
    { type: 'connected' },
    { type: 'connected', reused: true },
    { type: 'connectFailed', code: 'ECONNREFUSED', lasted: 1 },
    { type: 'peerEnded' },
    { type: 'peerReset' },
    { type: 'timeout' },
    { type: 'setOperationTimeout', operationTimeout: 0 },
    { type: 'setOperationTimeout', operationTimeout: 1_000 },
  ),
  fc.integer({ min: 1, max: 4 }).map((transmission) => ({ type: 'transmitted' as const, id: transmission })),
  fc.constantFrom('Echo', 'OneWay').map((operation) => ({
    type: 'call' as const,
    call: 0,
    operation,
    values: { s: 'x' },
    messageId: id(1),
  })),
  fc.oneof(fc.constantFrom(ACK, ACK, END, REPLY), fc.uint8Array({ maxLength: 8 })).map((data) => ({
    type: 'received' as const,
    bytes: data,
  })),
);

test('any events at any times: every call returns at most once, and none is left when the channel is over', () => {
  const seed = Date.now();
  console.log(`seed ${seed}`);
  const steps = fc.array(fc.record({ event: anyEvent, after: fc.nat(1_500) }), { maxLength: 40 });
  fc.assert(
    fc.property(steps, fc.constantFrom('sync', 'async', 'duplex'), (script, callStyle) => {
      const machine = proxy({ ...SETTINGS, callStyle });
      const begun = new Set<number>();
      let now = 0;
      for (const [index, { event, after }] of script.entries()) {
        now += after;
        try {
          const effects = machine.handle(event.type === 'call' ? { ...event, call: index } : event, now);
          if (event.type === 'call') begun.add(index);
          for (const effect of effects)
            if (effect.type === 'completed' && effect.operation === 'call')
              expect(begun.delete(effect.call)).toBe(true);
        } catch (error) {
          expect(error).toBeInstanceOf(InvalidOperation);
        }
        const { channel } = machine.describe() as { channel: { state: string } };
        if (channel.state !== 'closed' && channel.state !== 'faulted') continue;
        expect([...begun]).toEqual([]);
        expect(machine.deadline()).toBeUndefined();
      }
    }),
    { seed, numRuns: 2_000 },
  );
});
