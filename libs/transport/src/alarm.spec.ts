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

test('an alarm that is set to an earlier instant rings then, and not again', async () => {
  const clock = monotonicClock();
  const rings: number[] = [];
  const bell = alarm(clock, () => rings.push(clock.now()));
  const later = clock.now() + 200;
  bell.set(later);
  bell.set(clock.now() + 10);
  await new Promise((resolve) => alarm(clock, () => resolve(undefined)).set(later + 40));
  expect(rings).toHaveLength(1);
  expect(rings[0]).toBeLessThan(later);
});

test.each([0, 60])('an alarm that was set to nothing and is set again after %d ms rings', async (pause) => {
  const clock = monotonicClock();
  const rings: number[] = [];
  const bell = alarm(clock, () => rings.push(clock.now()));
  bell.set(clock.now() + 20);
  bell.set(undefined);
  await new Promise((resolve) => setTimeout(resolve, pause));
  const due = clock.now() + 30;
  bell.set(due);
  await new Promise((resolve) => alarm(clock, () => resolve(undefined)).set(due + 40));
  expect(rings).toHaveLength(1);
  expect(rings[0]).toBeGreaterThanOrEqual(due);
});

test('an alarm that is not set, or was stopped, keeps no process alive', async () => {
  const clock = monotonicClock();
  const timers = () => process.getActiveResourcesInfo().filter((resource) => resource === 'Timeout').length;
  const before = timers();
  const [unset, stopped] = [alarm(clock, () => {}), alarm(clock, () => {})];
  for (const bell of [unset, stopped]) bell.set(clock.now() + 60_000);
  expect(timers()).toBe(before + 2);
  unset.set(undefined);
  stopped.stop();
  expect(timers()).toBe(before);
  unset.set(clock.now() + 120_000);
  expect(timers()).toBe(before + 1);
  unset.stop();
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

test('a clock shows whole milliseconds of the monotonic clock, and never runs ahead', () => {
  const clock = monotonicClock(process.hrtime.bigint() - 3_999_999_999n);
  const since = () => process.hrtime.bigint() - clock.startNs;
  for (let count = 0; count < 2_000; count += 1) {
    const [before, now, after] = [since() / 1_000_000n, clock.now(), since() / 1_000_000n];
    expect(now).toBeGreaterThanOrEqual(Number(before));
    expect(now).toBeLessThanOrEqual(Number(after));
  }
});

test('two clocks of one start agree within a millisecond', () => {
  const first = monotonicClock();
  const second = monotonicClock(first.startNs);
  expect(Math.abs(first.now() - second.now())).toBeLessThanOrEqual(1);
});
