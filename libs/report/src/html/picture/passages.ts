import { type Entry, type Side, sizeOf } from '@lapse/experiment';
import type { Passage, Told } from './course.ts';

/** What went from one side to the other: connects, bytes, ends. Bytes are followed by counting them, connection by connection. */
export function passagesOf(told: readonly Told[]): readonly Passage[] {
  return [...connectsOf(told), ...bytesOf(told), ...endsOf(told)];
}

function connectsOf(told: readonly Told[]): readonly Passage[] {
  return told
    .filter(({ entry }) => entry.type === 'connect')
    .map(({ entry, row }): Passage => {
      const until = acceptedAfter(told, entry, row);
      return { kind: 'connect', from: 'client', since: row, to: 'service', ...(until !== undefined && { until }) };
    });
}

/** The next accept that is of the session, unless the client connects once more before. */
function acceptedAfter(told: readonly Told[], connect: Entry, row: number): number | undefined {
  const later = told.filter((other) => other.row > row && other.entry.session === connect.session);
  const next = later.find(({ entry }) => entry.type === 'connect' || entry.type === 'accepted');
  return next?.entry.type === 'accepted' ? next.row : undefined;
}

/** Bytes of one entry, and up to which byte of their direction of their connection they go. */
interface Counted {
  readonly row: number;
  readonly side: Side;
  readonly size: number;
  readonly upTo: number;
}

function bytesOf(told: readonly Told[]): readonly Passage[] {
  const sent = countedBytes(told, 'transmit');
  const read = countedBytes(told, 'received');
  const answered = [...sent].flatMap(([key, counted]) =>
    counted.map((each): Passage => {
      const arrivals = (read.get(key) ?? []).filter(({ upTo, row }) => upTo > each.upTo - each.size && row >= each.row);
      const whole = arrivals.find(({ upTo }) => upTo >= each.upTo);
      const until = (whole ?? arrivals.at(-1))?.row;
      return {
        ...{ kind: 'bytes', from: each.side, since: each.row, to: otherThan(each.side) },
        ...(until !== undefined && { until }),
        ...(whole === undefined && until !== undefined && { isPart: true }),
      };
    }),
  );
  const fromNobody = [...read].flatMap(([key, counted]) => (sent.has(key) ? [] : counted));
  return [...answered, ...fromNobody.map(({ row, side }) => fromPath('bytes', side, row))];
}

/** By direction and connection. */
function countedBytes(told: readonly Told[], type: 'transmit' | 'received'): ReadonlyMap<string, readonly Counted[]> {
  const all = new Map<string, Counted[]>();
  for (const { entry, row } of told) {
    if (entry.type !== type || entry.side === undefined) continue;
    const to = type === 'received' ? entry.side : otherThan(entry.side);
    const key = `${to} ${entry.link}`;
    const counted = all.get(key) ?? [];
    const size = sizeOf(entry);
    counted.push({ row, side: entry.side, size, upTo: (counted.at(-1)?.upTo ?? 0) + size });
    all.set(key, counted);
  }
  return all;
}

function otherThan(side: Side): Side {
  return side === 'client' ? 'service' : 'client';
}

/** Ends by FIN or RST. One that nobody was there any more to see is left out. */
function endsOf(told: readonly Told[]): readonly Passage[] {
  const seen = told.filter(({ entry }) => entry.type === 'peerReset' || entry.type === 'peerEnded');
  const matched = new Set<Told>();
  const sent = told.flatMap((each): readonly Passage[] => {
    const { entry, row } = each;
    if (entry.type !== 'disconnect' || entry.how === 'pool') return [];
    if (entry.side === undefined || entry.link === undefined) return [];
    const arrived = seen.find((other) => other.row > row && isSeenBy(other, each) && !matched.has(other));
    const answered = seen.some((other) => other.row <= row && isOfSame(other.entry, entry));
    if (arrived === undefined && answered) return [];
    if (arrived !== undefined) matched.add(arrived);
    return [
      {
        ...{ kind: entry.how === 'abort' ? 'reset' : 'end', from: entry.side, since: row, to: otherThan(entry.side) },
        ...(arrived && { until: arrived.row }),
      },
    ];
  });
  const others = seen.flatMap((each) => {
    const { entry, row } = each;
    if (matched.has(each) || entry.side === undefined) return [];
    return [fromPath(entry.type === 'peerReset' ? 'reset' : 'end', entry.side, row)];
  });
  return [...sent, ...others];
}

function isSeenBy({ entry }: Told, { entry: sent }: Told): boolean {
  return entry.link === sent.link && entry.side !== sent.side;
}

function isOfSame(one: Entry, other: Entry): boolean {
  return one.link === other.link && one.side === other.side;
}

/** What arrives, and no side is on record to have sent. */
function fromPath(kind: Passage['kind'], to: Side, row: number): Passage {
  return { kind, from: 'path', since: row, to, until: row };
}
