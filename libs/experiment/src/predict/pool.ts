import type { Instant } from '@lapse/protocol';
import type { Scenario } from '../scenario.ts';
import type { Clock } from './clocks.ts';
import type { Draft } from './draft.ts';
import { exactly, type Moment } from './moment.ts';
import type { Ending } from './race.ts';
import type { Rule } from './rule.ts';
import { Unpredictable } from './unpredictable.ts';
import { UNDECIDED_BELOW } from './window.ts';

export const POOLED_CONNECTION: Rule = {
  id: 'pooled-connection',
  source: 'wcf-timeouts 1.3 step 1, 5.4; wcf-wire 1.10',
  formula:
    'with a pool, End/End leaves the connection to the next session, which opens on it with a new preamble, if it was returned no longer ago than idleTimeout and connected less long ago than leaseTimeout; else it is given up at t0',
  calibration:
    'calibrated by dotnet plain-pooled-reuse, dotnet-server client-pool-idle-one; the lease as the .NET Framework counts it, uncalibrated',
  restsOn: ['window'],
};

export const POOLED_PREAMBLE_FAILS: Rule = {
  id: 'pooled-preamble-fails',
  source: 'wcf-timeouts 1.3 step 1, wcf-wire 1.10 (NMF-15)',
  formula:
    'the instant at which the end of a reused connection is read before the acknowledgement, or t0 if it came while nobody read; nobody is told, and the next attempt begins there, with the same deadline',
  calibration: 'calibrated by dotnet Y-pooled-rst',
  restsOn: ['path-endings', 'open-timeout'],
};

/** A connection that a closed session has left in the client's pool. */
export interface Left {
  readonly connectedAt: Instant;
  readonly returnedAt: Moment;
  /** The service's idle timer; absent: the service does not have the connection any more. */
  readonly idle?: Clock;
  /** Its end, as whoever uses it next reads it. */
  readonly ending?: Ending;
}

/** Whether a session that begins at `at` finds a connection too old to be used. */
export function isTooOld({ client }: Scenario, { connectedAt, returnedAt }: Left, at: Instant): boolean {
  const { idleTimeout = 0, leaseTimeout = 0 } = client.connectionPoolSettings ?? {};
  const ages = [
    { name: 'idleTimeout', over: at - returnedAt.at - idleTimeout },
    { name: 'leaseTimeout', over: at - connectedAt - leaseTimeout },
  ];
  const doubt = ages.find(({ over }) => Math.abs(over) < UNDECIDED_BELOW);
  if (doubt !== undefined && !ages.some(({ over }) => over >= UNDECIDED_BELOW))
    throw new Unpredictable(
      `The session at ${at} is opened where the pool's ${doubt.name} ends: keep them ${UNDECIDED_BELOW} ms apart.`,
    );
  return ages.some(({ over }) => over > 0);
}

/** The client gives a pooled connection up. `windowSpan`: of the timer that made it do so, if one did. */
export function discarding(at: Moment, rule: Rule, windowSpan = 0): Draft {
  return { side: 'client', outcome: { is: 'discards' }, windowSpan, at, rule, ends: 'no' };
}

/** What is known of an end that came while nobody read is known at once. */
export function readFrom(at: Instant, ending: Ending): Ending {
  return ending.at.at >= at ? ending : { ...ending, at: exactly(at) };
}

/** Throws `Unpredictable` for what these rules do not decide about pooled connections. */
export function requirePredictablePool({ client, faults }: Scenario): void {
  if (client.connectionPoolSettings === undefined) return;
  if (client.raw) throw new Unpredictable('A raw client has no connection pool.');
  if (faults.some(({ toxic }) => toxic.type === 'limit_data'))
    throw new Unpredictable(
      'limit_data counts the bytes of all sessions on a pooled connection: that is not predicted.',
    );
}
