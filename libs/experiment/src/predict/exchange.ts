import type { Duration } from '@lapse/protocol';
import type { CallPlan, Scenario, Step } from '../scenario.ts';
import type { Moment } from './moment.ts';
import type { Extent } from './path.ts';
import type { Rule } from './rule.ts';
import { Unpredictable } from './unpredictable.ts';

export const CALL_EXCHANGE: Rule = {
  id: 'call-exchange',
  source: 'wcf-wire 1.6, 4.2; wcf-timeouts 2.4 (one-way), 3.3 (a request counts where its operation begins)',
  formula:
    'request at t_call, or when the open that it makes is done; the operation begins where it arrives, or, unless concurrencyMode is multiple, where the one before it ends, and lasts as long as the plan says; then the reply. An envelope is what it carries and 40 to 400 bytes',
  calibration: 'calibrated by dotnet plain-binary for the sizes of requests and replies',
  restsOn: ['path-endings', 'window'],
};

/** An envelope without what it carries: the first of a session brings its strings along. */
export const ENVELOPE: Extent = { least: 40, most: 400 };
/** Sockets take this much at once, whether or not anybody reads (wcf-timeouts 13.1 measured 120 kB). */
export const TAKEN_AT_ONCE = 60_000;

/** A call of the workload, and where its messages come to; an absent moment does not come in this run. */
export interface CallMail {
  readonly step: Step;
  readonly plan: CallPlan;
  /** From 1, in the order of the workload; of a step that makes several calls, that of the first. */
  readonly number: number;
  /** The client writes it. */
  readonly sent?: Moment;
  /** The service reads it: from here on it counts as activity. */
  readonly read?: Moment;
  /** The operation begins. */
  readonly dispatched?: Moment;
  /** The operation calls the client back, or would if it may. */
  readonly calledBack?: Moment;
  /** The callback at the client. */
  readonly asked?: Moment;
  /** The client's answer to the callback at the service. */
  readonly answered?: Moment;
  readonly done?: Moment;
  /** The reply at the client. */
  readonly replied?: Moment;
}

/** The calls of a session, in order. */
export function callsOf({ workload }: Scenario): readonly Pick<CallMail, 'step' | 'plan' | 'number'>[] {
  let number = 1;
  return workload.flatMap((step) => {
    if (step.call === undefined) return [];
    const call = { step, plan: step.call, number };
    number += step.call.times ?? 1;
    return [call];
  });
}

/** Nobody opens: the first call does (wcf-timeouts 1.2). */
export function opensByCall({ workload: [start] }: Scenario): boolean {
  return start?.do === 'call';
}

export function isOneWay({ operation }: CallPlan): boolean {
  return operation === 'oneWay' || operation === 'slowOneWay';
}

/** Whether its operation calls the client back. */
export function callsBack({ operation }: CallPlan): boolean {
  return operation === 'askBack';
}

/** All that the client writes for it. */
export function requestSize({ operation, bytes = 0, times = 1 }: CallPlan): Extent {
  const { least, most } = operation === 'oneWay' ? grown(bytes) : ENVELOPE;
  return { least: times * least, most: times * most };
}

export function replySize({ operation, bytes = 0 }: CallPlan): Extent {
  return operation === 'large' ? grown(bytes) : ENVELOPE;
}

/** How long the service is busy with it. */
export function lastsFor({ lasts = 0 }: CallPlan): Duration {
  return lasts;
}

function grown(bytes: number): Extent {
  return { least: ENVELOPE.least + bytes, most: ENVELOPE.most + bytes };
}

/** Throws `Unpredictable` for messages that the sockets may or may not take. */
export function requirePredictableCalls(scenario: Scenario): void {
  const calls = callsOf(scenario);
  const large = calls.find(({ plan: { bytes = 0 } }) => bytes > TAKEN_AT_ONCE);
  if (large !== undefined)
    throw new Unpredictable(
      `Call ${large.number} carries more than ${TAKEN_AT_ONCE} bytes: whether the sockets take that at once is not predicted.`,
    );
  const { processFaults, client, service } = scenario;
  if (calls.length === 0) return;
  if (processFaults?.some(({ side, how }) => side !== 'service' || how !== 'kill'))
    throw new Unpredictable('What a frozen process or a killed client does to calls is not predicted.');
  if (client.connectionPoolSettings !== undefined)
    throw new Unpredictable('Calls on pooled connections are not predicted.');
  if (service.misbehave !== undefined) throw new Unpredictable('Calls to a misbehaving service are not predicted.');
}
