import { describe, expect, test } from '@jest/globals';
import { contract, SESSION_TEST_SERVICE } from '../soap/index.ts';
import { bytes, type Line } from '../testing/transcript.ts';
import type { ServiceOperations } from './execution.ts';
import { testOperations } from './test-operations.ts';
import { caller } from './testing/caller.ts';
import { calledConnection, END, opening, PREAMBLE, received, story, told, written } from './testing/session.ts';

describe('the idle timer', () => {
  test('starts again when a request is dispatched, and not when its reply is written', () => {
    const { calls } = caller();
    expect(
      story([received(1_000, calls(1, 'Slow', { ms: 500 })), { until: 1_500 }, written(1_501, 2), { until: 60_000 }]),
    ).toMatchSnapshot();
  });
  test('runs on during an operation: the session ends under it, and the reply has nobody to go to', () => {
    const { calls } = caller();
    expect(story([received(1_000, calls(1, 'Slow', { ms: 6_000 })), { until: 60_000 }])).toMatchSnapshot();
  });
  test('that is due when an operation is over comes first', () => {
    const { calls } = caller();
    expect(story([received(1_000, calls(1, 'Slow', { ms: 4_000 })), { until: 60_000 }])).toMatchSnapshot();
  });
  test('that is due at the instant of another is the one that the driver waits for', () => {
    const { calls } = caller();
    const connection = calledConnection();
    for (const event of opening) connection.handle(event, 0);
    const { event } = received(0, calls(1, 'Slow', { ms: 4_000 }));
    connection.handle(event, 0);
    expect(connection.deadline()).toEqual({ timer: 'receive', at: 4_000 });
  });
  test('does not start again for a request that waits behind an operation', () => {
    const { calls } = caller();
    const lines = [
      received(1_000, calls(1, 'Slow', { ms: 6_000 })),
      received(4_000, calls(2, 'Echo', { s: 'x' })),
      { until: 60_000 },
    ];
    expect(story(lines)).toMatchSnapshot();
  });
  test('starts again for a one-way call', () => {
    const { calls } = caller();
    expect(story([received(3_000, calls(1, 'OneWay', { s: 'x' })), { until: 60_000 }])).toMatchSnapshot();
  });
  test('does not start again for half a message', () => {
    const { calls } = caller();
    expect(story([received(3_000, calls(1, 'Echo', { s: 'x' }).subarray(0, 9)), { until: 60_000 }])).toMatchSnapshot();
  });
});

describe('a request behind a running operation', () => {
  test('is read by a single-threaded service when the reply is written', () => {
    const { calls } = caller();
    const lines = [
      received(100, calls(1, 'Slow', { ms: 500 })),
      received(200, calls(2, 'Echo', { s: 'x' })),
      { until: 600 },
      written(610, 2),
      written(611, 3),
    ];
    expect(story(lines)).toMatchSnapshot();
  });
  test('is read when a one-way operation is over, of several in one write one by one', () => {
    const { calls } = caller();
    const lines = [
      received(
        100,
        calls(1, 'SlowOneWay', { ms: 500 }),
        calls(2, 'OneWay', { s: 'x' }),
        calls(3, 'OneWay', { s: 'y' }),
      ),
      { until: 600 },
    ];
    expect(story(lines)).toMatchSnapshot();
  });
  test('is dispatched at once by a multi-threaded service, and replies come as operations end', () => {
    const { calls } = caller();
    const lines = [
      received(100, calls(1, 'Slow', { ms: 500 }), calls(2, 'Slow', { ms: 200 })),
      { until: 300 },
      written(301, 2),
      { until: 600 },
      written(601, 3),
      { until: 60_000 },
    ];
    expect(story(lines, { concurrencyMode: 'multiple' })).toMatchSnapshot();
  });
});

describe('a reply that the client does not take', () => {
  test('faults the channel after sendTimeout', () => {
    const { calls } = caller();
    expect(story([received(1_000, calls(1, 'Echo', { s: 'x' })), { until: 60_000 }])).toMatchSnapshot();
  });
  test('holds up what waits behind it', () => {
    const { calls } = caller();
    const lines = [
      received(100, calls(1, 'Echo', { s: 'x' })),
      received(200, calls(2, 'Echo', { s: 'x' })),
      written(900, 2),
    ];
    expect(story(lines)).toMatchSnapshot();
  });
});

