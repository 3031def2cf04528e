import type { Claim, Prediction } from '../claims.ts';
import { type Entry, type Evidence, measured } from '../evidence/evidence.ts';
import type { Verdict } from '../verdict.ts';
import { describeEntry, eventOf, isAbruptEnd, isEventOf, isFiring, matches, sameBreath } from './observed.ts';

/** Rule (e): every firing, ending, fault and exception that no claim covers, as a verdict of its own. */
export function unpredicted({ claims }: Prediction, evidence: Evidence): readonly Verdict[] {
  const answered = answersOf(claims, evidence);
  return measured(evidence)
    .filter(needsClaim)
    .filter((entry) => !ownAbort(entry, evidence) && !answered.some((answer) => covers(answer, entry, evidence)))
    .map((entry) => ({
      status: 'refuted',
      reason: `Unpredicted: ${describeEntry(entry)} at ${entry.at}.`,
      observed: { what: describeEntry(entry), at: entry.at },
    }));
}

/** Rule (e): what made the session unusable before the root did, as a sentence; undefined: nothing did. */
export function beforeRoot({ claims, root }: Prediction, evidence: Evidence): string | undefined {
  const claim = claims[root];
  if (claim === undefined) return undefined;
  const first = measured(evidence).find((entry) => entry.session === claim.subject.session && isAbruptEnd(entry));
  if (first === undefined) return undefined;
  const answered = answersOf(claims, evidence);
  const cause = answered.find((answer) => covers(answer, first, evidence));
  if (cause === undefined || cause.claim === claim || cause.claim.at === claim.at) return undefined;
  return `Not this but something else made the session unusable first: ${describeEntry(first)} at ${first.at}.`;
}

/** A claim, and the event that answers it. */
interface Answer {
  readonly claim: Claim;
  readonly event: Entry;
}

function answersOf(claims: readonly Claim[], evidence: Evidence): readonly Answer[] {
  return claims.flatMap((claim) => {
    const event = eventOf(claim, evidence);
    return event === undefined ? [] : [{ claim, event }];
  });
}

function needsClaim(entry: Entry): boolean {
  if (entry.session === undefined) return false;
  return (
    isAbruptEnd(entry) ||
    isFiring(entry, ['poolIdle', 'send']) ||
    entry.type === 'discarded' ||
    entry.type === 'sessionEnded' ||
    (entry.type === 'completed' && entry.exception !== undefined)
  );
}

/** Whoever aborts his own session needs no prediction of that. */
function ownAbort(entry: Entry, evidence: Evidence): boolean {
  if (entry.type !== 'sessionEnded' || entry.why.code !== 'aborted') return false;
  return measured(evidence).some(
    ({ type, side, session, at }) =>
      type === 'abort' && side === entry.side && session === entry.session && at === entry.at,
  );
}

/** One event answers one claim; what the machine says in the same breath belongs to it, if it says the same. */
function covers({ claim, event }: Answer, entry: Entry, evidence: Evidence): boolean {
  if (claim.outcome.is === 'either') return coveredByEither(claim, entry);
  if (entry === event || isEndOfInput(claim, event, entry)) return true;
  if (entry.side !== event.side || entry.session !== event.session || !sameBreath(event, evidence).includes(entry))
    return false;
  switch (entry.type) {
    case 'sessionEnded':
      return saysTheSame(claim, entry);
    case 'state':
      return claim.outcome.is !== 'completes' || (claim.subject.call !== undefined && claim.symptom != null);
    case 'completed':
      return claim.symptom != null && entry.exception !== undefined && matches(claim.symptom, entry.exception);
    default:
      return false;
  }
}

/** A service that was busy when the client's end came tells of it when it is done (wcf-timeouts 1.7). */
function isEndOfInput({ outcome }: Claim, event: Entry, entry: Entry): boolean {
  if (outcome.is !== 'endedByPeer' || entry.type !== 'sessionEnded' || entry.why.code !== 'peerEnded') return false;
  return entry.side === event.side && entry.session === event.session && entry.at >= event.at;
}

/** Which of the timers it was is open, and so is everything that follows from it within the window. */
function coveredByEither({ subject, outcome, within }: Claim, entry: Entry): boolean {
  if (entry.session !== subject.session || entry.at < within.earliest || entry.at > within.latest) return false;
  return entry.type !== 'timer' || isEventOf(outcome, entry);
}

function saysTheSame({ outcome }: Claim, { why }: Extract<Entry, { readonly type: 'sessionEnded' }>): boolean {
  switch (outcome.is) {
    case 'fires':
      return why.code === 'timedOut' && why.timer === outcome.timer;
    case 'endedByPeer':
      return outcome.how === 'rst' ? why.code === 'connectionReset' : why.code === 'peerClosedEarly';
    case 'refused':
      return why.code === 'refused';
    case 'completes':
      return outcome.operation === 'close' && (why.code === 'closed' || why.code === 'peerEnded');
    case 'rejected':
      return why.code === 'quotaExceeded';
    default:
      return false;
  }
}
