import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import { watchSignals } from './interruption.ts';

beforeEach(() => {
  jest.useFakeTimers();
});
afterEach(() => {
  jest.useRealTimers();
});

/** What is asked for and said after signals at instants, in milliseconds. */
function asked(...signals: readonly (readonly [NodeJS.Signals, number])[]) {
  const said: string[] = [];
  using interruption = watchSignals((line) => said.push(line));
  let now = 0;
  for (const [signal, at] of signals) {
    jest.advanceTimersByTime(at - now);
    now = at;
    process.emit(signal, signal);
  }
  const { requested, hurried } = interruption;
  return { requested: requested.aborted, hurried: hurried.aborted, said };
}

const FIRST = 'SIGINT: healing first, then ending.';
const STILL = 'Still healing and ending, a few seconds. Once more to end without waiting.';

test('the first signal asks to heal and to end', () => {
  expect(asked()).toEqual({ requested: false, hurried: false, said: [] });
  expect(asked(['SIGINT', 0])).toEqual({ requested: true, hurried: false, said: [FIRST] });
});

test('one signal that comes from the group and from launchers is one', () => {
  const signals = [100, 101, 110, 599].map((at) => ['SIGINT', at] as const);
  expect(asked(...signals)).toEqual({ requested: true, hurried: false, said: [FIRST] });
});

test('the same signal later, or another one at once, asks to end without waiting, and is told once', () => {
  const hurried = { requested: true, hurried: true };
  const said = [FIRST, STILL, 'SIGINT: ending at once.'];
  expect(asked(['SIGINT', 100], ['SIGINT', 600])).toEqual({ ...hurried, said });
  expect(asked(['SIGINT', 100], ['SIGINT', 101], ['SIGINT', 900], ['SIGINT', 2_000])).toEqual({ ...hurried, said });
  expect(asked(['SIGINT', 100], ['SIGTERM', 101], ['SIGTERM', 2_000])).toEqual({
    ...hurried,
    said: [FIRST, 'SIGTERM: ending at once.'],
  });
});

test('what has ended says nothing more, and leaves signals alone', () => {
  const before = process.listenerCount('SIGINT');
  const { said } = asked(['SIGINT', 0]);
  jest.advanceTimersByTime(10_000);
  expect([said, process.listenerCount('SIGINT')]).toEqual([[FIRST], before]);
});
