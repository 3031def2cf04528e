import type { TimerName } from '@lapse/protocol';
import type { Claim, Outcome } from '../claims.ts';
import { PROCESS_FROZEN } from '../predict/stillness.ts';
import type { Side } from '../scenario.ts';
import type { JudgedExperiment, Verdict } from '../verdict.ts';

/** What a timer is for, and what to change when it ends sessions that it should not: in words, and as a scenario's key. */
interface TimerInWords {
  readonly waitedFor: string;
  readonly setting: string;
  readonly advice: string;
}

const TIMERS: Readonly<Partial<Record<`${Side}.${TimerName}`, TimerInWords>>> = {
  'service.channelInitialization': {
    waitedFor: 'waited for a new connection to say what it wants',
    setting: 'service.channelInitializationTimeoutMs',
    advice: 'let the client send its preamble at once',
  },
  'service.open': {
    waitedFor: 'waited for a client to finish opening its session',
    setting: 'service.openTimeoutMs',
    advice: 'find out what holds the rest of the preamble',
  },
  'service.receive': {
    waitedFor: 'waited for the next request on an idle session',
    setting: 'service.receiveTimeoutMs',
    advice: 'let the client call, or close the session, more often than that',
  },
  'service.poolIdle': {
    waitedFor: "kept a closed session's connection for reuse",
    setting: 'service.idleTimeoutMs',
    advice: 'let the client end connections that it does not reuse',
  },
  'client.open': {
    waitedFor: 'waited for the service to acknowledge the new session',
    setting: 'client.openTimeoutMs',
    advice: 'find out what keeps the service from answering',
  },
  'client.close': {
    waitedFor: 'waited for the service to answer the close',
    setting: 'client.closeTimeoutMs',
    advice: 'find out what keeps the service from answering',
  },
};

/** What happened and what to do about it, in plain sentences for people who are not WCF experts. */
export function explain({ status, verdicts, root }: JudgedExperiment): string {
  const decisive = decisiveVerdict(verdicts, root, status);
  if (decisive === undefined) return 'Nothing was judged.';
  switch (status) {
    case 'confirmed':
      return explainConfirmed(decisive);
    case 'refuted':
      return `The prediction was wrong. ${predictedOf(verdicts[root]?.claim)}${decisive.reason}`;
    case 'inconclusive':
      return `Nothing can be said about the prediction. ${decisive.reason}${decisive.suspected === undefined ? '' : ` Had the experiment been valid, this would speak against it: ${decisive.suspected}`}`;
  }
}

/** The root's verdict where it is as bad as the whole, or else the first that is. */
function decisiveVerdict(verdicts: readonly Verdict[], root: number, status: Verdict['status']): Verdict | undefined {
  return verdicts[root]?.status === status ? verdicts[root] : verdicts.find((verdict) => verdict.status === status);
}

function explainConfirmed({ claim, observed, reason }: Verdict): string {
  if (claim === undefined || observed === undefined) return reason;
  const { outcome, subject, at } = claim;
  switch (outcome.is) {
    case 'fires':
      return explainFiring(claim, outcome.timer, observed.at);
    case 'endedByPeer':
      return `The ${subject.side}'s session was ended from outside after ${seconds(observed.at)} (predicted: ${seconds(at)}), before any timeout could.${nextTimer(claim)}`;
    case 'refused':
      return `Nothing listened where the client connected to: the open failed at ${seconds(observed.at)}, at once and not by a timeout.${nextTimer(claim)} Make the endpoint reachable, or let the client try again.`;
    case 'completes':
      return `Nothing timed out: the ${outcome.operation} succeeded at ${seconds(observed.at)} (predicted: ${seconds(at)}).${nextTimer(claim)}`;
    case 'survives':
      return `No timeout ended the session within ${seconds(observed.at)}.${nextTimer(claim)}`;
    case 'either':
      return `Two timeouts lay too near to each other to say beforehand which comes first (${outcome.timers.join(', ')}); one of them ended the session at ${seconds(observed.at)}. Set them at least half a second apart.`;
    case 'rejected':
      return `The message was larger than ${outcome.quota} allows. Raise it, or send less.`;
  }
}

function explainFiring(claim: Claim, timer: TimerName, at: number): string {
  const { subject, span, margin } = claim;
  const words = TIMERS[`${subject.side}.${timer}`];
  const length = span === undefined ? 'its time' : seconds(span);
  if (words === undefined)
    return `The ${subject.side}'s ${timer} timeout of ${length} ended the session at ${seconds(at)}.`;
  const runnerUp =
    margin === undefined ? 'no other timeout was running' : `the next event would have come ${seconds(margin)} later`;
  return `The ${subject.side} ${words.waitedFor} for ${length}, then gave up at ${seconds(at)}${overdue(claim)}; ${runnerUp}. Change ${words.setting}, or ${words.advice}.`;
}

/** A timer whose process was frozen when its time was over. */
function overdue({ because }: Claim): string {
  return because === PROCESS_FROZEN.id
    ? ', later than that, because its process was frozen when the time was over'
    : '';
}

function nextTimer({ losers }: Claim): string {
  const running = losers
    .filter(({ why, wouldFireAt }) => why !== 'notRunning' && wouldFireAt !== undefined)
    .sort((one, other) => (one.wouldFireAt ?? 0) - (other.wouldFireAt ?? 0))[0];
  if (running?.wouldFireAt === undefined) return '';
  const setting =
    TIMERS[`${running.side}.${running.timer}`]?.setting ?? `the ${running.side}'s ${running.timer} timeout`;
  return ` The next timeout would have been ${setting}, at ${seconds(running.wouldFireAt)}.`;
}

function predictedOf(claim: Claim | undefined): string {
  return claim === undefined
    ? ''
    : `It said for the ${claim.subject.side}: ${outcomeInWords(claim.outcome)} at ${seconds(claim.at)}. `;
}

function outcomeInWords(outcome: Outcome): string {
  switch (outcome.is) {
    case 'fires':
      return `its ${outcome.timer} timeout`;
    case 'endedByPeer':
      return outcome.how === 'rst' ? 'a reset by the other side' : 'an end by the other side';
    case 'refused':
      return 'a refused connect';
    case 'completes':
      return `a completed ${outcome.operation}`;
    case 'survives':
      return 'a session that survives';
    case 'either':
      return `one of the timeouts ${outcome.timers.join(', ')}`;
    case 'rejected':
      return `a rejection by ${outcome.quota}`;
  }
}

function seconds(milliseconds: number): string {
  return `${(milliseconds / 1_000).toFixed(3).replace(/\.?0+$/, '')} s`;
}
