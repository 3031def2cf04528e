import type { Duration } from '@lapse/protocol';
import type { Injection, Scenario } from '../scenario.ts';
import { type CallMail, callsOf, opensByCall, requestSize, TAKEN_AT_ONCE } from './exchange.ts';
import type { Moment } from './moment.ts';
import type { Rule } from './rule.ts';
import { Unpredictable } from './unpredictable.ts';
import { UNDECIDED_BELOW, windowOf } from './window.ts';

export const BLOCKED_WRITE: Rule = {
  id: 'blocked-write',
  source: 'wcf-timeouts 2.3 (request write blocked), 2.4, 12 (E8), 13.1 (blocks after so many kB)',
  formula:
    't_flood + operationTimeout + [0, 1000], where 24 MiB or more are sent into a hold: calls return until the buffers of the sockets are full, the next one waits; TimeoutException, faulted, RST. Which call it is, the sockets decide',
  calibration:
    'calibrated by dotnet (E8 for a request write, Faulted) and by measurement of Linux 6.18 with Toxiproxy 2.12 on loopback: 3.7 to 3.9 MiB are taken, whether by 20, 67 or 40000 messages; 67 of 60 kB fill them in 47 to 280 ms, 1500 of 2.6 kB in 190 ms, five experiments at a time',
  restsOn: ['window', 'call-exchange', 'toxic-holds'],
};

/**
 * What the sockets between a client and a proxy that has stopped reading never take. They took less than 4 MiB; Linux lets a sender's
 * grow to 4 MiB (tcp_wmem) and a reader's to 6 MiB (tcp_rmem), and a machine may be set up for more.
 */
const TAKEN_BY_NO_SOCKET = 24 * 1_024 * 1_024;
/** How long a flood lasts at most, until all its calls are made or the next one has to wait. */
const FLOOD_LASTS: Duration = 1_000;

type Planned = Pick<CallMail, 'step' | 'plan' | 'number'>;

/** A step that makes several calls. */
export function isFlood({ plan: { times = 1 } }: Pick<CallMail, 'plan'>): boolean {
  return times > 1;
}

/** The number of the last call that a step makes, if all return. */
export function lastOf({ plan: { times = 1 }, number }: Pick<CallMail, 'plan' | 'number'>): number {
  return number + times - 1;
}

/** When the last message of a flood that the sockets take is written; that of any other call is written at once. */
export function writtenBy({ at, spread }: Moment, call: Pick<CallMail, 'plan'>): Moment {
  return isFlood(call) ? { at, spread: spread + FLOOD_LASTS } : { at, spread };
}

/** Whether the messages of a flood fill whatever lies between the client and a proxy that holds them: one of its calls waits in vain. */
export function isBlocked({ faults }: Scenario, { step, plan }: Pick<CallMail, 'step' | 'plan'>): boolean {
  return isFlood({ plan }) && faults.some((fault) => isHold(fault) && isAround(fault, step.at, step.at));
}

/** Throws `Unpredictable` for a flood that may or may not be taken by the sockets, or of which nobody can say when. */
export function requirePredictableFloods(scenario: Scenario): void {
  for (const call of callsOf(scenario).filter(isFlood)) {
    requireOrdinary(scenario, call);
    if (isBlocked(scenario, call)) requireBlocked(scenario, call);
    else requireTaken(scenario, call);
  }
}

function requireOrdinary(scenario: Scenario, { step, number }: Planned): void {
  const { client, processFaults = [] } = scenario;
  if (client.callStyle !== 'sync')
    throw new Unpredictable(`Call ${number} is a flood, and only a sync client makes one call behind the other.`);
  if (opensByCall(scenario) && scenario.workload[0] === step)
    throw new Unpredictable('A flood that opens its session is not predicted: open it first.');
  if (client.operationTimeout < UNDECIDED_BELOW)
    throw new Unpredictable(
      `Each call of a flood has ${client.operationTimeout} ms: with less than ${UNDECIDED_BELOW} ms a busy machine may be too slow for one of them.`,
    );
  if (processFaults.length > 0)
    throw new Unpredictable('What a killed or frozen process does to a flood is not predicted.');
}

function requireBlocked({ client, faults }: Scenario, { step, plan, number }: Planned): void {
  const { times = 1, bytes = 0 } = plan;
  if (times * bytes < TAKEN_BY_NO_SOCKET)
    throw new Unpredictable(
      `Call ${number} is a flood of ${times * bytes} bytes into a hold: fewer than ${TAKEN_BY_NO_SOCKET}, of which the sockets may take all or not.`,
    );
  const given = { at: step.at + client.operationTimeout, spread: FLOOD_LASTS };
  const until = windowOf(given, client.operationTimeout).latest;
  if (!faults.some((fault) => isHold(fault) && isAround(fault, step.at, until)))
    throw new Unpredictable(
      `The hold ends before ${until}, until when call ${number} may wait for its operation timeout: heal it later.`,
    );
}

function requireTaken({ faults }: Scenario, call: Planned): void {
  const { step, plan, number } = call;
  const { most } = requestSize(plan);
  if (most > TAKEN_AT_ONCE)
    throw new Unpredictable(
      `Call ${number} is a flood of up to ${most} bytes with its envelopes: whether the sockets take more than ${TAKEN_AT_ONCE} at once is not predicted, unless a hold (bandwidth, rate 0, upstream) keeps all of it.`,
    );
  const until = step.at + FLOOD_LASTS;
  const near = faults.find(
    ({ at, heal, stream }) => stream !== 'downstream' && at <= until && (heal ?? until) >= step.at,
  );
  if (near !== undefined)
    throw new Unpredictable(
      `The ${near.toxic.type} at ${near.at} lies on the flood of call ${number}: what it does to a part of it is not predicted.`,
    );
}

function isHold({ toxic, stream }: Injection): boolean {
  return toxic.type === 'bandwidth' && toxic.rate === 0 && stream !== 'downstream';
}

function isAround({ at, heal }: Injection, from: number, until: number): boolean {
  return at <= from && (heal === undefined || heal > until);
}
