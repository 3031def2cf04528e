import type { Duration, Instant } from '@lapse/protocol';
import { type Evidence, isExternal } from '../evidence/evidence.ts';
import type { Injection, Toxic } from '../scenario.ts';
import {
  arrivalAfter,
  bytesUntil,
  type Direction,
  entriesOn,
  type Flow,
  flowsIn,
  type InPlace,
  LEAST_DELAY,
  PATIENCE,
  type Piece,
  ROUNDING,
  readerOf,
  receivedPieces,
  sentPieces,
} from './flow.ts';

/** What the session's own bytes show of an injection, or undefined when none were sent during it, or they show nothing. */
export function ownBytesEffect(injection: Injection, evidence: Evidence, place: InPlace): string | undefined {
  for (const flow of flowsIn(evidence, injection.stream)) {
    const effect = effectOn(flow, injection.toxic, { evidence, place });
    if (effect !== undefined) return effect;
  }
  return undefined;
}

/**
 * Whether bytes that the session sent while everything was to be withheld arrived all the same, in that time. What a service that is
 * none of ours sent is not on record: it was sent then, if the client still gets it so late.
 */
export function escapedBytes(injection: Injection, evidence: Evidence, place: InPlace): boolean {
  if (!withholds(injection.toxic)) return false;
  const { from, until } = place;
  return flowsIn(evidence, injection.stream).some((flow) => {
    if (isExternal(evidence))
      return receivedPieces(evidence, flow).some(({ at }) => at > from + PATIENCE && at <= until);
    const sent = sentPieces(evidence, flow);
    if (!sent.some(({ at }) => at >= place.from && at < place.until - PATIENCE)) return false;
    return bytesUntil(receivedPieces(evidence, flow), place.until) > bytesUntil(sent, place.from - 1);
  });
}

function effectOn(
  flow: Flow,
  toxic: Toxic,
  { evidence, place }: { readonly evidence: Evidence; readonly place: InPlace },
): string | undefined {
  const { direction } = flow;
  const sent = sentPieces(evidence, flow);
  const received = receivedPieces(evidence, flow);
  const first = sent.find(({ at }) => at >= place.from && at < place.until - PATIENCE);
  if (first === undefined) return undefined;
  const before = bytesUntil(sent, place.from - 1);
  if (toxic.type === 'limit_data') return limited(toxic.bytes, { before, received, evidence, flow });
  if (withholds(toxic)) return withheld(direction, { first, before, received, place });
  return delayed(direction, toxic, { sent, received, place, ended: endOf(evidence, flow) });
}

/** Until when a reader could have got something: his connection's end, or the end of measurement. */
function endOf(evidence: Evidence, { direction, link }: Flow): Instant {
  const entries = entriesOn(evidence, { side: readerOf(direction), link });
  const end = entries.find(({ type }) => type === 'peerEnded' || type === 'peerReset' || type === 'disconnect');
  return end?.at ?? evidence.until ?? 0;
}

/** Toxics under which nothing arrives while they are there. */
export function withholds(toxic: Toxic): boolean {
  return toxic.type === 'timeout' || (toxic.type === 'bandwidth' && toxic.rate === 0);
}

function withheld(
  direction: Direction,
  {
    first,
    before,
    received,
    place,
  }: { readonly first: Piece; readonly before: number; readonly received: readonly Piece[]; readonly place: InPlace },
): string | undefined {
  if (bytesUntil(received, place.until) > before) return undefined;
  const arrival = arrivalAfter(received, before);
  const fate = arrival === undefined ? 'did not arrive any more' : `arrived at ${arrival}, after the heal`;
  return `The session's own bytes: ${first.bytes} sent ${direction} at ${first.at} ${fate}.`;
}

/**
 * The last byte of something that was sent came as late as the toxic makes it, or as its removal let it go, and of nothing earlier;
 * or it had not come yet when the reader's connection ended, long after it would have without the toxic.
 */
function delayed(
  direction: Direction,
  toxic: Toxic,
  {
    sent,
    received,
    place,
    ended,
  }: {
    readonly sent: readonly Piece[];
    readonly received: readonly Piece[];
    readonly place: InPlace;
    readonly ended: Instant;
  },
): string | undefined {
  let total = 0;
  const crossed = sent.map(({ at, bytes }) => {
    total += bytes;
    const expected = Math.min(at + leastDelay(toxic, bytes), place.until);
    return { at, bytes, expected, arrival: arrivalAfter(received, total - 1) };
  });
  const during = crossed.filter(({ at }) => at >= place.from && at < place.until - PATIENCE);
  if (during.some(({ arrival, expected }) => arrival !== undefined && arrival < expected - ROUNDING)) return undefined;
  const late = during.find(
    ({ at, expected, arrival }) =>
      expected - at >= LEAST_DELAY && (arrival !== undefined || Math.min(ended, place.until) - at >= UNARRIVED),
  );
  if (late === undefined) return undefined;
  const fate = late.arrival === undefined ? `had not all arrived at ${ended}` : `had arrived only at ${late.arrival}`;
  return `The session's own bytes: ${late.bytes} sent ${direction} at ${late.at} ${fate}.`;
}

/** What has not arrived for so long was held up by more than a busy path. */
export const UNARRIVED: Duration = 250;

/** What a toxic adds at least to so many bytes written at once. */
export function leastDelay(toxic: Toxic, bytes: number): Duration {
  switch (toxic.type) {
    case 'latency':
      return toxic.latency;
    case 'bandwidth':
      return toxic.rate === 0 ? 0 : Math.floor(bytes / toxic.rate);
    case 'slicer':
      return Math.floor(((Math.ceil(bytes / toxic.average_size) - 1) * toxic.delay) / 1_000);
    default:
      return 0;
  }
}

function limited(
  limit: number,
  {
    before,
    received,
    evidence,
    flow,
  }: {
    readonly before: number;
    readonly received: readonly Piece[];
    readonly evidence: Evidence;
    readonly flow: Flow;
  },
): string | undefined {
  const passed = bytesUntil(received, Number.POSITIVE_INFINITY) - before;
  const { direction, link } = flow;
  const end = entriesOn(evidence, { side: readerOf(direction), link }).find(({ type }) => type === 'peerEnded');
  if (passed !== limit || end === undefined) return undefined;
  return `The session's own bytes: ${limit} passed ${direction}, then the connection ended at ${end.at}.`;
}
