import type { Instant } from './time.ts';

/**
 * A protocol as a value: it is told events, and answers with everything that follows from them, in order.
 * It has no clock, no socket, no timer. A driver performs the effects synchronously, in order, before the next event.
 */
export interface Machine<Event, Effect, Timer extends string> {
  /** `now` never decreases. A `timeout` with nothing due returns `[]`. Throws only `InvalidOperation`. */
  handle(event: Event, now: Instant): readonly Effect[];
  /** The next instant that the machine cares about: the driver sleeps until it, then sends `timeout`. */
  deadline(): Deadline<Timer> | undefined;
  /** JSON-safe snapshot for traces and reports. */
  describe(): unknown;
}

/** When the next timer is due, and which one it is. */
export interface Deadline<Timer extends string> {
  readonly at: Instant;
  readonly timer: Timer;
}

/** Our own caller used a machine against its lifecycle (`close` before `open`). Peers never cause it. */
export class InvalidOperation extends Error {
  override readonly name = 'InvalidOperation';
}
