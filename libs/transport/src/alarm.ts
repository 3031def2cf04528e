import type { Instant } from '@lapse/protocol';
import type { Clock } from './clock.ts';

/** setTimeout's limit: longer delays are waited for in pieces. */
const LONGEST_DELAY = 2 ** 31 - 1;

/** One real timer that may be set to another instant at any time. It never rings early: setTimeout does, in 3 % of calls. */
export interface Alarm {
  /** Rings at `at`; `undefined`: not at all. */
  set(at: Instant | undefined): void;
}

export function alarm(clock: Clock, ring: () => void): Alarm {
  let timer: NodeJS.Timeout | undefined;
  let due: Instant | undefined;
  const wait = (at: Instant) => {
    timer = setTimeout(() => wake(at), Math.min(Math.max(1, Math.ceil(clock.until(at))), LONGEST_DELAY));
  };
  const wake = (at: Instant) => {
    if (clock.now() < at) {
      wait(at);
      return;
    }
    due = undefined;
    ring();
  };
  return {
    set(at) {
      if (at === due) return;
      clearTimeout(timer);
      due = at;
      if (at !== undefined) wait(at);
    },
  };
}
