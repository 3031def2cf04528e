import { describe, expect, test } from '@jest/globals';
import type { CallbackAnswer, ConcurrencyMode, Execution, ServiceOperations } from './execution.ts';
import { testOperations } from './test-operations.ts';
import { caller, messagesIn } from './testing/caller.ts';
import { END, effectsOf, received, story, timeout, told, written } from './testing/session.ts';

const MODES: readonly ConcurrencyMode[] = ['reentrant', 'multiple'];

/** Every operation takes 5 s, longer than the service waits for a request, then asks its client back. */
const askingLate = (): Execution => ({
  after: 5_000,
  outcome: { type: 'callBack', operation: 'Ask', values: { q: 'late' }, next: rethrowing },
});

function rethrowing(answer: CallbackAnswer): Execution {
  if (answer.type === 'threw') return { after: 0, outcome: { type: 'throw', exception: answer.exception } };
  return { after: 0, outcome: { type: 'return', results: {} } };
}

/** Asks, and replies whatever becomes of it, at once or after a second. */
const asking = (after: number): Execution => ({
  after: 0,
  outcome: {
    type: 'callBack',
    operation: 'Ask',
    values: { q: 'colour' },
    next: () => ({ after, outcome: { type: 'return', results: { EchoResult: 'so be it' } } }),
  },
});
const forgiving = asking(0);
const lingering = asking(1_000);

/** What the only fault of a session says that tells what was thrown. */
function reasonIn(effects: Parameters<typeof messagesIn>[0]): string {
  const faults = messagesIn(effects).flatMap(({ content }) => (content.type === 'fault' ? [content] : []));
  return `${faults[0]?.detail.length} ${faults[0]?.reason}`;
}

describe('a callback that is answered', () => {
  test.each(MODES)('in a service that is %s, is activity, and its operation goes on', (concurrencyMode) => {
    const { calls, answers } = caller();
    const lines = [
      received(100, calls(1, 'AskBack', { q: 'colour' })),
      written(101, 2),
      received(1_100, answers(1, 'blue')),
      written(1_101, 3),
      { until: 60_000 },
    ];
    expect(story(lines, { concurrencyMode })).toMatchSnapshot();
  });

  test('lends its answer to the reply', () => {
    const { calls, answers } = caller();
    const lines = [received(100, calls(1, 'AskBack', { q: 'colour' })), received(1_100, answers(1, 'blue'))];
    const [question, reply] = messagesIn(effectsOf(lines, { concurrencyMode: 'multiple' }));
    expect(question).toMatchObject({ action: 'urn:lapse:test/IDuplexTestService/Ask' });
    expect(JSON.stringify(reply)).toContain('blue');
  });

  test('leaves a reentrant service to another request meanwhile, and waits for that to be over', () => {
    const { calls, answers } = caller();
    const lines = [
      received(100, calls(1, 'AskBack', { q: 'colour' })),
      received(200, calls(2, 'Slow', { ms: 500 })),
      received(300, answers(1, 'blue')),
      { until: 700 },
      written(701, 3),
      written(702, 4),
    ];
    expect(story(lines, { concurrencyMode: 'reentrant' })).toMatchSnapshot();
  });
});

describe('a callback that is not answered', () => {
  test('throws in its operation after the sendTimeout of the service; the late answer is dropped', () => {
    const { calls, answers } = caller();
    const lines = [
      received(100, calls(1, 'AskBack', { q: 'colour' })),
      written(101, 2),
      { until: 3_100 },
      received(3_101, answers(1, 'blue')),
      written(3_102, 3),
    ];
    expect(story(lines, { concurrencyMode: 'multiple' })).toMatchSnapshot();
  });

  test('in time, and later twice, is answered as what calls nothing the second time', () => {
    const { calls, answers } = caller();
    const operations: ServiceOperations = (invocation) =>
      invocation.operation === 'Echo' ? forgiving : testOperations(invocation);
    const lines = [
      received(100, calls(1, 'Echo', { s: 'x' })),
      written(101, 2),
      { until: 3_100 },
      written(3_101, 3),
      received(3_102, answers(1, 'blue')),
      received(3_103, answers(1, 'blue')),
    ];
    expect(story(lines, { operations, concurrencyMode: 'multiple' })).toMatchSnapshot();
  });

  test('and not even written faults the channel', () => {
    const { calls } = caller();
    const lines = [received(100, calls(1, 'AskBack', { q: 'colour' })), { until: 60_000 }];
    expect(story(lines, { concurrencyMode: 'multiple' })).toMatchSnapshot();
  });

  test('ends with the side of its client: the operation is told at once', () => {
    const { calls } = caller();
    const lines = [received(100, calls(1, 'AskBack', { q: 'colour' })), written(101, 2), received(500, END)];
    expect(story(lines, { concurrencyMode: 'multiple' })).toMatchSnapshot();
  });

  test('ends with a session that ends because another operation threw, whose End is read while it goes on', () => {
    const { calls } = caller();
    const operations: ServiceOperations = (invocation) =>
      invocation.operation === 'Echo' ? lingering : testOperations(invocation);
    const lines = [
      received(100, calls(1, 'Echo', { s: 'x' })),
      written(101, 2),
      received(200, calls(2, 'Throw', { s: 'boom' })),
      written(201, 3),
      received(300, END),
      { until: 1_300 },
    ];
    expect(story(lines, { operations, concurrencyMode: 'reentrant' })).toMatchSnapshot();
  });

  test('ends with the connection: the operation goes on, and can tell nobody', () => {
    const { calls } = caller();
    const lines = [received(100, calls(1, 'AskBack', { q: 'colour' })), written(101, 2), told(500, 'peerReset')];
    expect(story(lines, { concurrencyMode: 'reentrant' })).toMatchSnapshot();
  });
});

