import type { Symptom } from '../claims.ts';
import type { Scenario, Step } from '../scenario.ts';
import { type Clock, sendClock } from './clocks.ts';
import { type Draft, endedByPeer, firing, symptomsOf } from './draft.ts';
import { type CallMail, isOneWay } from './exchange.ts';
import { isBlocked, isFlood, lastOf } from './flood.ts';
import type { Mail } from './mail.ts';
import { exactly, type Moment } from './moment.ts';
import { type Doubt, type Ending, momentOf, race } from './race.ts';
import type { Rule } from './rule.ts';
import { Unpredictable } from './unpredictable.ts';

export const CALL_COMPLETES: Rule = {
  id: 'call-completes',
  source: 'wcf-timeouts 2.4, 2.6 (latency condition for a call)',
  formula: 't_call + L_cs + the operation + L_sc; one-way: t_call, when the socket has the message',
  calibration: 'calibrated by dotnet plain-binary',
  restsOn: ['call-exchange', 'path-endings', 'window'],
};

export const CALL_LOST: Rule = {
  id: 'call-lost',
  source: 'wcf-timeouts 0.5, 15.5, 12 (E13, E21, E28)',
  formula:
    'the instant at which the end arrives while a call waits. sync: RST E13; FIN E21, or E28 before the first message; pumping: E21',
  calibration:
    'calibrated by dotnet T-plain-finclose-incall, T-plain-async-finclose-incall, T-plain-duplex-finclose-incall; RST under a pump as captured with Task calls',
  restsOn: ['path-endings', 'call-exchange'],
};

export const CALL_ON_ENDED: Rule = {
  id: 'call-on-ended-session',
  source: 'wcf-timeouts 0.5, 15.5, 12 (E13, E21, E22, E27, E28)',
  formula:
    't_call. Faulted: E22. After RST that nobody read: E13. After FIN: sync E21, or E28 before the first message, and nothing for a one-way call; pumping E27',
  calibration:
    'calibrated by dotnet-server idle-abort-sync, idle-after-call; dotnet plain-server-end, T-plain-async-finclose-incall',
};

/** How a session stands for the next use of its client. */
export type Standing =
  | { readonly is: 'opened' }
  | { readonly is: 'faulted' }
  /** It ended at an instant, and its user has been told or not: the channel is opened still. */
  | { readonly is: 'ended'; readonly ending: Ending };

/** What a call comes to, and how the session stands behind it. */
export interface Called {
  readonly drafts: readonly Draft[];
  readonly clocks: readonly Clock[];
  readonly standing: Standing;
  /** When the caller has its outcome; undefined: not in this run. */
  readonly returned?: Moment;
  /** The client ends the session here, by RST. */
  readonly faultedBy?: Clock;
  readonly doubt?: Doubt;
}

interface Told {
  readonly mail: Mail;
  readonly ending: Ending | undefined;
}

/** A call on an opened session: the reply, the operation timeout or the end of the connection comes first. */
export function callStory(scenario: Scenario, call: CallMail, { mail, ending }: Told): Called {
  const opened = { is: 'opened' } as const;
  const clock = sendClock(scenario, call);
  if (isBlocked(scenario, call)) return blocked(scenario, call, { clock, ending });
  if (isOneWay(call.plan)) {
    const at = call.sent ?? exactly(call.step.at);
    const last = { number: lastOf(call) };
    return { drafts: [completed(last, at, null)], clocks: [clock], standing: opened, returned: at };
  }
  const reply = call.replied && ({ kind: 'mail', at: call.replied, what: `the reply of call ${call.number}` } as const);
  const end = ending && ({ kind: 'end', ending } as const);
  const { first, doubt } = race([{ kind: 'clock', clock }, reply, end]);
  const told = { clocks: [clock], ...(doubt && { doubt }) };
  switch (first?.kind) {
    case 'mail':
      return { ...told, drafts: [completed(call, first.at, null)], standing: opened, returned: first.at };
    case 'clock':
      return { ...told, ...timedOut(scenario, clock) };
    case 'end':
      return { ...told, ...lost(scenario, call, { mail, ending: first.ending }) };
    default:
      return { ...told, drafts: [], standing: opened };
  }
}

/** The first calls of a flood return, as the sockets take their messages; the one whose message they do not take faults the channel (wcf-timeouts 2.3). */
function blocked(
  scenario: Scenario,
  call: CallMail,
  { clock, ending }: { readonly clock: Clock; readonly ending: Ending | undefined },
): Called {
  const first = completed(call, exactly(call.step.at), null);
  const timeout = { kind: 'clock', clock } as const;
  const raced = race([timeout, ending && { kind: 'end', ending }]);
  const told = { drafts: [first], clocks: [clock], standing: { is: 'opened' } } as const;
  if (raced.doubt !== undefined || raced.first?.kind === 'end') {
    const because = `The connection may end at ${ending?.at.at}, while a call of the flood of call ${call.number} waits: what its caller is shown then is not predicted.`;
    return { ...told, doubt: { first: raced.first ?? timeout, rival: timeout, because } };
  }
  if (raced.first === undefined) return told;
  const draft = firing(clock, symptomsOf(scenario).sendTimedOut);
  return { ...told, drafts: [first, draft], standing: { is: 'faulted' }, returned: draft.at, faultedBy: clock };
}

