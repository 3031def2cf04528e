import type { Duration, Instant } from '@lapse/protocol';
import type { Moment } from './moment.ts';
import type { Rule } from './rule.ts';

export const WINDOW: Rule = {
  id: 'window',
  source: 'docs/JUDGING.md (c); wcf-timeouts 0.2 for what the .NET Framework itself would add',
  formula: 'earliest = at - 5 ms; latest = at + spread of the toxics + 100 ms + 1 % of the timer',
  calibration:
    'calibrated by 216 firings of our own timers, three experiments at a time: p50 1 ms, p99 3 ms, at most 5 ms late; none early',
  restsOn: ['external-service'],
};

export const UNDECIDED: Rule = {
  id: 'undecided',
  source: 'wcf-timeouts 15.9 rule 5',
  formula:
    'two timers nearer to each other than 200 ms, or within one window: either; |L_sc - L_cs| is no part of it, because a toxic delays bytes, whose arrivals are reckoned one by one, and never an end',
  calibration: 'uncalibrated',
  restsOn: ['window'],
};

/** How much earlier than nominal an event may be seen. */
const EARLY: Duration = 5;
/** How much later than nominal any event may be seen. */
export const LATE: Duration = 100;
/** And the share of its timer that an event may be late by, beyond `LATE`. */
const LATE_SHARE = 0.01;
/** wcf-timeouts 15.9 rule 5. */
export const UNDECIDED_BELOW: Duration = 200;

/** Where an event of `timer`'s span may be seen and still confirm its claim. */
export function windowOf(
  { at, spread }: Moment,
  span: Duration = 0,
): { readonly earliest: Instant; readonly latest: Instant } {
  return { earliest: at - EARLY, latest: at + spread + LATE + Math.ceil(span * LATE_SHARE) };
}

/** How far the next event must be away for the order of the two to be certain. */
export function decidedFrom(span: Duration): Duration {
  return Math.max(UNDECIDED_BELOW, LATE + Math.ceil(span * LATE_SHARE));
}
