import type { Symptom } from '../claims.ts';
import type { Scenario } from '../scenario.ts';
import type { Clock } from './clocks.ts';
import { type Draft, firing } from './draft.ts';
import { type CallMail, callsBack } from './exchange.ts';
import type { Moment } from './moment.ts';
import { type Contender, type Doubt, momentOf } from './race.ts';
import type { Rule } from './rule.ts';
import { stillnessOf } from './stillness.ts';
import { UNDECIDED_BELOW } from './window.ts';

export const CALLBACK_COMPLETES: Rule = {
  id: 'callback-completes',
  source: 'wcf-timeouts 2.5, 3.3 (the completion of a callback is activity)',
  formula: 'where the operation calls back + L_sc + L_cs: the callback object of the client answers at once',
  calibration: 'calibrated by mono nettcp-duplex-askback',
  restsOn: ['call-exchange', 'path-endings', 'window'],
};

export const CALLBACK_TIMEOUT: Rule = {
  id: 'callback-timeout',
  source: 'wcf-timeouts 2.5, 12 (E1)',
  formula:
    "where the operation calls back + service sendTimeout, unless the client's answer arrives before; TimeoutException in the operation, and the session stays open",
  calibration: 'calibrated by a CoreWCF service: 1011 to 1022 ms for 1 s, six times',
  restsOn: ['window', 'call-exchange', 'receive-timeout'],
};

export const CALLBACK_REFUSED: Rule = {
  id: 'callback-refused',
  source: 'wcf-timeouts 2.5 (SFxCallbackRequestReplyInOrder1)',
  formula:
    'concurrencyMode single: where the operation calls back, at once; InvalidOperationException in the operation, nothing is sent, and it is no activity',
  calibration: 'calibrated by a CoreWCF service for the exception; that it is no activity uncalibrated',
  restsOn: ['call-exchange'],
};

export const CALLBACK_ON_ENDED: Rule = {
  id: 'callback-on-ended-session',
  source: 'wcf-timeouts 2.5, 3.3, 12 (E21, E22, E23)',
  formula:
    'a callback that waits when the session ends: at that end, E21. One that is made later: where it is made; after the receive timeout E23, in a service that is single refused as ever, after RST E22, after FIN E21',
  calibration: 'calibrated by dotnet-server duplex-callback-idle-abort for E23; the others uncalibrated',
  restsOn: ['receive-timeout', 'service-session-ended'],
};

/** What an operation is shown of its callback: wcf-timeouts 12. */
const SYMPTOMS = {
  timedOut: { exception: 'TimeoutException', message: 'did not receive a reply within the configured timeout' },
  refused: { exception: 'InvalidOperationException', message: 'This operation would deadlock' },
  idleAborted: {
    exception: 'CommunicationObjectAbortedException',
    message: 'the sessionful channel timed out waiting to receive a message',
  },
  noReply: { exception: 'CommunicationException', message: 'did not provide a meaningful reply' },
  faulted: {
    exception: 'CommunicationObjectFaultedException',
    message: 'cannot be used for communication because it is in the Faulted state',
  },
} as const satisfies Readonly<Record<string, Symptom>>;

/** A callback has the service's SendTimeout until its answer is read; one that is refused has none. */
export function callbackClock(scenario: Scenario, { number, calledBack, answered }: CallMail): Clock | undefined {
  const { concurrencyMode, sendTimeout } = scenario.service;
  if (calledBack === undefined || concurrencyMode === 'single') return undefined;
  return {
    side: 'service',
    timer: 'send',
    call: number,
    since: calledBack,
    span: sendTimeout,
    ...(answered && { stopped: { at: answered, by: 'replied' } }),
    rule: CALLBACK_TIMEOUT,
    still: stillnessOf(scenario, 'service'),
  };
}

export function callbackRefused({ number }: CallMail, at: Moment): Draft {
  return completed(number, { at, symptom: SYMPTOMS.refused, rule: CALLBACK_REFUSED });
}

/** How a callback is over on a session that is not: by its answer or by its clock, whichever was `first`. */
export function callbackOver({ number }: CallMail, first: Contender): Draft | undefined {
  if (first.kind === 'clock') return { ...firing(first.clock, SYMPTOMS.timedOut), ends: 'call' };
  return first.kind === 'mail'
    ? completed(number, { at: first.at, symptom: null, rule: CALLBACK_COMPLETES })
    : undefined;
}

/** What callbacks of `calls`, none of which is over, come to when the session ends for the service, or are made later. */
export function callbacksOnEnded(scenario: Scenario, calls: readonly CallMail[], first: Contender): readonly Draft[] {
  const end = momentOf(first);
  const windowSpan = first.kind === 'clock' ? first.clock.span : first.kind === 'end' ? first.ending.causedBySpan : 0;
  return calls.flatMap(({ number, dispatched, calledBack }) => {
    if (dispatched === undefined || calledBack === undefined || dispatched.at >= end.at) return [];
    const rule = CALLBACK_ON_ENDED;
    if (calledBack.at >= end.at) return [completed(number, { at: calledBack, symptom: made(scenario, first), rule })];
    return [{ ...completed(number, { at: end, symptom: SYMPTOMS.noReply, rule }), windowSpan }];
  });
}

/** What a callback is shown that is made on a session that has ended. */
function made({ service }: Scenario, first: Contender): Symptom {
  if (first.kind === 'clock') return SYMPTOMS.idleAborted;
  if (service.concurrencyMode === 'single') return SYMPTOMS.refused;
  return first.kind === 'end' && first.ending.how === 'rst' ? SYMPTOMS.faulted : SYMPTOMS.noReply;
}

/** Operations of one session side by side, one of which calls back: which of them has the instance then is not predicted. */
export function callbacksSideBySide({ service }: Scenario, calls: readonly CallMail[]): Doubt | undefined {
  const { concurrencyMode } = service;
  if (concurrencyMode === 'single') return undefined;
  for (const [index, call] of calls.entries()) {
    const { dispatched } = call;
    const beside = calls
      .slice(0, index)
      .find(
        (other) =>
          (callsBack(other.plan) || (concurrencyMode === 'multiple' && callsBack(call.plan))) &&
          isBeside(other, dispatched),
      );
    if (beside === undefined || dispatched === undefined) continue;
    const contender = { kind: 'mail', at: dispatched, what: `call ${call.number}` } as const;
    const because = `Call ${call.number} begins at ${dispatched.at}, beside call ${beside.number} or just behind it, and one of them calls back: set it later.`;
    return { first: contender, rival: contender, because };
  }
  return undefined;
}

function isBeside({ dispatched, done }: CallMail, other: Moment | undefined): boolean {
  if (dispatched === undefined || other === undefined) return false;
  return done === undefined || other.at < done.at + done.spread + UNDECIDED_BELOW;
}

function completed(
  number: number,
  { at, symptom, rule }: { readonly at: Moment; readonly symptom: Symptom | null; readonly rule: Rule },
): Draft {
  return {
    side: 'service',
    call: number,
    outcome: { is: 'completes', operation: 'call' },
    symptom,
    windowSpan: 0,
    at,
    rule,
    ends: 'no',
  };
}
