import { describe, expect, test } from '@jest/globals';
import type { ChannelEvent } from '../channel/vocabulary.ts';
import { encodePreamble, encodeRecord } from '../framing/index.ts';
import {
  callMessage,
  DUPLEX_TEST_SERVICE,
  SESSION_TEST_SERVICE,
  twoWayOperation,
  writeMessage,
} from '../soap/index.ts';
import { bytes, type Line } from '../testing/transcript.ts';
import type { Execution, ServiceCalls } from './execution.ts';
import { CLOSE_AFTER_FAULT_TIMEOUT } from './service-connection.ts';
import { testOperations } from './test-operations.ts';
import { ADDRESS, caller, id } from './testing/caller.ts';
import {
  calledConnection,
  END,
  effectsOf,
  opening,
  PREAMBLE,
  received,
  story,
  told,
  written,
} from './testing/session.ts';

// A service that ends a session of its own accord: ServiceHost.Close, IContextChannel.Close (wcf-timeouts 1.7, 3.5, 13.2).

const MULTIPLE: Partial<ServiceCalls> = { concurrencyMode: 'multiple' };

describe('a service that closes an idle session', () => {
  const closed = (...lines: readonly Line[]) => {
    const { calls } = caller();
    return story([received(100, calls(1, 'Echo', { s: 'x' })), written(101, 2), told(500, 'close'), ...lines]);
  };
  test('writes End at once, and with the End of the client the connection waits for another session', () => {
    expect(closed(received(520, END), received(600, PREAMBLE), { until: 60_000 })).toMatchSnapshot();
  });
  test('takes FIN for End, and ends the connection', () => {
    expect(closed(told(520, 'peerEnded'), { until: 60_000 })).toMatchSnapshot();
  });
  test('takes End and FIN', () => {
    expect(closed(received(520, END), told(521, 'peerEnded'), { until: 60_000 })).toMatchSnapshot();
  });
  test('has a client that resets', () => {
    expect(closed(told(520, 'peerReset'), { until: 60_000 })).toMatchSnapshot();
  });
  test('gives a client that says nothing closeTimeout, then resets', () => {
    expect(closed({ until: 60_000 })).toMatchSnapshot();
  });
  test('waits for nobody by the idle timer, although that would have been faster', () => {
    expect(story([told(3_500, 'close'), { until: 60_000 }])).toMatchSnapshot();
  });
  test('has a client that ends by FIN before its first message, which breaks the connection', () => {
    expect(story([told(500, 'close'), told(520, 'peerEnded')])).toMatchSnapshot();
  });
  test('aborts it by RST while it waits', () => {
    expect(closed(told(600, 'abort'), { until: 60_000 })).toMatchSnapshot();
  });
  test('closes once, however often it is told', () => {
    expect(closed(told(600, 'close'), told(900, 'close'), { until: 60_000 })).toMatchSnapshot();
  });
});

