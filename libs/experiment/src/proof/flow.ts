import type { Duration, Instant } from '@lapse/protocol';
import { type Entry, type Evidence, measured } from '../evidence/evidence.ts';
import type { Side } from '../scenario.ts';

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

/** What a session's sender gave to the network in a direction. A write that was cut leaves in two pieces. */
export function sentPieces(evidence: Evidence, direction: Direction): readonly Piece[] {
  const entries = sideEntries(evidence, direction === 'upstream' ? 'client' : 'service');
  const cuts = new Map(entries.filter((entry) => entry.type === 'cut').map((entry) => [entry.id, entry]));
  return entries.flatMap((entry): readonly Piece[] => {
    if (entry.type === 'transmit' && !cuts.has(entry.id)) return [{ at: entry.at, bytes: entry.bytes.length / 2 }];
    if (entry.type === 'cut') return [{ at: entry.at, bytes: entry.sent }];
    const cut = entry.type === 'transmitted' ? cuts.get(entry.id) : undefined;
    return cut === undefined ? [] : [{ at: entry.at, bytes: cut.of - cut.sent }];
  });
}

/** What the reader of a direction got. */
export function receivedPieces(evidence: Evidence, direction: Direction): readonly Piece[] {
  const entries = sideEntries(evidence, direction === 'upstream' ? 'service' : 'client');
  return entries.filter((entry) => entry.type === 'received').map(({ at, bytes }) => ({ at, bytes: bytes.length / 2 }));
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

function sideEntries(evidence: Evidence, side: Side): readonly Entry[] {
  return measured(evidence).filter((entry) => entry.side === side && entry.session !== undefined);
}
