import { expect, test } from '@jest/globals';
import { alarm } from './alarm.ts';
import { monotonicClock } from './clock.ts';

test('three hundred alarms: none rings early', async () => {
  const clock = monotonicClock();
  const lateness = await Promise.all(
    Array.from({ length: 300 }, (_, index) => {
      const due = clock.now() + 5 + (index % 60);
      return new Promise<number>((resolve) => alarm(clock, () => resolve(-clock.until(due))).set(due));
    }),
  );
  expect(Math.min(...lateness)).toBeGreaterThanOrEqual(0);
});

test('an alarm that is set again rings once, at the later instant', async () => {
  const clock = monotonicClock();
  const rings: number[] = [];
  const bell = alarm(clock, () => rings.push(clock.now()));
  const due = clock.now() + 60;
  bell.set(clock.now() + 10);
  bell.set(due);
  await new Promise((resolve) => alarm(clock, () => resolve(undefined)).set(due + 40));
  expect(rings).toHaveLength(1);
  expect(rings[0]).toBeGreaterThanOrEqual(due);
});

test('an alarm set to nothing does not ring', async () => {
  const clock = monotonicClock();
  let rang = false;
  const bell = alarm(clock, () => {
    rang = true;
  });
  bell.set(clock.now() + 5);
  bell.set(undefined);
  await new Promise((resolve) => alarm(clock, () => resolve(undefined)).set(clock.now() + 40));
  expect(rang).toBe(false);
});

test("an instant beyond setTimeout's limit does not ring at once", async () => {
  const clock = monotonicClock();
  let rang = false;
  const bell = alarm(clock, () => {
    rang = true;
  });
  bell.set(clock.now() + 2 ** 32);
  await new Promise((resolve) => alarm(clock, () => resolve(undefined)).set(clock.now() + 50));
  bell.set(undefined);
  expect(rang).toBe(false);
});

test('two clocks of one start agree within a millisecond', () => {
  const first = monotonicClock();
  const second = monotonicClock(first.startNs);
  expect(Math.abs(first.now() - second.now())).toBeLessThanOrEqual(1);
});
