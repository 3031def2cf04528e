import type { Duration, Instant } from '@lapse/protocol';

/** A predicted instant: `at` is the earliest nominal one, `spread` what a toxic's own arithmetic leaves open after it. */
export interface Moment {
  readonly at: Instant;
  readonly spread: Duration;
}

export function exactly(at: Instant): Moment {
  return { at, spread: 0 };
}

export function after({ at, spread }: Moment, duration: Duration): Moment {
  return { at: at + duration, spread };
}

/** The later of two, as when a byte waits for the one before it. */
export function later(one: Moment, other: Moment): Moment {
  const at = Math.max(one.at, other.at);
  return { at, spread: Math.max(one.at + one.spread, other.at + other.spread) - at };
}
