import { INFINITE } from './constants.ts';
import type { Deadline } from './machine.ts';
import type { Duration, Instant } from './time.ts';

/** A step in a timer's life. `due - since` is the setting that the timer was armed with. */
export interface TimerEffect<Timer extends string> {
  readonly type: 'timer';
  readonly what: 'armed' | 'rearmed' | 'cancelled' | 'fired';
  readonly timer: Timer;
  /** The call that it is a timer of, where each call has one of its own. */
  readonly call?: number;
  /** What the span is counted from: the instant of arming, or of the last activity. */
  readonly since: Instant;
  readonly due: Instant;
  /** What armed, re-armed or cancelled it; absent on `fired`. */
  readonly by?: string;
}

interface Armed<Timer> {
  readonly timer: Timer;
  readonly call?: number;
  readonly since: Instant;
  readonly due: Instant;
}

/** A named table of timers. Every change of it is an effect, so that nothing about a timer can go unseen. */
export class Timers<Timer extends string> {
  readonly #armed = new Map<string, Armed<Timer>>();

  /** Arms or re-arms `timer`, `after` from `since` on; with `call` that of one call. An infinite span arms nothing (wcf-timeouts 0.2). */
  arm(
    timer: Timer,
    { since, after, call }: { readonly since: Instant; readonly after: Duration; readonly call?: number },
    by: string,
  ): readonly TimerEffect<Timer>[] {
    if (after === INFINITE) return [];
    const key = keyOf(timer, call);
    const what = this.#armed.has(key) ? 'rearmed' : 'armed';
    const armed = { timer, ...(call === undefined ? {} : { call }), since, due: since + after };
    this.#armed.set(key, armed);
    return [{ type: 'timer', what, ...armed, by }];
  }

  /** Cancels the timers named, those of them that run, for whatever call. */
  cancel(timers: readonly Timer[], by: string): readonly TimerEffect<Timer>[] {
    return [...this.#armed.values()]
      .filter(({ timer }) => timers.includes(timer))
      .flatMap(({ timer, call }) => this.cancelOne(timer, call, by));
  }

  /** Cancels one timer, that of `call` where it has one. */
  cancelOne(timer: Timer, call: number | undefined, by: string): readonly TimerEffect<Timer>[] {
    const armed = this.#armed.get(keyOf(timer, call));
    if (armed === undefined) return [];
    this.#armed.delete(keyOf(timer, call));
    return [{ type: 'timer', what: 'cancelled', ...armed, by }];
  }

  cancelAll(by: string): readonly TimerEffect<Timer>[] {
    return this.cancel(
      [...this.#armed.values()].map(({ timer }) => timer),
      by,
    );
  }

  /** Takes the earliest timer that is due out of the table; undefined when none is. */
  takeDue(now: Instant): TimerEffect<Timer> | undefined {
    const earliest = this.#earliest();
    if (earliest === undefined || earliest.due > now) return undefined;
    this.#armed.delete(keyOf(earliest.timer, earliest.call));
    return { type: 'timer', what: 'fired', ...earliest };
  }

  /** The earliest timer; of two due at one instant, the one armed first. */
  deadline(): Deadline<Timer> | undefined {
    const earliest = this.#earliest();
    return earliest && { at: earliest.due, timer: earliest.timer };
  }

  describe(): Readonly<Record<string, Instant>> {
    return Object.fromEntries([...this.#armed].map(([key, { due }]) => [key, due]));
  }

  #earliest(): Armed<Timer> | undefined {
    let earliest: Armed<Timer> | undefined;
    for (const armed of this.#armed.values()) {
      if (earliest === undefined || armed.due < earliest.due) earliest = armed;
    }
    return earliest;
  }
}

function keyOf(timer: string, call: number | undefined): string {
  return call === undefined ? timer : `${timer} of call ${call}`;
}
