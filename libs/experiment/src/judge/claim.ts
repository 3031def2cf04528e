import type { Claim } from '../claims.ts';
import { type Entry, type Evidence, entriesOf } from '../evidence/evidence.ts';
import type { Observed, Status, Verdict } from '../verdict.ts';
import { contradictedLoser } from './losers.ts';
import { noiseAround } from './noise.ts';
import { describeEntry, eventOf, exceptionsAt, isAbruptEnd, matches } from './observed.ts';

/** Of a message as much as people need to recognise it; a workflow keeps every verdict. */
const MESSAGE = 160;

/** One claim against valid evidence: rules (b) to (d) and (f). */
export function judgeClaim(claim: Claim, evidence: Evidence): Verdict {
  const event = eventOf(claim, evidence);
  if (claim.outcome.is === 'survives') return judgeSurvival(claim, evidence);
  if (event === undefined) return judgeAbsence(claim, evidence);
  const seen = {
    claim,
    observed: observedOf(event, evidence),
    noise: noiseAround(event.at, evidence),
  };
  const contradiction =
    wrongSpan(claim, event) ??
    wrongSymptom(claim, event, evidence) ??
    contradictedLoser(claim, winnerOf(event), evidence);
  if (contradiction !== undefined) return { ...seen, status: 'refuted', reason: contradiction };
  return { ...seen, ...timing(claim, event, seen.noise) };
}

function judgeSurvival(claim: Claim, evidence: Evidence): Verdict {
  const ended = entriesOf(evidence, claim.subject).find(isAbruptEnd);
  if (ended !== undefined) {
    return {
      status: 'refuted',
      claim,
      observed: observedOf(ended, evidence),
      reason: `It did not survive: ${describeEntry(ended)} at ${ended.at}.`,
    };
  }
  const until = evidence.until ?? 0;
  if (until < claim.within.latest)
    return {
      status: 'inconclusive',
      claim,
      reason: `The history ends at ${until}, before the claim does at ${claim.within.latest}.`,
    };
  const loser = contradictedLoser(claim, { at: until, due: until }, evidence);
  if (loser !== undefined) return { status: 'refuted', claim, reason: loser };
  return {
    status: 'confirmed',
    claim,
    observed: { what: 'no ending', at: until },
    reason: `Nothing ended it until ${until}.`,
  };
}

function judgeAbsence(claim: Claim, evidence: Evidence): Verdict {
  const until = evidence.until ?? 0;
  if (until < claim.within.latest)
    return {
      status: 'inconclusive',
      claim,
      reason: `The history ends at ${until}, before the window does at ${claim.within.latest}.`,
    };
  const instead = entriesOf(evidence, claim.subject).find(
    (entry) => isAbruptEnd(entry) || entry.type === 'peerEnded' || entry.type === 'peerReset',
  );
  if (instead === undefined)
    return { status: 'refuted', claim, reason: `It did not happen within the measurement, until ${until}.` };
  return {
    status: 'refuted',
    claim,
    observed: observedOf(instead, evidence),
    reason: `It did not happen; instead ${describeEntry(instead)} at ${instead.at}.`,
  };
}

function observedOf(event: Entry, evidence: Evidence): Observed {
  const [shown] = exceptionsAt(event, evidence);
  return {
    ...{ what: describeEntry(event), at: event.at },
    ...(shown && { shown: { exception: shown.name, message: shown.message.slice(0, MESSAGE) } }),
  };
}

/** Rule (c): a wrong span means a wrong setting, or that the timer counts from something else. */
function wrongSpan({ span }: Claim, event: Entry): string | undefined {
  if (span === undefined || event.type !== 'timer') return undefined;
  const armed = event.due - event.since;
  return armed === span ? undefined : `The timer was armed for ${armed} ms, not for ${span} ms.`;
}

function wrongSymptom({ symptom }: Claim, event: Entry, evidence: Evidence): string | undefined {
  if (symptom === undefined) return undefined;
  const shown = exceptionsAt(event, evidence);
  if (symptom === null)
    return shown[0] && `It should have succeeded, but failed with ${shown[0].name}: ${shown[0].message}`;
  if (shown.length === 0) return `The caller was shown no exception, but should have been shown ${symptom.exception}.`;
  const wrong = shown.find((exception) => !matches(symptom, exception));
  return (
    wrong &&
    `The caller was shown ${wrong.name}: "${wrong.message}", not ${symptom.exception} with "${symptom.message}".`
  );
}

function winnerOf(event: Entry) {
  return { at: event.at, due: event.type === 'timer' ? event.due : event.at, entry: event };
}

/** Rules (c) and (f): the window, and what noise makes of it. */
function timing(
  { within, at, margin }: Claim,
  event: Entry,
  noise: number,
): { readonly status: Status; readonly reason: string; readonly byNoise?: boolean } {
  if (event.type === 'timer' && event.at < event.due)
    return { status: 'refuted', reason: `It fired at ${event.at}, before it was due at ${event.due}.` };
  const outside = Math.max(within.earliest - event.at, event.at - within.latest, 0);
  const window = `${within.earliest} to ${within.latest}`;
  if (outside > noise)
    return {
      status: 'refuted',
      reason: `It happened at ${event.at}, ${outside} ms outside its window ${window}, with noise of ${noise} ms.`,
    };
  if (outside > 0) {
    return {
      status: 'inconclusive',
      byNoise: true,
      reason: `It happened at ${event.at}, ${outside} ms outside its window ${window}: noise of ${noise} ms may explain that.`,
    };
  }
  if (margin !== undefined && noise > margin / 2) {
    return {
      status: 'inconclusive',
      byNoise: true,
      reason: `Noise of ${noise} ms is more than half of the ${margin} ms to the runner-up.`,
    };
  }
  return { status: 'confirmed', reason: `It happened at ${event.at}, predicted for ${at}, within ${window}.` };
}
