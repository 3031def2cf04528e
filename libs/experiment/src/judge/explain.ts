import type { TimerName } from '@lapse/protocol';
import type { Claim, Outcome } from '../claims.ts';
import { CALLBACK_ON_ENDED, CALLBACK_REFUSED } from '../predict/callbacks.ts';
import { BLOCKED_WRITE } from '../predict/flood.ts';
import { PROCESS_FROZEN } from '../predict/stillness.ts';
import type { Scenario, Side } from '../scenario.ts';
import type { JudgedExperiment, Verdict } from '../verdict.ts';
import { seconds } from './seconds.ts';

/** What a timer is for, and what to change when it ends sessions that it should not. */
interface TimerInWords {
  readonly waitedFor: string;
  /** What its time is counted from. */
  readonly since: string;
  /** Where WCF has the setting, and its key in a scenario. */
  readonly property: string;
  readonly setting: string;
  readonly advice: string;
}

const OPERATION: TimerInWords = {
  waitedFor: 'for the reply to a call',
  since: 'it called',
  property: 'IContextChannel.OperationTimeout, or Binding.SendTimeout,',
  setting: 'client.operationTimeoutMs',
  advice: 'find out what keeps the service from answering',
};

const TIMERS: Readonly<Partial<Record<`${Side}.${TimerName}`, TimerInWords>>> = {
  'service.channelInitialization': {
    waitedFor: 'for a new connection to say what it wants',
    since: 'it accepted the connection',
    property: 'ConnectionOrientedTransportBindingElement.ChannelInitializationTimeout',
    setting: 'service.channelInitializationTimeoutMs',
    advice: 'let the client send its preamble at once',
  },
  'service.open': {
    waitedFor: 'for a client to finish opening its session',
    since: 'it accepted the session',
    property: 'Binding.OpenTimeout',
    setting: 'service.openTimeoutMs',
    advice: 'find out what holds the rest of the preamble',
  },
  'service.receive': {
    waitedFor: 'for the next request of a session',
    since: 'it accepted the session, began its last operation or ended its last callback',
    property: 'Binding.ReceiveTimeout',
    setting: 'service.receiveTimeoutMs',
    advice: 'let the client call, or close the session, more often than that',
  },
  'service.send': {
    waitedFor: 'for its client to answer a callback',
    since: 'it called back',
    property: 'Binding.SendTimeout',
    setting: 'service.sendTimeoutMs',
    advice: 'find out what keeps the client from answering',
  },
  'service.poolIdle': {
    waitedFor: "for another session on a closed session's connection",
    since: 'the session was closed',
    property: 'TcpTransportBindingElement.ConnectionPoolSettings.IdleTimeout',
    setting: 'service.idleTimeoutMs',
    advice: 'let the client end connections that it does not reuse',
  },
  'client.open': {
    waitedFor: 'for the service to acknowledge the new session',
    since: 'it began to open it',
    property: 'Binding.OpenTimeout',
    setting: 'client.openTimeoutMs',
    advice: 'find out what keeps the service from answering',
  },
  'client.send': OPERATION,
  'client.close': {
    waitedFor: 'for the service to answer the close',
    since: 'it began to close',
    property: 'Binding.CloseTimeout',
    setting: 'client.closeTimeoutMs',
    advice: 'find out what keeps the service from answering',
  },
};

/** A call that opens its channel has its own time for that (wcf-timeouts 1.2). */
const OPEN_OF_CALL: TimerInWords = {
  ...OPERATION,
  waitedFor: 'for the service to acknowledge the session that its first call opens',
};

/** A call whose message the sockets do not take has not begun to wait for anything else (wcf-timeouts 2.3, 2.4). */
const BLOCKED: TimerInWords = {
  ...OPERATION,
  waitedFor: 'for the sockets to take the message of a one-way call',
  since: 'it made that call',
  advice: 'let the service read while it works, or send less at a time',
};

/** What happened and what to do about it, in plain sentences for people who are not WCF experts; with the scenario also by which fault. */
export function explain({ status, verdicts, root, argued = [] }: JudgedExperiment, scenario?: Scenario): string {
  const decisive = decisiveVerdict(verdicts, root, status);
  if (decisive === undefined) return 'Nothing was judged.';
  switch (status) {
    case 'confirmed':
      return `${explainConfirmed(decisive, scenario)}${explainArgued(decisive, argued)}${explainPool(verdicts)}${explainCallbacks(verdicts)}`;
    case 'refuted':
      return `The prediction was wrong. ${predictedOf(decisive.claim ?? verdicts[root]?.claim)}${decisive.reason}${explainUnopened(verdicts, scenario)}`;
    case 'inconclusive':
      return `Nothing can be said about the prediction. ${decisive.reason}${decisive.suspected === undefined ? '' : ` Had the experiment been valid, this would speak against it: ${decisive.suspected}`}`;
  }
}

/** The root's verdict where it is as bad as the whole, or else the first that is. */
function decisiveVerdict(verdicts: readonly Verdict[], root: number, status: Verdict['status']): Verdict | undefined {
  return verdicts[root]?.status === status ? verdicts[root] : verdicts.find((verdict) => verdict.status === status);
}

