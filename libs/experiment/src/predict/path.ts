import type { Duration, Instant } from '@lapse/protocol';
import { INFINITE } from '@lapse/protocol/constants';
import type { Injection, Scenario, Toxic } from '../scenario.ts';
import { exactly, later, type Moment } from './moment.ts';
import type { Rule } from './rule.ts';
import { Unpredictable } from './unpredictable.ts';

export const TOXIC_HOLDS: Rule = {
  id: 'toxic-holds',
  source:
    'Toxiproxy as measured: bandwidth with rate 0 holds everything, loses nothing, and lets it go in order on removal',
  formula: 'arrival = heal, or never',
  calibration: 'calibrated by measurement of Toxiproxy 2.12: chunks within 5 ms of the removal, in order',
};

export const TOXIC_DELAYS: Rule = {
  id: 'toxic-delays',
  source:
    'Toxiproxy as measured: latency delays chunks, neither connect nor FIN; bandwidth and slicer by their own arithmetic',
  formula:
    'latency: min(sent + L, heal) + [0, 5]; bandwidth: sent + bytes / rate; slicer: sent + (pieces - 1) * delay in µs',
  calibration:
    'calibrated by measurement of Toxiproxy 2.12 for latency (100 ms: p50 101.1, p99 102.8); bandwidth and slicer read in its source',
};

export const TOXIC_DROPS: Rule = {
  id: 'toxic-drops',
  source:
    'Toxiproxy as measured: timeout 0 drops data; its removal closes the connection; limit_data passes a number of bytes, then FIN',
  formula:
    'arrival = never; cut = heal of a timeout toxic, or the instant that the limit is reached; both sides see FIN',
  calibration: 'calibrated by measurement of Toxiproxy 2.12',
};

export const PATH_ENDINGS: Rule = {
  id: 'path-endings',
  source: 'Toxiproxy as measured; docs/JUDGING.md, "Endings travel a path"',
  formula:
    'direct: as sent, at once. proxy: FIN for RST, at once, but not before what is queued ahead of it in that direction; down: FIN to both sides at once',
  calibration: 'calibrated by measurement of Toxiproxy 2.12: 1-2 ms',
  restsOn: ['toxic-holds', 'toxic-delays', 'toxic-drops'],
};

export type Direction = 'upstream' | 'downstream';

/** How many bytes: a range, where the length depends on an address that is not known beforehand. */
export interface Extent {
  readonly least: number;
  readonly most: number;
}

/** Bytes given to the network at a moment. */
export interface Sent {
  readonly at: Moment;
  readonly bytes: Extent;
}

/** What an injector does to the whole connection: `to` says whose end comes first; the other one waits for its own queue. */
export interface Cut {
  readonly at: Moment;
  readonly to: Direction | 'both';
  /** It comes of what is sent at that instant, and after it; `torn`: in the middle of it, so that its reader gets the beginning only. */
  readonly caused?: boolean;
  readonly torn?: boolean;
}

/** What latency may add to its own setting (measured: p99 102.8 for 100). */
const LATENCY_SPREAD: Duration = 5;

type Crossing = { readonly is: 'arrives'; readonly at: Moment } | { readonly is: 'held' } | { readonly is: 'dropped' };

/** When the last byte of the last of `sends` arrives; undefined: not in this run. */
export function arrivalOf(scenario: Scenario, direction: Direction, sends: readonly Sent[]): Moment | undefined {
  const crossings = crossingsOf(scenario, direction, sends);
  let latest = exactly(0);
  for (const crossing of crossings) {
    if (crossing.is !== 'arrives') return undefined;
    latest = later(latest, crossing.at);
  }
  return latest;
}

/** When an end sent at `at` is read at the other end: after everything that is queued ahead of it. */
export function endingArrivalOf(
  scenario: Scenario,
  direction: Direction,
  { at, sends }: { readonly at: Moment; readonly sends: readonly Sent[] },
): Moment | undefined {
  const ahead = sends.filter((sent) => sent.at.at <= at.at);
  let latest = at;
  for (const crossing of crossingsOf(scenario, direction, ahead)) {
    if (crossing.is === 'held') return undefined;
    if (crossing.is === 'arrives' && crossing.at.at > at.at) latest = later(latest, crossing.at);
  }
  return latest;
}