describe('an operation that throws', () => {
  const thrown = (...lines: readonly Line[]) => {
    const { calls } = caller();
    return story([received(100, calls(1, 'Throw', { s: 'boom' })), written(101, 2), ...lines]);
  };
  test('ends the session: fault, End, and with the End of the client the connection waits for another', () => {
    expect(thrown(received(105, END), { until: 60_000 })).toMatchSnapshot();
  });
  test('gives the client 10 s to end', () => {
    expect(thrown({ until: 60_000 })).toMatchSnapshot();
  });
  test('has a client that resets', () => {
    expect(thrown(told(102, 'peerReset'))).toMatchSnapshot();
  });
  test('has a client that ends with FIN', () => {
    expect(thrown(told(102, 'peerEnded'))).toMatchSnapshot();
  });
  test('takes no message instead of End', () => {
    const { calls } = caller();
    const lines = [received(100, calls(1, 'Throw', { s: 'boom' }), calls(2, 'Echo', { s: 'x' })), written(101, 2)];
    expect(story(lines)).toMatchSnapshot();
  });
  test('when its client has ended already, is told before End', () => {
    const { calls } = caller();
    expect(story([received(100, calls(1, 'Throw', { s: 'boom' }), END), written(101, 2)])).toMatchSnapshot();
  });
  test('when the End of its client is read already, is told before End', () => {
    const { calls } = caller();
    const operations = () =>
      ({ after: 500, outcome: { type: 'throw', exception: { name: 'Exception', message: 'boom' } } }) as const;
    const lines = [received(100, calls(1, 'Throw', { s: 'boom' }), END), { until: 600 }, written(601, 2)];
    expect(story(lines, { operations, concurrencyMode: 'multiple' })).toMatchSnapshot();
  });
  test('beside another that throws ends the session once', () => {
    const { calls } = caller();
    const lines = [
      received(100, calls(1, 'Throw', { s: 'a' }), calls(2, 'Throw', { s: 'b' })),
      written(101, 2),
      written(102, 3),
      received(103, END),
    ];
    expect(story(lines, { concurrencyMode: 'multiple' })).toMatchSnapshot();
  });
  test('one way, is told by RST', () => {
    const { calls } = caller();
    expect(story([received(100, calls(1, 'ThrowOneWay', { s: 'boom' }))])).toMatchSnapshot();
  });
  test('what the contract declares leaves the session as it is', () => {
    const { calls } = caller();
    const lines = [
      received(100, calls(1, 'ThrowTyped', { s: 'x' })),
      written(101, 2),
      received(200, calls(2, 'Echo', { s: 'x' })),
    ];
    expect(story(lines)).toMatchSnapshot();
  });
  test('beside others leaves them without a client, also when the next session is under way', () => {
    const { calls } = caller();
    const lines = [
      received(100, calls(1, 'Slow', { ms: 900 }), calls(2, 'Throw', { s: 'boom' })),
      written(101, 2),
      received(102, END, PREAMBLE),
      { until: 1_000 },
    ];
    expect(story(lines, { concurrencyMode: 'multiple' })).toMatchSnapshot();
  });
  test('with another that aborts its channel later leaves the next session alone', () => {
    const { calls } = caller();
    const lines = [
      received(100, calls(1, 'Slow', { ms: 900 }), calls(2, 'Throw', { s: 'boom' })),
      written(101, 2),
      received(102, END, PREAMBLE),
      { until: 1_000 },
    ];
    const operations: ServiceOperations = (invocation) =>
      invocation.operation === 'Slow' ? { after: 900, outcome: { type: 'abort' } } : testOperations(invocation);
    expect(story(lines, { operations, concurrencyMode: 'multiple' })).toMatchSnapshot();
  });
  test('aborts its own channel by RST', () => {
    const { calls } = caller();
    const operations = () => ({ after: 0, outcome: { type: 'abort' } }) as const;
    expect(story([received(100, calls(1, 'Echo', { s: 'x' }))], { operations })).toMatchSnapshot();
  });
});

