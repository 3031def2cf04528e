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

/** The setting of a scenario file that a timer is armed with, without its side. */
const SETTINGS: Partial<Record<TimerName, string>> = {
  open: 'openTimeoutMs',
  close: 'closeTimeoutMs',
  receive: 'receiveTimeoutMs',
  channelInitialization: 'channelInitializationTimeoutMs',
  poolIdle: 'idleTimeoutMs',
};

/** The experiment that decides: the last one. */
export function decidingExperiment({ experiments }: JudgedScenario): JudgedExperiment | undefined {
  return experiments.at(-1);
}

/** The verdict on the claim that answers "which timeout". */
export function rootVerdict(experiment: JudgedExperiment): Verdict | undefined {
  return experiment.verdicts[experiment.root];
}

/** The verdict that made the scenario's: the root's where it is as bad as any. */
export function decidingVerdict(experiment: JudgedExperiment): Verdict | undefined {
  const root = rootVerdict(experiment);
  if (root?.status === experiment.status) return root;
  return experiment.verdicts.find(({ status }) => status === experiment.status) ?? root;
}

/** A claim in a few words: `service receive timeout at 4.0 s`. */
export function describeClaim({ subject, outcome, at }: Claim): string {
  const when = outcome.is === 'survives' ? '' : ` at ${seconds(at)}`;
  return `${subject.side} ${describeOutcome(outcome)}${when}`;
}

export function describeOutcome(outcome: Outcome): string {
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

/** One or two sentences for somebody who is no WCF expert: which timeout, the numbers that mattered, what to change. */
export function plainSentence(judged: JudgedScenario): string {
  const experiment = decidingExperiment(judged);
  const verdict = experiment && decidingVerdict(experiment);
  if (!verdict) return 'Nothing was judged.';
  switch (judged.status) {
    case 'confirmed':
      return confirmedSentence(verdict);
    case 'refuted':
      return `The prediction is wrong: ${asSentence(verdict.reason)}`;
    case 'inconclusive': {
      const suspected = verdict.suspected ? ` Had the experiment been valid: ${asSentence(verdict.suspected)}` : '';
      return `Nothing can be said: ${asSentence(verdict.reason)}${suspected}`;
    }
  }
}

function confirmedSentence({ claim, observed, reason }: Verdict): string {
  if (!claim || !observed) return asSentence(reason);
  const { outcome, subject, span } = claim;
  if (outcome.is === 'survives') return 'No timeout ended the session, as predicted.';
  if (outcome.is !== 'fires')
    return `On the ${subject.side}'s side: ${describeOutcome(outcome)}, ${seconds(observed.at)} after zero (predicted ${seconds(claim.at)}).`;
  const setting = SETTINGS[outcome.timer];
  const advice = setting === undefined ? '' : ` To change this, change ${subject.side}.${setting}.`;
  const length = span === undefined ? '' : ` of ${seconds(span)}`;
  const what = `The ${subject.side}'s ${timerWords(outcome.timer)}${length} ended the session`;
  return `${what} ${seconds(observed.at)} after zero (predicted ${seconds(claim.at)}).${advice}`;
}

/** Three digits after the point: predictions are checked to milliseconds. */
export function seconds(milliseconds: number): string {
  return `${(milliseconds / 1_000).toFixed(3)} s`;
}

function timerWords(timer: TimerName): string {
  return TIMERS[timer] ?? timer;
}

function asSentence(text: string): string {
  const trimmed = text.trim();
  return /[.!?]$/.test(trimmed) ? trimmed : `${trimmed}.`;
}
