import type { Instant } from '@lapse/protocol';
import type { Entry } from '../evidence/evidence.ts';
import { sizeOf } from '../evidence/size.ts';
import { isSentOneWay } from './observed.ts';
import { seconds } from './seconds.ts';

/** Several calls of a client in one line. */
export interface FoldedCalls {
  readonly at: Instant;
  readonly session?: number;
  readonly client: string;
  readonly wire: string;
}

/** Fewer calls than that are told one by one. */
const LEAST_FOLDED = 4;

/**
 * A flood of one-way calls, each made when the one before had returned, reads as its first call, one line for those that went as well,
 * and the one that did not. Every entry of a call that is folded stands here: the first with the line, the others with none.
 */
export function foldedCalls(entries: readonly Entry[]): ReadonlyMap<Entry, readonly FoldedCalls[]> {
  const folded = new Map<Entry, readonly FoldedCalls[]>();
  for (const [, ...rest] of runsOf(madeIn(entries))) {
    if (rest.length < LEAST_FOLDED) continue;
    const all = rest.flatMap((made) => made.entries);
    for (const entry of all) folded.set(entry, entry === all[0] ? [lineOf(rest, all)] : []);
  }
  return folded;
}

/** A call of a client, with all that was recorded between its beginning and its return. */
interface Made {
  readonly call: number;
  readonly operation: string;
  readonly session: number | undefined;
  readonly entries: Entry[];
  /** One way, and without an exception. */
  isWell: boolean;
}

function madeIn(entries: readonly Entry[]): readonly Made[] {
  const all: Made[] = [];
  let current: Made | undefined;
  for (const entry of entries.filter(({ side }) => side === 'client')) {
    if (entry.type === 'call') {
      const { call, operation, session } = entry;
      current = { call, operation, session, entries: [], isWell: false };
      all.push(current);
    }
    if (current === undefined || !isPartOf(current, entry)) continue;
    current.entries.push(entry);
    if (entry.type !== 'completed') continue;
    current.isWell = entry.exception === undefined && current.entries.some(isSentOneWay);
    current = undefined;
  }
  return all;
}

function isPartOf({ call, session }: Made, entry: Entry): boolean {
  if (entry.session !== session) return false;
  if (entry.type === 'transmit' || entry.type === 'transmitted') return true;
  return 'call' in entry && entry.call === call;
}

/** Calls of one operation that went well, behind each other. */
function runsOf(calls: readonly Made[]): readonly (readonly Made[])[] {
  const runs: Made[][] = [];
  for (const made of calls.filter(({ isWell }) => isWell)) {
    const run = runs.at(-1);
    const last = run?.at(-1);
    const follows = last?.operation === made.operation && last.session === made.session && last.call + 1 === made.call;
    if (run !== undefined && follows) run.push(made);
    else runs.push([made]);
  }
  return runs;
}

function lineOf(calls: readonly Made[], entries: readonly Entry[]): FoldedCalls {
  const [first, last] = [calls[0], calls.at(-1)];
  const [began, ended] = [entries[0]?.at ?? 0, entries.at(-1)?.at ?? 0];
  const bytes = entries.reduce((sum, entry) => sum + (entry.type === 'transmit' ? sizeOf(entry) : 0), 0);
  return {
    at: began,
    ...(first?.session !== undefined && { session: first.session }),
    client: `calls ${first?.operation} ${calls.length} times more (calls ${first?.call} to ${last?.call}, until ${seconds(ended)}): each returns`,
    wire: `${bytes} bytes -->`,
  };
}
