import { describe, expect, test } from '@jest/globals';
import { caller } from './testing/caller.ts';
import { calledConnection, END, effectsOf, opening, PREAMBLE, received, story, told } from './testing/session.ts';

// The service ends a session of its own accord: ServiceHost.Close, IContextChannel.Close (wcf-timeouts 1.7, 3.5; wcf-wire 1.8).

describe('a service that closes an idle session', () => {
  test('writes End at once, and the connection waits for another session when the client has answered it', () => {
    expect(story([told(1_000, 'close'), received(1_010, END), { until: 60_000 }])).toMatchSnapshot();
  });
  test('waits for the End of a silent client for its closeTimeout, and then resets', () => {
    const effects = effectsOf([told(1_000, 'close')]);
    expect(effects).toContainEqual(
      expect.objectContaining({ type: 'timer', what: 'armed', timer: 'close', since: 1_000, due: 2_000 }),
    );
    expect(story([told(1_000, 'close'), { until: 60_000 }])).toMatchSnapshot();
  });
  test('ends its receive timer with that', () => {
    const connection = calledConnection();
    for (const event of opening) connection.handle(event, 0);
    connection.handle({ type: 'close' }, 3_500);
    expect(connection.deadline()).toEqual({ timer: 'close', at: 4_500 });
  });
  test('takes FIN for the End of a client that has said something, and for a broken session otherwise', () => {
    const { calls } = caller();
    const endOf = (...lines: Parameters<typeof effectsOf>[0]) =>
      effectsOf([...lines, told(1_000, 'close'), told(1_010, 'peerEnded')]).flatMap((effect) =>
        effect.type === 'sessionEnded' ? [effect.why.code] : effect.type === 'disconnect' ? [effect.how] : [],
      );
    expect(endOf(received(100, calls(1, 'OneWay', { s: 'x' })))).toEqual(['closed', 'end']);
    expect(endOf()).toEqual(['peerClosedEarly', 'abort']);
  });
  test('closes once', () => {
    const twice = effectsOf([told(1_000, 'close'), told(1_100, 'close')]);
    expect(twice).toEqual(effectsOf([told(1_000, 'close')]));
  });
});

describe('a service that closes a session in a call', () => {
  test('writes End at once; the operation runs to its end, and its reply has nobody to go to', () => {
    const { calls } = caller();
    const lines = [
      received(100, calls(1, 'Slow', { ms: 500 })),
      told(200, 'close'),
      { until: 650 },
      received(700, END),
    ];
    expect(story([...lines, { until: 60_000 }])).toMatchSnapshot();
  });
  test('does not wait for its operation when the End of the client comes', () => {
    const { calls } = caller();
    const effects = effectsOf([received(100, calls(1, 'Slow', { ms: 500 })), told(200, 'close'), received(300, END)]);
    expect(effects).toContainEqual({ type: 'sessionEnded', why: { code: 'closed' } });
  });
});

describe('a request that comes behind the End of the service', () => {
  test('still runs, and nothing is written for it', () => {
    const { calls } = caller();
    const effects = effectsOf([told(100, 'close'), received(200, calls(1, 'Echo', { s: 'x' })), received(300, END)]);
    expect(effects).toContainEqual(
      expect.objectContaining({ type: 'executed', operation: 'Echo', how: 'unanswerable' }),
    );
    const transmitted = effects.flatMap((effect) => (effect.type === 'transmit' ? [effect.what] : []));
    expect(transmitted).toEqual(['preambleAck', 'end']);
    expect(effects).toContainEqual({ type: 'sessionEnded', why: { code: 'closed' } });
  });
  test('waits for its instance as ever', () => {
    const { calls } = caller();
    const lines = [
      received(100, calls(1, 'Slow', { ms: 500 })),
      told(200, 'close'),
      received(300, calls(2, 'Slow', { ms: 100 })),
      { until: 60_000 },
    ];
    expect(story(lines)).toMatchSnapshot();
  });
  test('is not refused where it calls what is not there: nobody could be told', () => {
    const { calls } = caller();
    const begin = calls(1, 'Begin', {});
    const transmitted = effectsOf([told(100, 'close'), received(200, begin)]).filter(({ type }) => type === 'transmit');
    expect(transmitted).toHaveLength(2);
  });
});

describe('what has no session to close', () => {
  test('a session whose preamble is not complete is aborted', () => {
    const connection = calledConnection();
    connection.handle({ type: 'accepted' }, 0);
    connection.handle({ type: 'received', bytes: PREAMBLE.subarray(0, -1) }, 0);
    const effects = connection.handle({ type: 'close' }, 100);
    expect(effects).toContainEqual({ type: 'disconnect', how: 'abort' });
    expect(connection.deadline()).toBeUndefined();
  });
  test('a connection that waits for another session is reset', () => {
    const closed = effectsOf([received(100, END), told(200, 'close')]);
    expect(closed.at(-1)).toEqual({ type: 'disconnect', how: 'abort' });
  });
  test.each(['single', 'multiple'] as const)(
    'a session whose client has ended while an operation runs is over at once, whether or not that was read (%s)',
    (concurrencyMode) => {
      const { calls } = caller();
      const lines = [received(100, calls(1, 'Slow', { ms: 500 })), received(200, END), told(300, 'close')];
      expect(story([...lines, { until: 60_000 }], { concurrencyMode })).toMatchSnapshot();
    },
  );
});
