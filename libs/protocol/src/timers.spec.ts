import { describe, expect, test } from '@jest/globals';
import { INFINITE } from './constants.ts';
import { Timers } from './timers.ts';

const armedBoth = (): Timers<'open' | 'receive'> => {
  const timers = new Timers<'open' | 'receive'>();
  timers.arm('receive', { since: 10, after: 100 }, 'accepted');
  timers.arm('open', { since: 10, after: 100 }, 'accepted');
  return timers;
};

test('arming a timer that runs moves it, and is told as re-arming', () => {
  const timers = armedBoth();
  expect(timers.arm('receive', { since: 50, after: 100 }, 'message')).toEqual([
    { type: 'timer', what: 'rearmed', timer: 'receive', since: 50, due: 150, by: 'message' },
  ]);
  expect(timers.describe()).toEqual({ receive: 150, open: 110 });
});

test('arming a timer that was cancelled, or has fired, is told as arming', () => {
  const timers = armedBoth();
  timers.cancel(['receive'], 'ended');
  timers.takeDue(110);
  const again = [
    ...timers.arm('receive', { since: 200, after: 5 }, 'again'),
    ...timers.arm('open', { since: 200, after: 5 }, 'again'),
  ];
  expect(again.map(({ what }) => what)).toEqual(['armed', 'armed']);
});

test('an infinite span arms nothing', () => {
  const timers = new Timers<'open'>();
  expect(timers.arm('open', { since: 0, after: INFINITE }, 'open')).toEqual([]);
  expect(timers.deadline()).toBeUndefined();
});

test('a timer fires at its instant, not before, and once', () => {
  const timers = new Timers<'open'>();
  timers.arm('open', { since: 10, after: 100 }, 'open');
  expect(timers.takeDue(109)).toBeUndefined();
  expect(timers.takeDue(110)).toEqual({ type: 'timer', what: 'fired', timer: 'open', since: 10, due: 110 });
  expect(timers.takeDue(1_000)).toBeUndefined();
});

test('of two that are due at one instant the one armed first fires first', () => {
  const timers = armedBoth();
  expect([timers.takeDue(110)?.timer, timers.takeDue(110)?.timer]).toEqual(['receive', 'open']);
});

test('a timer that is armed again keeps its turn among those that are due at one instant', () => {
  const timers = armedBoth();
  timers.arm('receive', { since: 60, after: 50 }, 'message');
  expect([timers.takeDue(110)?.timer, timers.takeDue(110)?.timer]).toEqual(['receive', 'open']);
});

test('cancelling tells of those that ran, and they run no more', () => {
  const timers = armedBoth();
  expect(timers.cancel(['open'], 'opened')).toEqual([
    { type: 'timer', what: 'cancelled', timer: 'open', since: 10, due: 110, by: 'opened' },
  ]);
  expect(timers.cancel(['open'], 'opened')).toEqual([]);
  expect(timers.cancelAll('ended').map(({ timer }) => timer)).toEqual(['receive']);
  expect(timers.deadline()).toBeUndefined();
});

describe('timers of calls', () => {
  const calls = () => {
    const timers = new Timers<'send' | 'receive'>();
    timers.arm('send', { since: 0, after: 300, call: 1 }, 'call');
    timers.arm('send', { since: 100, after: 100, call: 2 }, 'call');
    timers.arm('receive', { since: 0, after: 1_000 }, 'open');
    return timers;
  };

  test('run side by side, each for its own call', () => {
    const timers = calls();
    expect(timers.deadline()).toEqual({ at: 200, timer: 'send' });
    expect(timers.takeDue(200)).toMatchObject({ what: 'fired', timer: 'send', call: 2, since: 100, due: 200 });
    expect(timers.takeDue(300)).toMatchObject({ what: 'fired', timer: 'send', call: 1, since: 0, due: 300 });
  });

  test('are cancelled one by one, or all of one name at once', () => {
    const timers = calls();
    expect(timers.cancelOne('send', 2, 'replied')).toMatchObject([{ what: 'cancelled', call: 2, by: 'replied' }]);
    expect(timers.cancelOne('send', 2, 'replied')).toEqual([]);
    timers.arm('send', { since: 0, after: 10, call: 3 }, 'call');
    expect(timers.cancel(['send'], 'lost')).toMatchObject([{ call: 1 }, { call: 3 }]);
    expect(timers.describe()).toEqual({ receive: 1_000 });
    timers.arm('send', { since: 0, after: 10, call: 4 }, 'call');
    expect(timers.describe()).toEqual({ receive: 1_000, 'send of call 4': 10 });
  });

  test('are armed again for the same call only', () => {
    expect(calls().arm('send', { since: 50, after: 300, call: 1 }, 'again')).toMatchObject([
      { what: 'rearmed', call: 1 },
    ]);
    expect(calls().arm('send', { since: 50, after: 300, call: 3 }, 'call')).toMatchObject([{ what: 'armed', call: 3 }]);
  });
});