function explainConfirmed({ claim, observed, reason }: Verdict, scenario: Scenario | undefined): string {
  if (claim === undefined || observed === undefined) return reason;
  const { outcome, subject, at } = claim;
  const fault = scenario && faultBehind(claim, scenario);
  const predicted = `at ${seconds(observed.at)} of the run (predicted: ${seconds(at)})`;
  switch (outcome.is) {
    case 'fires':
      return explainFiring(claim, outcome.timer, { at: observed.at, scenario });
    case 'endedByPeer':
      return `The ${subject.side}'s session was ended by ${fault ?? 'the other side'}, ${predicted}, before any timeout could.${nextTimer(claim)}`;
    case 'refused':
      return `Nothing listened where the client connected to${fault === undefined ? '' : `, because of ${fault}`}: the open failed ${predicted}, at once and not by a timeout.${nextTimer(claim)} Make the endpoint reachable, or let the client try again.`;
    case 'discards':
      return `A connection from the client's pool was given up ${predicted}, and the open went on with another one; nobody was told.`;
    case 'completes':
      return `Nothing timed out: the ${outcome.operation} succeeded ${predicted}.${nextTimer(claim)}`;
    case 'survives':
      return `No timeout ended the session within ${seconds(observed.at)}.${nextTimer(claim)}`;
    case 'either':
      return `Two timeouts lay too near to each other to say beforehand which comes first (${outcome.timers.map((timer) => timeoutInWords(timer)).join(', ')}); one of them ended the session at ${seconds(observed.at)} of the run. Set them at least half a second apart.`;
    case 'rejected':
      return `The message was larger than ${outcome.quota} allows. Raise it, or send less.`;
  }
}

/** Which timer of a service that keeps no record for us brought an end, by the rules. */
function explainArgued({ claim }: Verdict, argued: readonly Claim[]): string {
  const cause = argued.find(({ outcome, at }) => outcome.is === 'fires' && at === claim?.at);
  if (claim?.outcome.is !== 'endedByPeer' || cause?.outcome.is !== 'fires') return '';
  const words = TIMERS[`service.${cause.outcome.timer}`];
  if (words === undefined) return '';
  return ` By the rules it was ${words.property} of the service that ended it, at ${seconds(cause.at)}; the service's own record would show that.`;
}

/** Of a service that nobody started for us the address may be wrong before anything else is. */
function explainUnopened(verdicts: readonly Verdict[], scenario: Scenario | undefined): string {
  const isOpened = verdicts.some(
    ({ status, claim }) =>
      status === 'confirmed' && claim?.outcome.is === 'completes' && claim.outcome.operation === 'open',
  );
  const opens = scenario?.workload[0]?.do === 'open';
  if (scenario?.target === undefined || !opens || isOpened) return '';
  return ` The service at ${scenario.target.host}:${scenario.target.port} never opened the session: does it speak net.tcp there, under that path, without security, and is the openTimeout of the scenario long enough for it?`;
}

/** What operations were told of their callbacks: it ends no session, and no client hears of it. */
function explainCallbacks(verdicts: readonly Verdict[]): string {
  return verdicts
    .flatMap(({ claim, observed }) => {
      const why = claim && WHY_NO_CALLBACK[claim.because];
      if (why === undefined || observed === undefined || !claim?.symptom) return [];
      return [
        ` The callback of call ${claim.subject.call} failed at ${seconds(observed.at)} with ${claim.symptom.exception}: ${why}`,
      ];
    })
    .join('');
}

const WHY_NO_CALLBACK: Readonly<Record<string, string>> = {
  [CALLBACK_REFUSED.id]:
    'its answer could not have been read while the operation runs. Set ConcurrencyMode of the service to Reentrant or Multiple (service.concurrencyMode).',
  [CALLBACK_ON_ENDED.id]: 'its session had ended.',
};

/** What happened to pooled connections meanwhile: it ends no session, and is what a client with a pool has to know. */
function explainPool(verdicts: readonly Verdict[]): string {
  const seen = (is: (outcome: Outcome) => boolean) =>
    verdicts.find(({ claim }) => claim !== undefined && is(claim.outcome));
  const given = seen((outcome) => outcome.is === 'discards')?.observed;
  if (given === undefined) return '';
  const expired = seen((outcome) => outcome.is === 'fires' && outcome.timer === 'poolIdle');
  const words = TIMERS['service.poolIdle'];
  const why =
    expired?.observed === undefined || words === undefined
      ? ''
      : ` The service had let it go at ${seconds(expired.observed.at)}, by ${words.property} (${words.setting}): keep the client's own below that.`;
  return ` A pooled connection was of no use any more: the client gave it up at ${seconds(given.at)} and told nobody.${why}`;
}

