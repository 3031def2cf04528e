import type { Duration, Instant } from '@lapse/protocol';
import { type Entry, type Evidence, measured } from '../evidence/evidence.ts';
import { runningTime, type Stop, stopsIn } from '../evidence/stops.ts';
import type { Side } from '../scenario.ts';

/** Noise this far before or after the winning instant counts. */
export const NOISE_WITHIN: Duration = 250;

/**
 * Rule (f): the largest, around the winning instant, of how late our own timers fired, the delays of both event loops, and the
 * round trips of a connection without toxics. The time that the plan itself kept a process frozen for is none of it.
 */
export function noiseAround(at: Instant, evidence: Evidence): Duration {
  const stops = stopsIn(evidence.entries);
  const lateness = measured(evidence)
    .filter((entry) => Math.abs(entry.at - at) <= NOISE_WITHIN)
    .map((entry) => latenessOfFiring(entry, stops));
  const others = evidence.entries.flatMap((entry) =>
    entry.type === 'noise' && overlaps(entry, at)
      ? [runningTime(stops, noisy(entry), { from: entry.at - entry.ms, until: entry.at })]
      : [],
  );
  return Math.max(0, ...lateness.filter((late) => late !== undefined), ...others);
}

/** A delay is recorded when it is over: it lasted from `ms` before until then. */
function overlaps({ at, ms }: { readonly at: Instant; readonly ms: Duration }, instant: Instant): boolean {
  return at >= instant - NOISE_WITHIN && at - ms <= instant + NOISE_WITHIN;
}

/** Whose standing still makes such a noise: round trips are the service's to answer, a loop is late in its own process. */
function noisy(entry: Extract<Entry, { readonly type: 'noise' }>): Side | undefined {
  if (entry.what === 'roundTrip') return 'service';
  return entry.source === 'host' ? undefined : entry.source;
}

/** How late each of our own timers fired, in order, while its process ran. */
export function latenessOf(evidence: Evidence): readonly Duration[] {
  const stops = stopsIn(evidence.entries);
  return measured(evidence)
    .map((entry) => latenessOfFiring(entry, stops))
    .filter((late) => late !== undefined);
}

function latenessOfFiring(entry: Entry, stops: readonly Stop[]): Duration | undefined {
  if (entry.type !== 'timer' || entry.what !== 'fired') return undefined;
  if (entry.at <= entry.due) return entry.at - entry.due;
  return runningTime(stops, entry.side, { from: entry.due, until: entry.at });
}
