import type { Claim, JudgedExperiment, JudgedScenario, Outcome, Verdict } from '@lapse/experiment';

type TimerName = Extract<Outcome, { is: 'fires' }>['timer'];

/** WCF's words for its timers. */
const TIMERS: Partial<Record<TimerName, string>> = {
  open: 'open timeout',
  close: 'close timeout',
  send: 'operation timeout',
  receive: 'receive timeout',
  channelInitialization: 'channel initialization timeout',
  poolIdle: 'idle timeout',
  osConnect: "operating system's connect timeout",
};

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
export function describeClaim({ subject, outcome, at }: Claim): string {
  const when = outcome.is === 'survives' ? '' : ` at ${seconds(at)}`;
  return `${subject.side} ${describeOutcome(outcome)}${when}`;
}

/** What was seen, and when: `the service's receive timer fired at 4.002 s`; undefined where nothing was. */
export function describeObserved({ observed }: Verdict): string | undefined {
  return observed && `${observed.what} at ${seconds(observed.at)}`;
}

function describeOutcome(outcome: Outcome): string {
  switch (outcome.is) {
    case 'fires':
      return timerWords(outcome.timer);
    case 'endedByPeer':
      return outcome.how === 'rst' ? 'reset by peer' : 'ended by peer';
    case 'refused':
      return 'connection refused';
    case 'completes':
      return `${outcome.operation} completes`;
    case 'survives':
      return 'session survives';
    case 'rejected':
      return `rejected by ${outcome.quota}`;
    case 'either':
      return outcome.timers.map(timerWords).join(' or ');
  }
}

/** Three digits after the point: predictions are checked to milliseconds. */
export function seconds(milliseconds: number): string {
  return `${(milliseconds / 1_000).toFixed(3)} s`;
}

/** WCF's words for a timer: `receive timeout`. */
export function timerWords(timer: TimerName): string {
  return TIMERS[timer] ?? timer;
}
