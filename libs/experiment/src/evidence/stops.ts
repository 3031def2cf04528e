import type { Duration, Instant } from '@lapse/protocol';
import type { Observation } from '../observation.ts';
import type { Side } from '../scenario.ts';

/** While a process did not run by the plan's own doing: from the first signal until it was let run again, or for good. */
export interface Stop {
  readonly fault: number;
  readonly side: Side;
  readonly from: Instant;
  readonly until: Instant;
}

/** Every stop that is on record; one that has no end in it lasts for ever. */
export function stopsIn(entries: readonly Observation[]): readonly Stop[] {
  const anchor = entries.find((entry) => entry.type === 'experiment');
  const signals = entries.filter((entry) => entry.type === 'signalled');
  return signals
    .filter(({ signal }) => signal !== 'SIGCONT')
    .flatMap(({ fault, before }) => {
      const side = anchor?.scenario.processFaults?.[fault]?.side;
      const end = signals.find((other) => other.signal === 'SIGCONT' && other.fault === fault && other.after >= before);
      return side === undefined ? [] : [{ fault, side, from: before, until: end?.after ?? Number.POSITIVE_INFINITY }];
    });
}

/** How much of a time is left when that is taken out of it in which a side did not run: a frozen process is not noisy. */
export function runningTime(
  stops: readonly Stop[],
  side: Side | undefined,
  { from, until }: { readonly from: Instant; readonly until: Instant },
): Duration {
  const stopped = stops
    .filter((stop) => stop.side === side)
    .map((stop) => Math.max(0, Math.min(until, stop.until) - Math.max(from, stop.from)));
  return until - from - stopped.reduce((total, duration) => total + duration, 0);
}
