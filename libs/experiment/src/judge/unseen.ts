import type { Scenario, Side } from '../scenario.ts';

/** Who ended a session without a timer of the record. A service that is none of ours keeps none: why it did so is not in it. */
export function endedBy(side: Side, { target }: Scenario): string {
  return target === undefined || side === 'client'
    ? `The ${side} ended the session, and no timer of it did.`
    : 'The service ended the session; whether by a timer, its own record would show.';
}

/** That the service is not on record with what its client did. */
export function unseenByService({ target }: Scenario): string {
  return target === undefined
    ? 'the service saw nothing of that'
    : 'what the service saw of that, its own record would show';
}
