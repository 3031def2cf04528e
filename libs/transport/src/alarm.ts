import type { Instant } from '@lapse/protocol';
import type { Clock } from './clock.ts';

/** setTimeout's limit: longer delays are waited for in pieces. */
const LONGEST_DELAY = 2 ** 31 - 1;

/** One real timer that may be set to another instant at any time. It never rings early: setTimeout does, in 3 % of calls. */
export interface Alarm {
  /** Rings at `at`; `undefined`: not at all. */
  set(at: Instant | undefined): void;
  /** Rings at no instant, and holds nothing: until it is set again. */
  stop(): void;
}

export function alarm(clock: Clock, ring: () => void): Alarm {
  let timer: NodeJS.Timeout | undefined;
  /** When the timer wakes us, at the latest. */
  let wakes: Instant = Number.POSITIVE_INFINITY;
  let due: Instant | undefined;
  const wait = (at: Instant) => {
    clearTimeout(timer);
    wakes = at;
    timer = setTimeout(wake, Math.min(Math.max(1, Math.ceil(clock.until(at))), LONGEST_DELAY));
  };
  const wake = () => {
    wakes = Number.POSITIVE_INFINITY;
    if (due === undefined) return;
    if (clock.now() < due) {
      wait(due);
      return;
    }
    due = undefined;
    ring();
  };
  return {
    // Instants move with each message, mostly to later ones: the timer that runs is left alone then, and wakes us for nothing.
    set(at) {
      if (at === due) return;
      if (at === undefined) timer?.unref();
      else if (at < wakes) wait(at);
      else if (due === undefined) timer?.ref();
      due = at;
    },
    stop() {
      clearTimeout(timer);
      wakes = Number.POSITIVE_INFINITY;
      due = undefined;
    },
  };
}