/** What a peer's reset looks like at the other end of the path. */
export function resetSeenAs(scenario: Scenario): 'fin' | 'rst' {
  return scenario.path === 'direct' ? 'rst' : 'fin';
}

/** Whether a connect at `at` is refused because the proxy is down. */
export function downAt(scenario: Scenario, at: Instant): boolean {
  return scenario.faults.some((injection) => injection.toxic.type === 'down' && active(injection, at));
}

/** The first instant from `since` on at which the injector itself ends the connection. */
export function firstCut(
  scenario: Scenario,
  since: Instant,
  sends: Readonly<Record<Direction, readonly Sent[]>>,
): Cut | undefined {
  const downs = scenario.faults
    .filter(({ toxic, at }) => toxic.type === 'down' && at > since)
    .map(({ at }): Cut => ({ at: exactly(at), to: 'both' }));
  const cuts = DIRECTIONS.flatMap((direction) =>
    conditionsOn(scenario, direction).flatMap((injection) =>
      cutsBy(injection, { direction, sends: sends[direction], since }),
    ),
  );
  return [...downs, ...cuts].sort((one, other) => one.at.at - other.at.at)[0];
}

/** Throws `Unpredictable` for whatever a plan holds that Toxiproxy does by chance, in steps, or not as asked. */
export function requirePredictablePlan(scenario: Scenario): void {
  if (scenario.path === 'direct' && scenario.faults.length > 0) {
    throw new Unpredictable('With path: direct there is no injector, so no fault can take effect.');
  }
  for (const { toxic } of scenario.faults) requirePredictable(toxic);
  for (const direction of DIRECTIONS) requireOneAtATime(conditionsOn(scenario, direction));
}

const DIRECTIONS: readonly Direction[] = ['upstream', 'downstream'];

function requirePredictable(toxic: Toxic): void {
  if (toxic.type === 'latency' && toxic.jitter > 0)
    throw new Unpredictable('Toxiproxy draws jitter without a seed: no instant follows from it.');
  if (toxic.type === 'slicer' && toxic.size_variation > 0) {
    throw new Unpredictable('Toxiproxy draws the sizes of slices without a seed: no instant follows from them.');
  }
  if (toxic.type === 'timeout' && toxic.timeout > 0) {
    throw new Unpredictable('A timeout toxic above 0 starts again at every chunk: its end cannot be predicted.');
  }
  if (toxic.type === 'reset_peer')
    throw new Unpredictable(
      'reset_peer resets only later connections, and only when data arrives: it is not predicted yet.',
    );
  if (toxic.type === 'slow_close') throw new Unpredictable('slow_close is not predicted yet.');
}

function requireOneAtATime(conditions: readonly Injection[]): void {
  const sorted = [...conditions].sort((one, other) => one.at - other.at);
  sorted.forEach((injection, index) => {
    const next = sorted[index + 1];
    if (next !== undefined && next.at <= healOf(injection)) {
      throw new Unpredictable(
        'Two toxics on one stream at one time: Toxiproxy flushes what the first holds past the second.',
      );
    }
  });
}

function conditionsOn({ faults }: Scenario, direction: Direction): readonly Injection[] {
  return faults.filter(({ toxic, stream }) => toxic.type !== 'down' && (stream === 'both' || stream === direction));
}

function healOf({ heal }: Injection): Instant {
  return heal ?? INFINITE;
}

function active(injection: Injection, at: Instant): boolean {
  return injection.at <= at && at < healOf(injection);
}