/** Who reads himself ends the connection with his read; a pump reads on (wcf-timeouts 2.3). */
function timedOut(scenario: Scenario, clock: Clock): Pick<Called, 'drafts' | 'standing' | 'returned' | 'faultedBy'> {
  const draft = firing(clock, symptomsOf(scenario).requestTimedOut);
  if (isPumping(scenario))
    return { drafts: [{ ...draft, ends: 'call' }], standing: { is: 'opened' }, returned: draft.at };
  return { drafts: [draft], standing: { is: 'faulted' }, returned: draft.at, faultedBy: clock };
}

/** The connection ends under a call: one claim for that, one for what the caller is shown. */
function lost(
  scenario: Scenario,
  call: CallMail,
  { mail, ending }: { readonly mail: Mail; readonly ending: Ending },
): Pick<Called, 'drafts' | 'standing' | 'returned'> {
  const { reset, noReply, prematureEnd } = symptomsOf(scenario);
  const breaks = breaksFraming(mail, ending);
  const faults = ending.how === 'rst' || breaks;
  const own = ending.how === 'rst' ? reset : breaks ? prematureEnd : noReply;
  const shown = isPumping(scenario) ? noReply : own;
  const ended = endedByPeer('client', ending, { rule: CALL_LOST });
  return {
    drafts: [ended, { ...completed(call, ending.at, shown, CALL_LOST), windowSpan: ending.causedBySpan }],
    standing: faults ? { is: 'faulted' } : { is: 'ended', ending },
    returned: ending.at,
  };
}

/** Calls on a session that is of no more use fail at once; the first may be the one that is told of it. */
export function callOnEnded(
  scenario: Scenario,
  { step, plan, number }: CallMail,
  { mail, standing }: { readonly mail: Mail; readonly standing: Exclude<Standing, { readonly is: 'opened' }> },
): { readonly draft: Draft; readonly standing: Standing } {
  const { faulted, reset, noReply, prematureEnd, autoClosed } = symptomsOf(scenario);
  const failing = (symptom: Symptom) => completed({ number }, exactly(step.at), symptom, CALL_ON_ENDED);
  if (standing.is === 'faulted') return { draft: failing(faulted), standing };
  const { ending } = standing;
  if (isPumping(scenario)) return { draft: failing(autoClosed), standing };
  if (ending.how === 'rst') return { draft: failing(reset), standing: { is: 'faulted' } };
  if (isFlood({ plan }))
    throw new Unpredictable(
      `The session has ended before the flood of call ${number}: how much of it a socket still takes is not predicted.`,
    );
  if (isOneWay(plan)) return { draft: completed({ number }, exactly(step.at), null, CALL_ON_ENDED), standing };
  if (breaksFraming(mail, ending)) return { draft: failing(prematureEnd), standing: { is: 'faulted' } };
  return { draft: failing(noReply), standing };
}

/** Whether FIN comes where no session may end: in the middle of a record, or before any message of the service (wcf-timeouts 15.5). */
export function breaksFraming({ calls }: Mail, { at, torn = false }: Ending): boolean {
  const hasCome = (message: Moment | undefined) => message !== undefined && message.at <= at.at;
  return torn || !calls.some(({ asked, replied }) => hasCome(asked) || hasCome(replied));
}

export function isPumping({ client }: Scenario): boolean {
  return client.callStyle !== 'sync';
}

/** What the caller waits for comes at another instant than planned, if he has to wait for a call first. */
export function waitingFor(call: CallMail, next: Step | undefined, { returned, clocks }: Called): Doubt | undefined {
  const [clock] = clocks;
  if (next === undefined || clock === undefined) return undefined;
  if (returned !== undefined && next.at >= returned.at + returned.spread) return undefined;
  const because = `The ${next.do} at ${next.at} comes while call ${call.number} still runs, and waits for its end: set it later.`;
  return { first: { kind: 'step', step: next }, rival: { kind: 'clock', clock }, because };
}

/** The instant of the last call that has not returned by then, where one has not. */
export function stillOut(called: readonly Called[], at: Moment['at']): boolean {
  return called.some(
    ({ returned, clocks }) => clocks.length > 0 && (returned === undefined || returned.at + returned.spread > at),
  );
}

export function completed(
  { number }: Pick<CallMail, 'number'>,
  at: Moment,
  symptom: Symptom | null,
  rule: Rule = CALL_COMPLETES,
): Draft {
  return {
    side: 'client',
    call: number,
    outcome: { is: 'completes', operation: 'call' },
    symptom,
    windowSpan: 0,
    at,
    rule,
    ends: 'no',
  };
}

/** The moment of a doubt, or later than any. */
export function whenDoubted(doubt: Doubt | undefined): number {
  return doubt === undefined ? Number.POSITIVE_INFINITY : momentOf(doubt.first).at;
}
