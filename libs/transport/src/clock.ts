import type { Instant } from '@lapse/protocol';

/** Milliseconds since one common start on CLOCK_MONOTONIC, which all processes of a kernel share. */
export interface Clock {
  /** Start of the count, in nanoseconds of CLOCK_MONOTONIC. */
  readonly startNs: bigint;
  /** Whole milliseconds, floored: it never runs ahead. */
  now(): Instant;
  /** Real milliseconds from now until `at`, with a fraction; negative when it has passed. */
  until(at: Instant): number;
}

const NS_PER_SECOND = 1_000_000_000;
const NS_PER_MS = 1_000_000;

/** A clock that counts from `startNs` (process.hrtime.bigint()). Children are handed the parent's start. */
export function monotonicClock(startNs: bigint = process.hrtime.bigint()): Clock {
  const startSeconds = Number(startNs / BigInt(NS_PER_SECOND));
  const startRest = Number(startNs % BigInt(NS_PER_SECOND));
  // Nanoseconds as a number are exact for a hundred days, and cost a tenth of a bigint.
  const passed = () => {
    const [seconds, rest] = process.hrtime();
    return (seconds - startSeconds) * NS_PER_SECOND + (rest - startRest);
  };
  return {
    startNs,
    now: () => Math.floor(passed() / NS_PER_MS),
    until: (at) => at - passed() / NS_PER_MS,
  };
}
