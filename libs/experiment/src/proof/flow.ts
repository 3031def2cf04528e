import type { Duration, Instant } from '@lapse/protocol';
import { type Entry, type Evidence, measured } from '../evidence/evidence.ts';
import { sizeOf } from '../evidence/size.ts';
import type { Side, Stream } from '../scenario.ts';

/** So many bytes more, given to the network or read from it, at an instant. */
export interface Piece {
  readonly at: Instant;
  readonly bytes: number;
}

/** From when on, and until when, an injection was certainly in place, by the injector's own answers. */
export interface InPlace {
  readonly from: Instant;
  readonly until: Instant;
}

/** Something must have been on its way for this long before its absence means that it was withheld. */
export const PATIENCE: Duration = 50;
/** A delay below it cannot be told from the path's own. */
export const LEAST_DELAY: Duration = 20;
/** How far below its setting a delay may be measured: both ends round to whole milliseconds. */
export const ROUNDING: Duration = 2;

export type Direction = 'upstream' | 'downstream';

/** One direction of one connection. */
export interface Flow {
  readonly direction: Direction;
  readonly link: number;
}

/** Both directions, or the one named, of every connection that the client made. */
export function flowsIn(evidence: Evidence, stream: Stream): readonly Flow[] {
  const links = new Set(measured(evidence).flatMap(({ link }) => (link === undefined ? [] : [link])));
  const directions = (['upstream', 'downstream'] as const).filter((each) => stream === 'both' || stream === each);
  return [...links].flatMap((link) => directions.map((direction) => ({ direction, link })));
}

/** What a flow's sender gave to the network. A write that was cut leaves in two pieces. */
export function sentPieces(evidence: Evidence, { direction, link }: Flow): readonly Piece[] {
  const entries = entriesOn(evidence, { side: direction === 'upstream' ? 'client' : 'service', link });
  const cuts = entries.filter((entry) => entry.type === 'cut');
  return entries.flatMap((entry): readonly Piece[] => {
    if (entry.type === 'cut') return [{ at: entry.at, bytes: entry.sent }];
    if (entry.type !== 'transmit' && entry.type !== 'transmitted') return [];
    const cut = cuts.find(({ id, session }) => id === entry.id && session === entry.session);
    if (entry.type === 'transmit') return cut === undefined ? [{ at: entry.at, bytes: sizeOf(entry) }] : [];
    return cut === undefined ? [] : [{ at: entry.at, bytes: cut.of - cut.sent }];
  });
}

/** What the reader of a flow got. */
export function receivedPieces(evidence: Evidence, { direction, link }: Flow): readonly Piece[] {
  const entries = entriesOn(evidence, { side: readerOf(direction), link });
  return entries.filter((entry) => entry.type === 'received').map((entry) => ({ at: entry.at, bytes: sizeOf(entry) }));
}

export function readerOf(direction: Direction): Side {
  return direction === 'upstream' ? 'service' : 'client';
}

/** Bytes up to and including an instant. */
export function bytesUntil(pieces: readonly Piece[], at: Instant): number {
  return pieces.filter((piece) => piece.at <= at).reduce((total, { bytes }) => total + bytes, 0);
}

/** When the byte after `count` others had arrived; undefined if it never did. */
export function arrivalAfter(pieces: readonly Piece[], count: number): Instant | undefined {
  let total = 0;
  for (const { at, bytes } of pieces) {
    total += bytes;
    if (total > count) return at;
  }
  return undefined;
}

/** What one side recorded of a connection. */
export function entriesOn(
  evidence: Evidence,
  { side, link }: { readonly side: Side; readonly link: number },
): readonly Entry[] {
  return measured(evidence).filter((entry) => entry.side === side && entry.link === link);
}
