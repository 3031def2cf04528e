import type { Entry } from '../evidence/evidence.ts';
import { seconds } from './seconds.ts';

/**
 * Whether a call that failed has taken effect all the same, in a sentence, by what the service recorded; undefined where the record does not
 * tell which message the call was. A caller is told nothing of this: to it the result is unknown.
 */
export function effectOf(call: number, entries: readonly Entry[]): string | undefined {
  const made = entries.find((entry) => entry.type === 'call' && entry.call === call);
  if (made?.type !== 'call') return undefined;
  const told = [ownEffectOf(made, entries), effectOfFlood(made, entries)].filter((words) => words !== undefined);
  return told.length === 0 ? undefined : told.join(' ');
}

type Made = Extract<Entry, { readonly type: 'call' }>;

/** Of one-way calls that had returned before one failed: their callers take them for done. */
function effectOfFlood({ operation }: Made, entries: readonly Entry[]): string | undefined {
  if (!entries.some((entry) => entry.type === 'transmit' && entry.what === `oneWay ${operation}`)) return undefined;
  const well = new Set(entries.flatMap((entry) => (isReturn(entry) ? [entry.call] : [])));
  const same = entries.filter((entry) => entry.type === 'call').filter((entry) => entry.operation === operation);
  const returned = same.filter((entry) => well.has(entry.call));
  const begun = entries.filter((entry) => entry.type === 'dispatched' && entry.operation === operation);
  if (returned.length === 0) return undefined;
  return `Of the ${returned.length} calls of ${operation} that had returned before it, the service had begun ${begun.length === 0 ? 'none' : begun.length} when the record ends: that a one-way call returns says only that a socket has its message.`;
}

function isReturn(entry: Entry): entry is Entry & { readonly call: number } {
  return isOver(entry) && entry.exception === undefined;
}

/** The calls of a client are over so; those of a service are callbacks. */
function isOver(entry: Entry): entry is Extract<Entry, { readonly type: 'completed'; readonly call: number }> {
  return entry.type === 'completed' && entry.operation === 'call' && entry.side === 'client';
}

function ownEffectOf(made: Made, entries: readonly Entry[]): string | undefined {
  const { call } = made;
  const isIt = (entry: { readonly messageId?: string }) => entry.messageId === made.messageId;
  const begun = entries.filter((entry) => entry.type === 'dispatched').filter(isIt);
  const done = entries.filter((entry) => entry.type === 'executed').find(isIt);
  const over = entries.find((entry) => isOver(entry) && entry.call === call);
  const [first, ...again] = begun;
  if (first === undefined && isOneWay(made.operation, entries)) return undefined;
  if (first === undefined) return 'None: the service never began the operation.';
  const beginning = `The service began the operation at ${seconds(first.at)}${again.length === 0 ? '' : `, ${begun.length} times in all`}`;
  if (done === undefined) return `${beginning}, and was not done with it when the record ends.`;
  if (done.how === 'faulted') return `${beginning}, and it threw at ${seconds(done.at)}.`;
  const late = over === undefined ? 0 : done.at - over.at;
  const when =
    late > 0
      ? `${seconds(late)} after its caller had been told that it failed: it has taken effect`
      : 'before its caller was told that it failed: it has taken effect';
  return `${beginning} and ended it at ${seconds(done.at)}, ${when}.`;
}

/** A one-way message carries no id: whose of several it was, the record does not tell. */
function isOneWay(operation: string, entries: readonly Entry[]): boolean {
  return entries.some(
    (entry) => entry.type === 'dispatched' && entry.operation === operation && entry.messageId === undefined,
  );
}