function crossingsOf(scenario: Scenario, direction: Direction, sends: readonly Sent[]): readonly Crossing[] {
  const conditions = conditionsOn(scenario, direction);
  return sends.map((sent, index) => {
    const condition = conditions.find((injection) => active(injection, sent.at.at));
    return condition === undefined ? { is: 'arrives', at: sent.at } : cross(condition, sends.slice(0, index + 1), sent);
  });
}

function cross(condition: Injection, sends: readonly Sent[], sent: Sent): Crossing {
  const { toxic } = condition;
  switch (toxic.type) {
    case 'bandwidth':
      if (toxic.rate > 0)
        return delayed(condition, sent, { least: sent.bytes.least / toxic.rate, most: sent.bytes.most / toxic.rate });
      return condition.heal === undefined ? { is: 'held' } : { is: 'arrives', at: exactly(condition.heal) };
    case 'latency':
      return delayed(condition, sent, { least: toxic.latency, most: toxic.latency + LATENCY_SPREAD });
    case 'slicer':
      return delayed(condition, sent, slicing(toxic, sent.bytes));
    case 'limit_data':
      return passes(toxic.bytes, counted(condition, sends)) ? { is: 'arrives', at: sent.at } : { is: 'dropped' };
    default:
      return { is: 'dropped' };
  }
}

/** A toxic that is removed lets go at once of what it still delays. */
function delayed(
  condition: Injection,
  { at }: Sent,
  { least, most }: { readonly least: Duration; readonly most: Duration },
): Crossing {
  const heal = healOf(condition);
  const earliest = Math.min(Math.floor(at.at + least), heal);
  const latest = Math.min(Math.ceil(at.at + at.spread + most), Math.max(heal, at.at + at.spread) + LATENCY_SPREAD);
  return { is: 'arrives', at: { at: earliest, spread: latest - earliest } };
}

/** The slicer halves a chunk until its pieces are small enough: of `average_size` at most, of half of that at least. */
function slicing(
  toxic: { readonly average_size: number; readonly delay: number },
  bytes: Extent,
): { readonly least: Duration; readonly most: Duration } {
  const fewest = Math.ceil(bytes.least / toxic.average_size);
  const most = Math.min(bytes.most, Math.ceil((2 * bytes.most) / toxic.average_size));
  const delay = toxic.delay / 1_000;
  return { least: (fewest - 1) * delay, most: (Math.max(fewest, most) - 1) * (delay + 1) };
}

/** Bytes that a counting toxic has seen, the last send included. */
function counted(condition: Injection, sends: readonly Sent[]): Extent {
  const seen = sends.filter(({ at }) => at.at >= condition.at);
  return { least: sum(seen.map(({ bytes }) => bytes.least)), most: sum(seen.map(({ bytes }) => bytes.most)) };
}

function passes(limit: number, { least, most }: Extent): boolean {
  if (most <= limit) return true;
  if (least > limit) return false;
  throw new Unpredictable(
    `A limit of ${limit} bytes may or may not let the preamble pass: its length depends on the service's port.`,
  );
}

function cutsBy(
  injection: Injection,
  {
    direction,
    sends,
    since,
  }: { readonly direction: Direction; readonly sends: readonly Sent[]; readonly since: Instant },
): readonly Cut[] {
  const { toxic, heal } = injection;
  if (toxic.type === 'timeout')
    return heal === undefined || heal <= since ? [] : [{ at: exactly(heal), to: direction }];
  if (toxic.type !== 'limit_data') return [];
  const index = sends.findIndex(
    (sent, position) =>
      active(injection, sent.at.at) && reached(toxic.bytes, counted(injection, sends.slice(0, position + 1))),
  );
  const sent = sends[index];
  if (sent === undefined) return [];
  const torn = counted(injection, sends.slice(0, index + 1)).least > toxic.bytes;
  return [{ at: sent.at, to: direction, caused: true, torn }];
}

function reached(limit: number, { least, most }: Extent): boolean {
  if (least >= limit) return true;
  if (most < limit) return false;
  throw new Unpredictable(
    `A limit of ${limit} bytes may or may not be reached by the preamble: its length depends on the service's port.`,
  );
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
