import {
  type Claim,
  completionInWords,
  type Loser,
  seconds,
  sizeOf,
  timeoutInWords,
  type Verdict,
} from '@lapse/experiment';

/** A claim in a few words: `service receive timeout at 4.000 s`. */
export function describeClaim(claim: Claim): string {
  const { subject, outcome, at } = claim;
  const when = outcome.is === 'survives' ? '' : ` at ${seconds(at)}`;
  const call = subject.call === undefined || outcome.is === 'completes' ? '' : ` of call ${subject.call}`;
  return `${subject.side} ${describeOutcome(claim)}${call}${when}`;
}

/** What was seen, and when, in the words of what was predicted: `service receive timeout at 4.002 s`; undefined where nothing was seen. */
export function describeObserved({ observed, claim }: Verdict): string | undefined {
  return observed && `${observedWords(observed.what, claim)} at ${seconds(observed.at)}`;
}

/** The judge names events as the record does: a timer fired. */
function observedWords(what: string, claim: Claim | undefined): string {
  if (claim === undefined) return what;
  const { outcome } = claim;
  const timers = outcome.is === 'fires' ? [outcome.timer] : outcome.is === 'either' ? outcome.timers : [];
  const side = (['service', 'client'] as const).find((one) => what.startsWith(`the ${one}'s `));
  const fired = timers.find((timer) => what.endsWith(` ${timer} timer fired`));
  return side === undefined || fired === undefined ? what : `${side} ${timeoutInWords(fired, side)}`;
}

function describeOutcome({ outcome, subject, symptom }: Claim): string {
  switch (outcome.is) {
    case 'fires':
      return timeoutInWords(outcome.timer, subject.side);
    case 'endedByPeer':
      return outcome.how === 'rst' ? 'reset by peer' : 'ended by peer';
    case 'refused':
      return 'connection refused';
    case 'discards':
      return 'gives a pooled connection up';
    case 'completes':
      // For people an operation that is predicted to throw does not complete.
      return `${completionInWords(outcome.operation, subject)} ${symptom == null ? 'completes' : 'fails'}`;
    case 'survives':
      return 'session survives';
    case 'rejected':
      return `rejected by ${outcome.quota}`;
    case 'either':
      return outcome.timers.map((timer) => timeoutInWords(timer)).join(' or ');
  }
}

/** Why a timer lost: `cancelled by content type read`, `would have fired at 6.600 s`. */
export function reasonOf({ why, by, wouldFireAt }: Pick<Loser, 'why' | 'by' | 'wouldFireAt'>): string {
  const due = wouldFireAt === undefined ? '' : ` at ${seconds(wouldFireAt)}`;
  switch (why) {
    case 'preemptedBy':
      return due === '' ? 'would have fired later' : `would have fired${due}`;
    case 'notArmed':
      return 'never armed';
    case 'cancelledBy':
      return by === undefined ? 'cancelled' : `cancelled by ${spaced(by)}`;
    case 'resetBy':
      return by === undefined ? 'started anew' : `started anew by ${spaced(by)}`;
    case 'disabled':
      return 'infinite';
    case 'deadSetting':
      return 'a setting that nothing reads';
    case 'notRunning':
      return `its process ${by === 'kill' ? 'is dead' : 'is frozen'}${due === '' ? '' : `, due${due}`}`;
  }
}

/** `preambleRead` is `preamble read`. */
function spaced(name: string): string {
  return name.replaceAll(/([a-z])([A-Z])/g, (_, before: string, after: string) => `${before} ${after.toLowerCase()}`);
}

/** `53 bytes`, of what was sent or read at once. */
export function bytesInWords(entry: Parameters<typeof sizeOf>[0]): string {
  const size = sizeOf(entry);
  return size === 1 ? '1 byte' : `${size} bytes`;
}