describe('a callback that is refused', () => {
  const calls = { includeExceptionDetailInFaults: true };

  test('by a single-threaded service, which could never read the answer, is no activity', () => {
    const { calls } = caller();
    expect(story([received(100, calls(1, 'AskBack', { q: 'colour' })), written(101, 2)])).toMatchSnapshot();
  });

  test('says so to whoever may know', () => {
    const asked = [received(100, caller().calls(1, 'AskBack', { q: 'colour' }))];
    expect(reasonIn(effectsOf(asked, calls))).toMatch(/^1 This operation would deadlock because/);
    expect(reasonIn(effectsOf(asked))).toMatch(/^0 The server was unable to process the request/);
  });

  test('on a channel that was idle for too long', () => {
    const { calls } = caller();
    const lines = [received(100, calls(1, 'Slow', { ms: 0 })), { until: 60_000 }];
    expect(story(lines, { operations: askingLate, concurrencyMode: 'multiple' })).toMatchSnapshot();
  });

  test('tells its operation why, in words that were captured', () => {
    const { calls } = caller();
    const events = [received(100, calls(1, 'Slow', { ms: 0 })), timeout(4_100), timeout(5_100)];
    const completed = effectsOf(events, { operations: askingLate, concurrencyMode: 'multiple' }).filter(
      ({ type }) => type === 'completed',
    );
    expect(completed).toEqual([
      {
        type: 'completed',
        operation: 'call',
        call: 1,
        exception: {
          name: 'CommunicationObjectAbortedException',
          message:
            "The operation 'Ask' could not be completed because the sessionful channel timed out waiting to receive a message.  To increase the timeout, either set the receiveTimeout property on the binding in your configuration file, or set the ReceiveTimeout property on the Binding directly.",
        },
      },
    ]);
  });

  test('behind the End of the client, because nobody would answer', () => {
    const { calls } = caller();
    const lines = [received(100, calls(1, 'Slow', { ms: 0 }), END), { until: 6_000 }];
    expect(story(lines, { operations: askingLate, concurrencyMode: 'multiple' })).toMatchSnapshot();
  });
});

describe('one-way callbacks', () => {
  test('of a single-threaded service go out one by one, each activity, each before the next', () => {
    const { calls } = caller();
    const lines = [
      received(100, calls(1, 'Ticks', { n: 2 })),
      received(150, calls(2, 'Echo', { s: 'x' })),
      written(200, 2),
      written(300, 3),
      written(301, 4),
    ];
    expect(story(lines)).toMatchSnapshot();
  });

  test('that the client does not take fault the channel', () => {
    const { calls } = caller();
    expect(story([received(100, calls(1, 'Ticks', { n: 2 })), { until: 60_000 }])).toMatchSnapshot();
  });

  test('on a connection that is gone are refused', () => {
    const { calls } = caller();
    const lines = [received(100, calls(1, 'Ticks', { n: 2 })), told(200, 'abort'), written(300, 2)];
    expect(story(lines)).toMatchSnapshot();
  });
});

describe('a reentrant service', () => {
  test('reads what comes under an operation, which is activity, and begins it when that is done', () => {
    const { calls } = caller();
    const lines = [
      received(100, calls(1, 'Slow', { ms: 1_600 })),
      received(800, calls(2, 'Echo', { s: 'x' })),
      { until: 1_700 },
      written(1_701, 2),
      written(1_702, 3),
      { until: 60_000 },
    ];
    expect(story(lines, { concurrencyMode: 'reentrant' })).toMatchSnapshot();
  });

  test('reads the End of its client under an operation, whose callback fails then without a message', () => {
    const { calls } = caller();
    const lines = [
      received(100, calls(1, 'TryAskBack', { q: 'colour', ms: 1_000 }), END),
      { until: 1_100 },
      written(1_101, 2),
    ];
    expect(story(lines, { concurrencyMode: 'reentrant' })).toMatchSnapshot();
  });

  test('never begins what waits for the instance when the connection is gone', () => {
    const { calls } = caller();
    const lines = [
      received(100, calls(1, 'Slow', { ms: 1_600 })),
      received(800, calls(2, 'Echo', { s: 'x' })),
      { at: 900, event: { type: 'peerReset' } } as const,
      { until: 60_000 },
    ];
    expect(story(lines, { concurrencyMode: 'reentrant' })).toMatchSnapshot();
  });
});

test('a single-threaded service refuses a callback whatever has become of its session, but for an idle abort', () => {
  const thrown = (...lines: Parameters<typeof effectsOf>[0]) =>
    effectsOf([received(100, caller().calls(1, 'TryAskBack', { q: 'colour', ms: 5_000 })), ...lines]).flatMap(
      (effect) => (effect.type === 'completed' && effect.operation === 'call' ? [effect.exception?.name] : []),
    );
  expect(thrown({ at: 900, event: { type: 'peerReset' } }, timeout(5_100))).toEqual(['InvalidOperationException']);
  expect(thrown(timeout(4_100), timeout(5_100))).toEqual(['CommunicationObjectAbortedException']);
});
