import type { Duration, Instant, TimerName } from '@lapse/protocol';
import { INFINITE } from '@lapse/protocol/constants';
import type { Scenario, Side } from '../scenario.ts';
import { type CallMail, isOneWay, opensByCall } from './exchange.ts';
import { BLOCKED_WRITE, isBlocked, lastOf, writtenBy } from './flood.ts';
import type { Mail } from './mail.ts';
import { after, exactly, type Moment } from './moment.ts';
import type { Rule } from './rule.ts';
import { asLived, type Stillness, stillnessOf } from './stillness.ts';

export const CHANNEL_INITIALIZATION: Rule = {
  id: 'channel-initialization-timeout',
  source: 'wcf-timeouts 5.2, 15.2',
  formula:
    't_acc + channelInitializationTimeout, unless version, mode, via and content type were read before; partial bytes do not extend it',
  calibration: 'calibrated by dotnet-server cit-silent, cit-half-via, cit-drip',
  restsOn: ['window', 'path-endings', 'dripped-preamble'],
};

export const SERVICE_OPEN: Rule = {
  id: 'service-open-timeout',
  source: 'wcf-timeouts 1.6, 15.2',
  formula: 't_chacc + service openTimeout, unless PreambleEnd was read before',
  calibration: 'uncalibrated',
  restsOn: ['window', 'preamble'],
};

export const RECEIVE: Rule = {
  id: 'receive-timeout',
  source: 'wcf-timeouts 3.3, 15.2 (a client that finishes its preamble and stays silent)',
  formula:
    't_chacc + service receiveTimeout; each request counts from where its operation begins, each callback from where it is over, and nothing else does: no reply, no running operation',
  calibration:
    'calibrated by dotnet-server idle timers after calls, idle-oneway-counts; without a request uncalibrated',
  restsOn: ['window', 'preamble', 'call-exchange'],
};

export const CLIENT_OPEN: Rule = {
  id: 'open-timeout',
  source: 'wcf-timeouts 1.2, 1.4, 12 (E2)',
  formula:
    't0 + openTimeout, or of a call that opens t_call + operationTimeout, unless the acknowledgement arrives before; TimeoutException, then RST',
  calibration: 'calibrated by dotnet T-open-async-noack-plain-T3, T-open-implicit-noack-plain',
  restsOn: ['window', 'preamble', 'misbehaving-service'],
};

export const CLIENT_CLOSE: Rule = {
  id: 'close-timeout',
  source: 'wcf-timeouts 1.7, 12 (E6)',
  formula: "t_close + closeTimeout, unless the service's End arrives before; TimeoutException, then RST",
  calibration: 'uncalibrated',
  restsOn: ['window', 'undecided', 'misbehaving-service'],
};

export const OPERATION: Rule = {
  id: 'operation-timeout',
  source: 'wcf-timeouts 2.2, 2.3, 12 (E1)',
  formula:
    't_call + operationTimeout, unless the reply arrives before; TimeoutException. sync: the channel is faulted, RST; async and duplex: it stays opened, and a late reply is dropped',
  calibration: 'calibrated by dotnet T-op-plain-sync, T-op-plain-async, T-op-plain-duplex-sync',
  restsOn: ['window', 'call-exchange'],
};

export const POOL_IDLE: Rule = {
  id: 'pool-idle-timeout',
  source: 'wcf-timeouts 5.2 (last point), 5.4; wcf-wire 1.10',
  formula: 'End/End + idleTimeout, unless the connection ends before or a new preamble is read',
  calibration: 'calibrated by dotnet-server pooled-idle for the instant; the ending (RST) uncalibrated',
  restsOn: ['window'],
};

/** The life of a timer as the rules see it, if its side lives. */
export interface Clock {
  readonly side: Side;
  readonly timer: TimerName;
  /** The call that it is a timer of. */
  readonly call?: number;
  readonly since: Moment;
  readonly span: Duration;
  /** What stops it, in the words of the machine's own timer entries. */
  readonly stopped?: { readonly at: Moment; readonly by: string };
  readonly rule: Rule;
  /** When the process whose timer it is does not run. */
  readonly still?: Stillness | undefined;
}

/** The instant that it is set to. */
export function dueOf({ since, span }: Clock): Moment {
  return after(since, span);
}

