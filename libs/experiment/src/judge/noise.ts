import type { Duration, Instant } from '@lapse/protocol';
import { type Entry, type Evidence, measured } from '../evidence/evidence.ts';

/** Noise this far before or after the winning instant counts. */
export const NOISE_WITHIN: Duration = 250;

/**
 * Rule (f): the largest, around the winning instant, of how late our own timers fired, the delays of both event loops, and the
 * round trips of a connection without toxics.
 */
export function noiseAround(at: Instant, evidence: Evidence): Duration {
  const lateness = measured(evidence)
    .filter((entry) => Math.abs(entry.at - at) <= NOISE_WITHIN)
    .map(latenessOfFiring);
  const others = evidence.entries.flatMap((entry) => (entry.type === 'noise' && overlaps(entry, at) ? [entry.ms] : []));
  return Math.max(0, ...lateness.filter((late) => late !== undefined), ...others);
}

/** A delay is recorded when it is over: it lasted from `ms` before until then. */
function overlaps({ at, ms }: { readonly at: Instant; readonly ms: Duration }, instant: Instant): boolean {
  return at >= instant - NOISE_WITHIN && at - ms <= instant + NOISE_WITHIN;
}

/** How late each of our own timers fired, in order. */
export function latenessOf(evidence: Evidence): readonly Duration[] {
  return measured(evidence)
    .map(latenessOfFiring)
    .filter((late) => late !== undefined);
}

function latenessOfFiring(entry: Entry): Duration | undefined {
  return entry.type === 'timer' && entry.what === 'fired' ? entry.at - entry.due : undefined;
}