describe('a request that comes behind our End', () => {
  const late = (...lines: readonly Line[]) => story([told(100, 'close'), ...lines]);
  test('still runs, and its reply has nobody to go to; it gives the client no more time', () => {
    const { calls } = caller();
    expect(
      late(received(200, calls(1, 'Echo', { s: 'x' }), calls(2, 'OneWay', { s: 'y' })), { until: 60_000 }),
    ).toMatchSnapshot();
  });
  test('still runs when it takes longer than the session lasts', () => {
    const { calls } = caller();
    expect(late(received(200, calls(1, 'Slow', { ms: 2_000 })), { until: 60_000 })).toMatchSnapshot();
  });
  test('does not keep the End behind it from being read', () => {
    const { calls } = caller();
    expect(late(received(200, calls(1, 'Slow', { ms: 500 }), END), { until: 60_000 })).toMatchSnapshot();
  });
  test('waits its turn behind an operation of a single-threaded service', () => {
    const { calls } = caller();
    const requests = [calls(1, 'SlowOneWay', { ms: 300 }), calls(2, 'Echo', { s: 'x' })];
    expect(late(received(200, ...requests), received(400, END), { until: 60_000 })).toMatchSnapshot();
  });
  test('is told no fault, whatever its operation comes to', () => {
    const { calls } = caller();
    const requests = [calls(1, 'Throw', { s: 'x' }), calls(2, 'ThrowTyped', { s: 'y' })];
    expect(late(received(200, ...requests), received(300, END))).toMatchSnapshot();
  });
  test('is told nothing where it calls no operation, or has no action', () => {
    const { send, write } = caller();
    const echo = twoWayOperation(DUPLEX_TEST_SERVICE.operations, 'Echo');
    const call = callMessage(echo, { s: 'x' }, { to: ADDRESS, messageId: id(1) });
    const envelope = writeMessage(call);
    const children = envelope.children.map((child) =>
      child.type === 'element' && child.local === 'Header' ? { ...child, children: [] } : child,
    );
    const unknown = send({ ...call, action: 'urn:none' });
    expect(late(received(200, unknown, write({ ...envelope, children })), { until: 60_000 })).toMatchSnapshot();
  });
  test('that cannot be read is answered with RST', () => {
    const unreadable = encodeRecord({ type: 'sizedEnvelope', payload: bytes('00 ff') });
    expect(late(received(200, unreadable), { until: 60_000 })).toMatchSnapshot();
  });
  test('cannot call its client back', () => {
    const { calls } = caller();
    const lines = [told(100, 'close'), received(200, calls(1, 'AskBack', { q: 'who' })), received(300, END)];
    expect(story(lines, { concurrencyMode: 'reentrant' })).toMatchSnapshot();
  });
  test('aborts the session when its operation does', () => {
    const { calls } = caller();
    const operations = (): Execution => ({ after: 300, outcome: { type: 'abort' } });
    const lines = [told(100, 'close'), received(200, calls(1, 'Echo', { s: 'x' })), { until: 60_000 }];
    expect(story(lines, { operations })).toMatchSnapshot();
  });
  test('of an operation that aborts leaves the next session alone', () => {
    const { calls } = caller();
    const operations = (): Execution => ({ after: 300, outcome: { type: 'abort' } });
    const request = received(200, calls(1, 'Echo', { s: 'x' }), END, PREAMBLE);
    expect(story([told(100, 'close'), request, { until: 600 }], { operations })).toMatchSnapshot();
  });
});

describe('a service that closes a session while an operation runs', () => {
  const running = (...lines: readonly Line[]) => {
    const { calls } = caller();
    return [received(100, calls(1, 'Slow', { ms: 500 })), ...lines];
  };
  test('writes End at once; the operation runs on, and can tell nobody', () => {
    expect(story(running(told(200, 'close'), { until: 60_000 }))).toMatchSnapshot();
  });
  test('reads the End of the client at once, and has another session before the operation is over', () => {
    const lines = [told(200, 'close'), received(300, END, PREAMBLE), { until: 650 }];
    expect(story(running(...lines))).toMatchSnapshot();
    expect(story(running(...lines), MULTIPLE)).toMatchSnapshot();
  });
  test('finds the End that a single-threaded service had not read', () => {
    expect(story(running(received(150, END), told(200, 'close'), { until: 650 }))).toMatchSnapshot();
  });
  test('whose client has ended answers with End at once, without the reply', () => {
    const lines = [received(150, END), told(200, 'close'), { until: 650 }];
    expect(story(running(...lines), MULTIPLE)).toMatchSnapshot();
  });
  test('whose client has ended by FIN answers with End and FIN', () => {
    const lines = [told(150, 'peerEnded'), told(200, 'close'), { until: 60_000 }];
    expect(story(running(...lines), MULTIPLE)).toMatchSnapshot();
  });
  test('leaves a callback without an answer, and does not read the one that comes', () => {
    const { calls, answers } = caller();
    const lines = [
      received(100, calls(1, 'AskBack', { q: 'who' })),
      written(101, 2),
      told(200, 'close'),
      received(300, answers(1, 'late')),
      received(400, END),
    ];
    expect(story(lines, MULTIPLE)).toMatchSnapshot();
  });
});

describe('a service that closes a session while its answer is on the way', () => {
  const answering = (operation: string, ...lines: readonly Line[]) => {
    const { calls } = caller();
    return story([received(100, calls(1, operation, { s: 'x' })), ...lines]);
  };
  test('writes End behind it', () => {
    expect(answering('Echo', told(200, 'close'), written(300, 2), received(400, END))).toMatchSnapshot();
  });
  test('writes one End where the answer would have brought another', () => {
    expect(answering('Throw', told(200, 'close'), written(300, 2), { until: 60_000 })).toMatchSnapshot();
  });
});

