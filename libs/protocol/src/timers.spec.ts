import { expect, test } from '@jest/globals';
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

test('cancelling tells of those that ran, and they run no more', () => {
  const timers = armedBoth();
  expect(timers.cancel(['open'], 'opened')).toEqual([
    { type: 'timer', what: 'cancelled', timer: 'open', since: 10, due: 110, by: 'opened' },
  ]);
  expect(timers.cancel(['open'], 'opened')).toEqual([]);
  expect(timers.cancelAll('ended').map(({ timer }) => timer)).toEqual(['receive']);
  expect(timers.deadline()).toBeUndefined();
});
