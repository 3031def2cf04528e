import { type Entry, sizeOf } from '@lapse/experiment';

/**
 * Entries in an order in which nothing arrives before it was sent. The clocks of two processes differ by some milliseconds;
 * what each of them did stays in its own order.
 */
export function inCausalOrder(entries: readonly Entry[]): readonly Entry[] {
  const dated = entries.map(fromBeginning).toSorted((one, other) => one.at - other.at);
  const queues = SOURCES.map((source) => dated.filter((entry) => entry.source === source));
  const sent = new Map<string, number>();
  const read = new Map<string, number>();
  const ordered: Entry[] = [];
  while (ordered.length < entries.length) {
    const heads = queues.filter((queue) => queue.length > 0).toSorted((one, other) => startOf(one) - startOf(other));
    const ready = heads.find(([head]) => head !== undefined && !isEarly(head, sent, read)) ?? heads[0];
    const queue = ready === undefined || startOf(ready) - startOf(heads[0] ?? []) > SKEW ? heads[0] : ready;
    const entry = queue?.shift();
    if (entry === undefined) break;
    count(entry, sent, read);
    ordered.push(entry);
  }
  return ordered;
}

/** A toxic is off at some instant between question and answer: what it held may pass from the first on. */
function fromBeginning(entry: Entry): Entry {
  return entry.type === 'healed' ? { ...entry, at: entry.before } : entry;
}

const SOURCES = ['host', 'client', 'service'] as const;

/** More than clocks differ by is told as it was recorded. Milliseconds. */
const SKEW = 20;

function startOf(queue: readonly Entry[]): number {
  return queue[0]?.at ?? 0;
}

/** Whether it reads more than was sent so far. */
function isEarly(entry: Entry, sent: ReadonlyMap<string, number>, read: ReadonlyMap<string, number>): boolean {
  if (entry.type !== 'received' || entry.side === undefined) return false;
  const key = `${entry.side} ${entry.link}`;
  return (read.get(key) ?? 0) + sizeOf(entry) > (sent.get(key) ?? 0);
}

/** Bytes are counted by the connection and the side that they go to. */
function count(entry: Entry, sent: Map<string, number>, read: Map<string, number>): void {
  if (entry.type !== 'transmit' && entry.type !== 'received') return;
  const to = entry.type === 'received' ? entry.side : entry.side === 'client' ? 'service' : 'client';
  const sums = entry.type === 'received' ? read : sent;
  const key = `${to} ${entry.link}`;
  sums.set(key, (sums.get(key) ?? 0) + sizeOf(entry));
}
