import { INFINITE } from './constants.ts';
import type { Deadline } from './machine.ts';
import type { Duration, Instant } from './time.ts';

/** A step in a timer's life. `due - since` is the setting that the timer was armed with. */
export interface TimerEffect<Timer extends string> {
  readonly type: 'timer';
  readonly what: 'armed' | 'rearmed' | 'cancelled' | 'fired';
  readonly timer: Timer;
  /** What the span is counted from: the instant of arming, or of the last activity. */
  readonly since: Instant;
  readonly due: Instant;
  /** What armed, re-armed or cancelled it; absent on `fired`. */
  readonly by?: string;
}

interface Armed {
  readonly since: Instant;
  readonly due: Instant;
}

/** A named table of timers. Every change of it is an effect, so that nothing about a timer can go unseen. */
export class Timers<Timer extends string> {
  readonly #armed = new Map<Timer, Armed>();

  /** Arms or re-arms `timer`, `span` after `since`. An infinite span arms nothing (wcf-timeouts 0.2). */
  arm(
    timer: Timer,
    span: { readonly since: Instant; readonly after: Duration },
    by: string,
  ): readonly TimerEffect<Timer>[] {
    if (span.after === INFINITE) return [];
    const what = this.#armed.has(timer) ? 'rearmed' : 'armed';
    const armed = { since: span.since, due: span.since + span.after };
    this.#armed.set(timer, armed);
    return [{ type: 'timer', what, timer, ...armed, by }];
  }

  /** Cancels the timers named, those of them that run. */
  cancel(timers: readonly Timer[], by: string): readonly TimerEffect<Timer>[] {
    return timers.flatMap((timer) => {
      const armed = this.#armed.get(timer);
      if (armed === undefined) return [];
      this.#armed.delete(timer);
      return [{ type: 'timer', what: 'cancelled', timer, ...armed, by } as const];
    });
  }

  cancelAll(by: string): readonly TimerEffect<Timer>[] {
    return this.cancel([...this.#armed.keys()], by);
  }

  /** Takes the earliest timer that is due out of the table; undefined when none is. */
  takeDue(now: Instant): TimerEffect<Timer> | undefined {
    const next = this.deadline();
    if (next === undefined || next.at > now) return undefined;
    const armed = this.#armed.get(next.timer);
    this.#armed.delete(next.timer);
    return armed && { type: 'timer', what: 'fired', timer: next.timer, ...armed };
  }

  /** The earliest timer; of two due at one instant, the one armed first. */
  deadline(): Deadline<Timer> | undefined {
    let earliest: Deadline<Timer> | undefined;
    for (const [timer, { due }] of this.#armed) {
      if (earliest === undefined || due < earliest.at) earliest = { at: due, timer };
    }
    return earliest;
  }

  describe(): Readonly<Record<string, Instant>> {
    return Object.fromEntries([...this.#armed].map(([timer, { due }]) => [timer, due]));
  }
}