/** When it rings, if nothing stops it: when it is due, or once its process runs again. Undefined: not in this run. */
export function ringsAt(clock: Clock): Moment | undefined {
  const due = dueOf(clock);
  if (clock.span === INFINITE) return undefined;
  return clock.stopped !== undefined && clock.stopped.at.at < due.at ? due : asLived(clock.still, due);
}

/** A clock fires unless it is infinite, or something stops it first, or its process does not run any more. */
export function fires(clock: Clock): boolean {
  const rings = ringsAt(clock);
  return rings !== undefined && (clock.stopped === undefined || clock.stopped.at.at > rings.at);
}

/** How long a new connection has until its content type was read; what arrives in between does not move it. */
export function initializationClock(scenario: Scenario, acceptedAt: Instant, { contentType }: Mail): Clock {
  return {
    side: 'service',
    timer: 'channelInitialization',
    since: exactly(acceptedAt),
    span: scenario.service.channelInitializationTimeout,
    ...stop(contentType, 'contentTypeRead'),
    rule: CHANNEL_INITIALIZATION,
    still: stillnessOf(scenario, 'service'),
  };
}

/** The clocks of a session on the service: spans, starts and stops (wcf-timeouts 18). Empty: it never begins. */
export function serviceClocks(
  scenario: Scenario,
  { contentType, preambleEnd, endAtService }: Mail,
): { readonly open?: Clock; readonly receive?: Clock } {
  const { openTimeout, receiveTimeout } = scenario.service;
  if (contentType === undefined) return {};
  const all = { side: 'service', since: contentType, still: stillnessOf(scenario, 'service') } as const;
  return {
    open: { ...all, timer: 'open', span: openTimeout, ...stop(preambleEnd, 'opened'), rule: SERVICE_OPEN },
    receive: { ...all, timer: 'receive', span: receiveTimeout, ...stop(endAtService, 'ended'), rule: RECEIVE },
  };
}

/** A connection's idle timer goes on from one session into the next, whose content type stops it. */
export function reusedClock(idle: Clock, { contentType }: Mail): Clock {
  return { ...idle, ...stop(contentType, 'contentTypeRead') };
}

/** How long the service keeps a connection after End/End; the client's FIN stops it. */
export function poolClock(scenario: Scenario, ended: Moment, connectionEnds: Moment | undefined): Clock {
  return {
    side: 'service',
    timer: 'poolIdle',
    since: ended,
    span: scenario.service.idleTimeout,
    ...stop(connectionEnds, 'peerEnded'),
    rule: POOL_IDLE,
    still: stillnessOf(scenario, 'service'),
  };
}

export function openClock(scenario: Scenario, openedAt: Instant, acknowledged: Moment | undefined): Clock {
  return {
    side: 'client',
    timer: 'open',
    since: exactly(openedAt),
    span: opensByCall(scenario) ? scenario.client.operationTimeout : scenario.client.openTimeout,
    ...stop(acknowledged, 'opened'),
    rule: CLIENT_OPEN,
    still: stillnessOf(scenario, 'client'),
  };
}

/** The idle timer starts again where an operation begins. */
export function rearmedClock(receive: Clock, dispatched: Moment): Clock {
  return { ...receive, since: dispatched };
}

/** The operation timeout of a call; of a one-way call it ends when the socket has the message. Of a flood it is the last one's. */
export function sendClock(scenario: Scenario, call: CallMail): Clock {
  const { step, plan, sent, replied } = call;
  const all = {
    side: 'client',
    timer: 'send',
    span: scenario.client.operationTimeout,
    still: stillnessOf(scenario, 'client'),
  } as const;
  if (isBlocked(scenario, call)) return { ...all, since: writtenBy(exactly(step.at), call), rule: BLOCKED_WRITE };
  const stopped = isOneWay(plan) ? stop(sent, 'transmitted') : stop(replied, 'replied');
  return { ...all, call: lastOf(call), since: exactly(step.at), ...stopped, rule: OPERATION };
}

export function closeClock(scenario: Scenario, closedAt: Instant, answered: Moment | undefined): Clock {
  return {
    side: 'client',
    timer: 'close',
    since: exactly(closedAt),
    span: scenario.client.closeTimeout,
    ...stop(answered, 'closed'),
    rule: CLIENT_CLOSE,
    still: stillnessOf(scenario, 'client'),
  };
}

function stop(at: Moment | undefined, by: string): { readonly stopped?: { readonly at: Moment; readonly by: string } } {
  return at === undefined ? {} : { stopped: { at, by } };
}