/** What the plan did last that ends connections: the kill of the other side's process, or what Toxiproxy does to them. */
function faultBehind({ subject, within }: Claim, { faults, processFaults = [] }: Scenario): string | undefined {
  const kills = processFaults.filter(({ how, side }) => how === 'kill' && side !== subject.side);
  const cuts = faults.filter(({ toxic }) => toxic.type === 'down' || toxic.type === 'limit_data');
  return [
    ...kills.map(({ at, side }) => ({ at, words: `the kill of the ${side}'s process` })),
    ...cuts.map(({ at, toxic }) => ({ at, words: `Toxiproxy's ${toxic.type}` })),
  ]
    .filter(({ at }) => at <= within.latest)
    .sort((one, other) => other.at - one.at)
    .map(({ at, words }) => `${words} at ${seconds(at)}`)[0];
}

function explainFiring(
  claim: Claim,
  timer: TimerName,
  { at, scenario }: { readonly at: number; readonly scenario: Scenario | undefined },
): string {
  const { subject, span, margin } = claim;
  const opensByCall = subject.side === 'client' && timer === 'open' && scenario?.workload[0]?.do === 'call';
  const isBlocked = claim.because === BLOCKED_WRITE.id;
  const words = opensByCall ? OPEN_OF_CALL : isBlocked ? BLOCKED : TIMERS[`${subject.side}.${timer}`];
  if (words === undefined || span === undefined)
    return `The ${subject.side}'s ${timeoutInWords(timer, subject.side)} ended the session at ${seconds(at)} of the run.`;
  const runnerUp =
    margin === undefined ? 'no other timeout was running' : `the next event would have come ${seconds(margin)} later`;
  const before = isBlocked
    ? ' The calls before it had returned, and that says only that a socket had their messages.'
    : '';
  return `The ${subject.side} waited ${words.waitedFor}, and gave up ${waited(claim, span)} after ${words.since}${overdue(claim)}, at ${seconds(at)} of the run; ${runnerUp}.${before} Change ${words.property} of the ${subject.side} (${words.setting}), or ${words.advice}.`;
}

function waited(claim: Claim, span: number): string {
  return overdue(claim) === '' ? seconds(span) : `later than ${seconds(span)}`;
}

/** A timer whose process was frozen when its time was over. */
function overdue({ because }: Claim): string {
  return because === PROCESS_FROZEN.id ? ', because its process was frozen when the time was over' : '';
}

function nextTimer({ losers }: Claim): string {
  const running = losers
    .filter(({ why, wouldFireAt }) => why !== 'notRunning' && wouldFireAt !== undefined)
    .sort((one, other) => (one.wouldFireAt ?? 0) - (other.wouldFireAt ?? 0))[0];
  if (running?.wouldFireAt === undefined) return '';
  const property = TIMERS[`${running.side}.${running.timer}`]?.property ?? timeoutInWords(running.timer, running.side);
  return ` The next timeout would have been ${property} of the ${running.side}, at ${seconds(running.wouldFireAt)}.`;
}

function predictedOf(claim: Claim | undefined): string {
  return claim === undefined
    ? ''
    : `It said for the ${claim.subject.side}: ${claimInWords(claim)} at ${seconds(claim.at)}. `;
}

/** What a claim says of its side, without the instant: `its receive timeout`, `a completed open`. */
export function claimInWords(claim: Claim): string {
  return failureInWords(claim) ?? outcomeInWords(claim.outcome, claim.subject.side);
}

/** What is over with an exception has completed, in a sense that nobody means who says so. */
function failureInWords({ outcome, subject, symptom }: Claim): string | undefined {
  if (outcome.is !== 'completes' || !symptom) return undefined;
  return `${completionInWords(outcome.operation, subject)} fails with ${symptom.exception}`;
}

/** `call 2`; what a service calls are its clients. */
export function completionInWords(operation: 'open' | 'call' | 'close', { side, call }: Claim['subject']): string {
  if (call === undefined) return operation;
  return side === 'service' ? `callback of call ${call}` : `${operation} ${call}`;
}

function outcomeInWords(outcome: Outcome, side: Side): string {
  switch (outcome.is) {
    case 'fires':
      return `its ${timeoutInWords(outcome.timer, side)}`;
    case 'endedByPeer':
      return outcome.how === 'rst' ? 'a reset by the other side' : 'an end by the other side';
    case 'refused':
      return 'a refused connect';
    case 'discards':
      return 'a pooled connection that is given up';
    case 'completes':
      return `a completed ${outcome.operation}`;
    case 'survives':
      return 'a session that survives';
    case 'either':
      return `one of the timeouts ${outcome.timers.map((timer) => timeoutInWords(timer)).join(', ')}`;
    case 'rejected':
      return `a rejection by ${outcome.quota}`;
  }
}

/** WCF's words for a timer: `channel initialization timeout`. One that bounds a call of the client bounds a reply or a callback of the service. */
export function timeoutInWords(timer: TimerName, side?: Side): string {
  return side === 'service' && timer === 'send' ? 'send timeout' : `${WORDS[timer] ?? timer} timeout`;
}

const WORDS: Readonly<Partial<Record<TimerName, string>>> = {
  send: 'operation',
  channelInitialization: 'channel initialization',
  poolIdle: 'idle',
  osConnect: "operating system's connect",
};
