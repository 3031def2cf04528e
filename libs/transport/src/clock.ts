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

/** A clock that counts from `startNs` (process.hrtime.bigint()). Children are handed the parent's start. */
export function monotonicClock(startNs: bigint = process.hrtime.bigint()): Clock {
  return {
    startNs,
    now: () => Number((process.hrtime.bigint() - startNs) / 1_000_000n),
    until: (at) => at - Number(process.hrtime.bigint() - startNs) / 1e6,
  };
}
