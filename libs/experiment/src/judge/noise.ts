import type { Duration, Instant } from '@lapse/protocol';
import { type Entry, type Evidence, measured } from '../evidence/evidence.ts';
import { runningTime, type Stop, stopsIn } from '../evidence/stops.ts';
import type { Side } from '../scenario.ts';

/** Noise this far before or after the winning instant counts. */
const NOISE_WITHIN: Duration = 250;

/**
 * Rule (f): the largest, around the winning instant, of how late our own timers fired, the delays of both event loops, the
 * round trips of a connection without toxics, and what a container engine took for a signal. The time that the plan itself kept a
 * process frozen for is none of it.
 */
export function noiseAround(at: Instant, evidence: Evidence): Duration {
  const stops = stopsIn(evidence.entries);
  const lateness = measured(evidence)
    .filter((entry) => Math.abs(entry.at - at) <= NOISE_WITHIN)
    .map((entry) => latenessOfFiring(entry, stops));
  return Math.max(
    0,
    ...lateness.filter((late) => late !== undefined),
    ...delays(evidence, (noise) => overlaps(noise, at)),
    ...signalSpans(evidence, at),
  );
}

/** When in between a signal had its effect, nobody can say: a process gets it at once, a container from its engine. */
function signalSpans({ entries }: Evidence, instant: Instant): readonly Duration[] {
  return entries
    .filter((entry) => entry.type === 'signalled')
    .map(({ before, after }) => ({ at: after, ms: after - before }))
    .filter((span) => overlaps(span, instant))
    .map(({ ms }) => ms);
}

/** The longest that a process or the path was held up for, from zero to the end of measurement. */
export function longestDelay(evidence: Evidence): Duration {
  const { until = 0 } = evidence;
  return Math.max(0, ...delays(evidence, ({ at, ms }) => at >= 0 && at - ms <= until));
}

type Noise = Extract<Entry, { readonly type: 'noise' }>;

function delays(evidence: Evidence, which: (noise: Noise) => boolean): readonly Duration[] {
  const stops = stopsIn(evidence.entries);
  return evidence.entries
    .filter((entry) => entry.type === 'noise')
    .filter(which)
    .map((noise) => runningTime(stops, noisy(noise), { from: noise.at - noise.ms, until: noise.at }));
}

/** A delay is recorded when it is over: it lasted from `ms` before until then. */
function overlaps({ at, ms }: { readonly at: Instant; readonly ms: Duration }, instant: Instant): boolean {
  return at >= instant - NOISE_WITHIN && at - ms <= instant + NOISE_WITHIN;
}

/** Whose standing still makes such a noise: round trips are the service's to answer, a loop is late in its own process. */
function noisy(entry: Noise): Side | undefined {
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
