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
  /** In the order in which they were armed; what is re-armed keeps its place. */
  readonly #armed: Armed<Timer>[] = [];

  /** Arms or re-arms `timer`, `after` from `since` on; with `call` that of one call. An infinite span arms nothing (wcf-timeouts 0.2). */
  arm(
    timer: Timer,
    { since, after, call }: { readonly since: Instant; readonly after: Duration; readonly call?: number },
    by: string,
  ): readonly TimerEffect<Timer>[] {
    if (after === INFINITE) return [];
    const due = since + after;
    const armed = call === undefined ? { timer, since, due } : { timer, call, since, due };
    const place = this.#placeOf(timer, call);
    this.#armed[place < 0 ? this.#armed.length : place] = armed;
    return [effectOf(place < 0 ? 'armed' : 'rearmed', armed, by)];
  }

  /** Cancels the timers named, those of them that run, for whatever call. */
  cancel(timers: readonly Timer[], by: string): readonly TimerEffect<Timer>[] {
    return this.#armed
      .filter(({ timer }) => timers.includes(timer))
      .flatMap(({ timer, call }) => this.cancelOne(timer, call, by));
  }

  /** Cancels one timer, that of `call` where it has one. */
  cancelOne(timer: Timer, call: number | undefined, by: string): readonly TimerEffect<Timer>[] {
    const armed = this.#take(this.#placeOf(timer, call));
    return armed === undefined ? [] : [effectOf('cancelled', armed, by)];
  }

  cancelAll(by: string): readonly TimerEffect<Timer>[] {
    return this.cancel(
      this.#armed.map(({ timer }) => timer),
      by,
    );
  }

  /** Takes the earliest timer that is due out of the table; undefined when none is. */
  takeDue(now: Instant): TimerEffect<Timer> | undefined {
    const earliest = this.#earliest();
    if (earliest === undefined || earliest.due > now) return undefined;
    this.#take(this.#armed.indexOf(earliest));
    return { type: 'timer', what: 'fired', ...earliest };
  }

  /** The earliest timer; of two due at one instant, the one armed first. */
  deadline(): Deadline<Timer> | undefined {
    const earliest = this.#earliest();
    return earliest && { at: earliest.due, timer: earliest.timer };
  }

  describe(): Readonly<Record<string, Instant>> {
    return Object.fromEntries(this.#armed.map(({ timer, call, due }) => [keyOf(timer, call), due]));
  }

  #placeOf(timer: Timer, call: number | undefined): number {
    const { length } = this.#armed;
    for (let place = 0; place < length; place += 1) {
      const armed = this.#armed[place];
      if (armed?.timer === timer && armed.call === call) return place;
    }
    return -1;
  }

  #take(place: number): Armed<Timer> | undefined {
    return place < 0 ? undefined : this.#armed.splice(place, 1)[0];
  }

  #earliest(): Armed<Timer> | undefined {
    let earliest: Armed<Timer> | undefined;
    for (const armed of this.#armed) {
      if (earliest === undefined || armed.due < earliest.due) earliest = armed;
    }
    return earliest;
  }
}

/** Spelt out, because it happens several times in each call: objects that are spread cost ten times as much. */
function effectOf<Timer extends string>(
  what: 'armed' | 'rearmed' | 'cancelled',
  { timer, call, since, due }: Armed<Timer>,
  by: string,
): TimerEffect<Timer> {
  if (call === undefined) return { type: 'timer', what, timer, since, due, by };
  return { type: 'timer', what, timer, call, since, due, by };
}

function keyOf(timer: string, call: number | undefined): string {
  return call === undefined ? timer : `${timer} of call ${call}`;
}
