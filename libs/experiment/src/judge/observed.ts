import type { Ending, Exception } from '@lapse/protocol';
import type { Claim, Outcome, Symptom } from '../claims.ts';
import { type Entry, type Evidence, entriesOf, measured } from '../evidence/evidence.ts';

/** Whether an entry is the event that an outcome speaks of. */
export function isEventOf(outcome: Outcome, entry: Entry): boolean {
  switch (outcome.is) {
    case 'fires':
      return isFiring(entry, [outcome.timer]);
    case 'either':
      return isFiring(entry, outcome.timers);
    case 'endedByPeer':
      return entry.type === (outcome.how === 'rst' ? 'peerReset' : 'peerEnded');
    case 'refused':
      return entry.type === 'connectFailed';
    case 'discards':
      return entry.type === 'discarded';
    case 'completes':
      return entry.side === 'service'
        ? isCompletedThere(outcome.operation, entry)
        : entry.type === 'completed' && entry.operation === outcome.operation;
    case 'rejected':
      return entry.type === 'sessionEnded' && entry.why.code === 'quotaExceeded' && entry.why.quota === outcome.quota;
    case 'survives':
      return false;
  }
}

/** A service is closed when its session ends so; its calls are the callbacks of its operations. */
function isCompletedThere(operation: 'open' | 'call' | 'close', entry: Entry): boolean {
  if (operation === 'close') return entry.type === 'sessionEnded' && entry.why.code === 'peerEnded';
  return entry.type === 'completed' && entry.operation === operation;
}

/** The event that answers a claim: the first of its kind on its side; for `either` the first on any side of the session. */
export function eventOf({ subject, outcome }: Claim, evidence: Evidence): Entry | undefined {
  const entries =
    outcome.is === 'either'
      ? measured(evidence).filter(({ session }) => session === subject.session)
      : entriesOf(evidence, subject);
  return entries.find((entry) => isEventOf(outcome, entry) && isAbout(entry, subject.call));
}

/** Timers and completions of a call say which; what else happens is about none. */
function isAbout(entry: Entry, call: number | undefined): boolean {
  return call === undefined || ('call' in entry && entry.call === call);
}

/** What a client sent for a one-way call. */
export function isSentOneWay(entry: Entry): boolean {
  return entry.type === 'transmit' && entry.what.startsWith('oneWay ');
}

export function isFiring(entry: Entry, timers: readonly string[]): boolean {
  return entry.type === 'timer' && entry.what === 'fired' && timers.includes(entry.timer);
}

/** A session that cannot be used any more, and was not closed or aborted by whoever used it. */
export function isAbruptEnd(entry: Entry): boolean {
  switch (entry.type) {
    case 'timer':
      return entry.what === 'fired' && !ENDS_NOTHING.has(entry.timer);
    case 'state':
      return entry.to === 'faulted';
    case 'sessionEnded':
      return !['closed', 'peerEnded', 'aborted'].includes(entry.why.code) && !isOfPool(entry.why);
    case 'connectFailed':
      return true;
    default:
      return false;
  }
}

/** Timers of connections that have no session, of single calls, and of operations that just take their time. */
const ENDS_NOTHING: ReadonlySet<string> = new Set(['poolIdle', 'send', 'execution']);

/** The idle timer of a connection ends a preamble that came on it too late. The client tries another one: its session goes on. */
function isOfPool(why: Ending): boolean {
  return why.code === 'timedOut' && why.timer === 'poolIdle';
}

/** Exceptions that the side was shown by `event`: by a call's own completion, or else within the same breath; by a call's timer only its caller. */
export function exceptionsAt(event: Entry, evidence: Evidence): readonly Exception[] {
  if (event.type === 'completed') return event.exception === undefined ? [] : [event.exception];
  const call = event.type === 'timer' ? event.call : undefined;
  const told = sameBreath(event, evidence).filter((entry) => call === undefined || isAbout(entry, call));
  return told.flatMap((entry) => {
    const exception = entry.type === 'completed' || entry.type === 'sessionEnded' ? entry.exception : undefined;
    return exception === undefined ? [] : [exception];
  });
}

/** Effects follow their event at once; between two stamps of one breath lie some milliseconds at most. */
export function sameBreath({ at, side, session }: Entry, evidence: Evidence): readonly Entry[] {
  if (side === undefined || session === undefined) return [];
  return entriesOf(evidence, { side, session }).filter((entry) => entry.at >= at && entry.at <= at + BREATH);
}

export function matches({ exception, message }: Symptom, shown: Exception): boolean {
  return shown.name === exception && shown.message.includes(message);
}

/** An entry in a few words. */
export function describeEntry(entry: Entry): string {
  const side = entry.side === undefined ? '' : `${entry.side}'s `;
  switch (entry.type) {
    case 'timer':
      return `the ${side}${entry.timer} timer ${entry.what}`;
    case 'sessionEnded':
      return `the ${side}session ended (${entry.why.code === 'timedOut' ? `${entry.why.timer} timed out` : entry.why.code})`;
    case 'state':
      return `the ${side}channel went from ${entry.from} to ${entry.to} (${entry.why})`;
    case 'completed':
      return `the ${side}${completedInWords(entry)} ${entry.exception === undefined ? 'succeeded' : `failed with ${entry.exception.name}: ${entry.exception.message}`}`;
    case 'peerEnded':
      return `the ${side}connection was ended by FIN`;
    case 'peerReset':
      return `the ${side}connection was reset`;
    case 'connectFailed':
      return `the ${side}connect failed (${entry.code})`;
    case 'discarded':
      return `a pooled connection was given up (${entry.why.code})`;
    default:
      return `${side}${entry.type}`;
  }
}

function completedInWords(entry: Extract<Entry, { readonly type: 'completed' }>): string {
  if (entry.operation !== 'call') return entry.operation;
  return entry.side === 'service' ? `callback of call ${entry.call}` : `call ${entry.call}`;
}

/** Between the stamps of what one event leads to. Milliseconds. */
export const BREATH = 20;