describe('a client that ends while an operation runs', () => {
  test('is not read by a single-threaded service, so that the idle timer runs on', () => {
    const { calls } = caller();
    const lines = [
      received(100, calls(1, 'Slow', { ms: 6_000 })),
      received(200, END),
      { until: 6_100 },
      written(6_101, 2),
    ];
    expect(story(lines)).toMatchSnapshot();
  });
  test('is read at once by a multi-threaded service: reply, then End, and the idle timer runs no more', () => {
    const { calls } = caller();
    const lines = [
      received(100, calls(1, 'Slow', { ms: 6_000 })),
      received(200, END),
      { until: 6_100 },
      written(6_101, 2),
    ];
    expect(story(lines, { concurrencyMode: 'multiple' })).toMatchSnapshot();
  });
  test('gets the reply, then End', () => {
    const { calls } = caller();
    const lines = [received(100, calls(1, 'Slow', { ms: 500 })), received(200, END), { until: 600 }, written(601, 2)];
    expect(story(lines)).toMatchSnapshot();
  });
  test('by FIN gets the reply, End and FIN', () => {
    const { calls } = caller();
    const lines = [
      received(100, calls(1, 'Slow', { ms: 500 })),
      told(200, 'peerEnded'),
      { until: 600 },
      written(601, 2),
    ];
    expect(story(lines)).toMatchSnapshot();
  });
  test('by End and FIN gets the same', () => {
    const { calls } = caller();
    const lines = [
      received(100, calls(1, 'Slow', { ms: 500 }), END),
      told(101, 'peerEnded'),
      { until: 600 },
      written(601, 2),
    ];
    expect(story(lines)).toMatchSnapshot();
  });
  test('by RST gets nothing: the operation runs on, what waited is never dispatched', () => {
    const { calls } = caller();
    const lines = [
      received(100, calls(1, 'Slow', { ms: 500 }), calls(2, 'Echo', { s: 'x' })),
      told(200, 'peerReset'),
      { until: 60_000 },
    ];
    expect(story(lines)).toMatchSnapshot();
  });
  test('by a framing fault of its own gets no reply while it is drained', () => {
    const { calls } = caller();
    const lines = [
      received(100, calls(1, 'Slow', { ms: 500 })),
      received(200, bytes('06 ff ff ff ff 07')),
      { until: 60_000 },
    ];
    expect(story(lines)).toMatchSnapshot();
  });
  test('by a framing fault of its own is drained for closeTimeout, and the operation runs on', () => {
    const { calls } = caller();
    const lines = [
      received(100, calls(1, 'Slow', { ms: 2_000 })),
      received(200, bytes('06 ff ff ff ff 07')),
      { until: 60_000 },
    ];
    expect(story(lines)).toMatchSnapshot();
  });
});

describe('a contract with a beginning and an end', () => {
  const session = (...lines: readonly Line[]) => story(lines, { contract: SESSION_TEST_SERVICE });
  test('has no other operation before its first', () => {
    const { calls } = caller();
    const echo = SESSION_TEST_SERVICE.operations;
    expect(session(received(100, calls(1, 'Echo', { s: 'x' }, echo)), written(101, 2))).toMatchSnapshot();
  });
  test('is reset closeTimeout after its last, unless the client ends it', () => {
    const { calls } = caller();
    const { operations } = SESSION_TEST_SERVICE;
    const lines = [
      received(100, calls(1, 'Begin', {}, operations)),
      written(101, 2),
      received(200, calls(2, 'Finish', {}, operations)),
      written(201, 3),
    ];
    expect(session(...lines, { until: 60_000 })).toMatchSnapshot();
    const again = caller();
    expect(
      session(
        received(100, again.calls(1, 'Begin', {}, operations), again.calls(2, 'Finish', {}, operations)),
        written(101, 2),
        written(102, 3),
        received(103, again.calls(3, 'Echo', { s: 'x' }, operations)),
        written(104, 4),
        received(300, END),
      ),
    ).toMatchSnapshot();
  });
  test('may end with a one-way operation', () => {
    const description = {
      name: 'ILeave',
      namespace: 'urn:lapse:test',
      operations: { Leave: { oneWay: true, isTerminating: true } },
    } as const;
    const leaving = contract(description);
    const { calls } = caller();
    const lines = [received(100, calls(1, 'Leave', {}, leaving.operations)), { until: 60_000 }];
    const operations = () => ({ after: 0, outcome: { type: 'return', results: {} } }) as const;
    expect(story(lines, { contract: leaving, operations })).toMatchSnapshot();
  });
});

test('a session on a connection that had one before has numbers of its own calls, and a new string table', () => {
  const first = caller();
  const second = caller();
  const lines = [
    received(100, first.calls(1, 'Echo', { s: 'x' })),
    written(101, 2),
    received(102, END, PREAMBLE),
    received(200, second.calls(1, 'Echo', { s: 'x' })),
    written(201, 5),
    { until: 60_000 },
  ];
  expect(story(lines)).toMatchSnapshot();
});