test('an answer that the client does not take faults a session that closes', () => {
  const { calls } = caller();
  const connection = calledConnection({ sendTimeout: 600 });
  for (const event of opening) connection.handle(event, 0);
  connection.handle(received(100, calls(1, 'Echo', { s: 'x' })).event, 100);
  connection.handle({ type: 'close' }, 200);
  expect(connection.deadline()).toEqual({ timer: 'send', at: 700 });
  expect(connection.handle({ type: 'timeout' }, 700)).toContainEqual({ type: 'disconnect', how: 'abort' });
});

test('a session that ends behind a fault keeps its 10 s when it is closed', () => {
  const { calls } = caller();
  const connection = calledConnection();
  for (const event of opening) connection.handle(event, 0);
  connection.handle(received(100, calls(1, 'Throw', { s: 'x' })).event, 100);
  connection.handle({ type: 'transmitted', id: 2 }, 101);
  expect(connection.handle({ type: 'close' }, 5_000)).toEqual([]);
  expect(connection.deadline()).toEqual({ timer: 'close', at: 101 + CLOSE_AFTER_FAULT_TIMEOUT });
});

test('a session behind its terminating operation has closeTimeout from its close on', () => {
  const { calls } = caller();
  const { operations } = SESSION_TEST_SERVICE;
  const lines = [
    received(100, calls(1, 'Begin', {}, operations), calls(2, 'Finish', {}, operations)),
    written(101, 2),
    written(102, 3),
    told(800, 'close'),
    { until: 60_000 },
  ];
  expect(story(lines, { contract: SESSION_TEST_SERVICE, operations: testOperations })).toMatchSnapshot();
});

describe('where no session is open there is nothing to be ended, and close resets', () => {
  const closing = (...events: readonly ChannelEvent[]) => {
    const connection = calledConnection();
    for (const event of [{ type: 'accepted' } as const, ...events]) connection.handle(event, 0);
    const effects = connection.handle({ type: 'close' }, 300);
    expect(connection.deadline()).toBeUndefined();
    expect(connection.handle({ type: 'close' }, 400)).toEqual([]);
    return effects.filter(({ type }) => type !== 'timer');
  };
  const RESET = { type: 'disconnect', how: 'abort' } as const;
  const ABORTED = { type: 'sessionEnded', why: { code: 'aborted' } } as const;
  const arrived = (data: Uint8Array): ChannelEvent => ({ type: 'received', bytes: data });

  test('before the first byte', () => {
    expect(closing()).toEqual([RESET]);
  });
  test('inside the preamble, before its content type', () => {
    expect(closing(arrived(PREAMBLE.subarray(0, 5)))).toEqual([ABORTED, RESET]);
  });
  test('between content type and PreambleEnd', () => {
    const faulted = { type: 'state', from: 'opening', to: 'faulted', why: 'close' };
    expect(closing(arrived(PREAMBLE.subarray(0, -1)))).toEqual([faulted, ABORTED, RESET]);
  });
  test('between two sessions', () => {
    expect(closing(arrived(PREAMBLE), arrived(END))).toEqual([RESET]);
  });
  test('but behind a framing fault, whose record and FIN are on their way', () => {
    const connection = calledConnection();
    const wrongPath = encodePreamble({ via: 'net.tcp://localhost:8081/elsewhere', mode: 'duplex' });
    for (const event of [{ type: 'accepted' } as const, arrived(wrongPath)]) connection.handle(event, 0);
    expect(connection.handle({ type: 'close' }, 300)).toEqual([]);
  });
  test('before it is accepted', () => {
    expect(calledConnection().handle({ type: 'close' }, 0)).toEqual([]);
  });
});

test('nothing goes out behind our End', () => {
  const { calls } = caller();
  const requests = ['Echo', 'Throw', 'ThrowTyped', 'Ticks', 'AskBack'].map((name, index) =>
    received(200 + index, calls(index + 1, name, { s: 'x', q: 'x', n: 2 })),
  );
  const effects = effectsOf([told(100, 'close'), ...requests, received(300, END)], MULTIPLE);
  const sent = effects.flatMap((effect) => (effect.type === 'transmit' ? [effect.what] : []));
  expect(sent).toEqual(['preambleAck', 'end']);
});
