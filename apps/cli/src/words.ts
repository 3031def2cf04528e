import {
  type Claim,
  completionInWords,
  type JudgedExperiment,
  type JudgedScenario,
  timeoutInWords,
  type Verdict,
} from '@lapse/experiment';

/** The experiment that decides: the last one. */
export function decidingExperiment({ experiments }: JudgedScenario): JudgedExperiment | undefined {
  return experiments.at(-1);
}

/** The verdict on the claim that answers "which timeout". */
export function rootVerdict(judged: JudgedScenario): Verdict | undefined {
  const experiment = decidingExperiment(judged);
  return experiment?.verdicts[experiment.root];
}

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

/** Three digits after the point: predictions are checked to milliseconds. */
export function seconds(milliseconds: number): string {
  return `${(milliseconds / 1_000).toFixed(3)} s`;
}
