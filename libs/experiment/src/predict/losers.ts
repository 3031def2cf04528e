import type { Duration, TimerName } from '@lapse/protocol';
import { INFINITE } from '@lapse/protocol/constants';
import type { Loser } from '../claims.ts';
import type { Scenario, Side } from '../scenario.ts';
import { type Clock, dueOf, fires, ringsAt } from './clocks.ts';
import type { Draft } from './draft.ts';
import type { Moment } from './moment.ts';

/** Every timer of this slice that could end or delay a session, on both sides. */
const TIMERS: readonly { readonly side: Side; readonly timer: TimerName }[] = [
  { side: 'service', timer: 'channelInitialization' },
  { side: 'service', timer: 'open' },
  { side: 'service', timer: 'receive' },
  { side: 'service', timer: 'send' },
  { side: 'service', timer: 'poolIdle' },
  { side: 'client', timer: 'open' },
  { side: 'client', timer: 'send' },
  { side: 'client', timer: 'close' },
];

/** A deadline that toxics leave open by more than this is not named: it could not be checked. */
export const KNOWN_WITHIN: Duration = 5;

/** Why every timer but the winner did not end the session (wcf-timeouts 15.9 rules 2 and 3). One that fired before lost nothing. */
export function losersAt(
  root: Draft,
  clocks: readonly Clock[],
  { client, workload, target }: Scenario,
): readonly Loser[] {
  // The write of each reply has a send timeout too: a callback that is still to come proves nothing about that.
  const hasCalledBack = clocks.some(
    ({ side, timer, since }) => side === 'service' && timer === 'send' && since.at < root.at.at,
  );
  return TIMERS.filter(({ side }) => !(client.raw && side === 'client'))
    .filter(({ side }) => !(target !== undefined && side === 'service'))
    .filter((candidate) => !wins(root, candidate))
    .filter(
      ({ side, timer }) =>
        timer !== 'send' || (side === 'client' ? workload.some((step) => step.do === 'call') : hasCalledBack),
    )
    .filter(({ timer }) => !(root.ends === 'graceful' && timer === 'poolIdle'))
    .flatMap((candidate) => {
      const clock = clockAt(
        root,
        clocks.filter((each) => same(each, candidate)),
      );
      const firedBefore = clock !== undefined && fires(clock) && momentOfRinging(clock).at < root.at.at;
      return firedBefore ? [] : [loser(root, candidate, clock)];
    });
}

/** Of a timer that is armed again and again, the last time before the winner; before any, the first to come. */
function clockAt(root: Draft, clocks: readonly Clock[]): Clock | undefined {
  const isBefore = ({ since }: Clock) => since.at < root.at.at || (since.at === root.at.at && !endsCallback(root));
  return clocks.findLast(isBefore) ?? clocks[0];
}

/** The timeout of a callback is activity: it arms the idle timer anew itself. */
function endsCallback({ side, outcome, ends }: Draft): boolean {
  return side === 'service' && outcome.is === 'fires' && ends === 'call';
}

/** Distance from an event to the next instant at which something else would have decided; undefined without one. */
export function marginAt(draft: Draft, clocks: readonly Clock[]): Duration | undefined {
  const { at, spread } = draft.at;
  const rivals = clocks.flatMap((clock) => {
    if (wins(draft, clock)) return clock.stopped === undefined ? [] : [clock.stopped.at.at];
    const running =
      clock.span !== INFINITE && clock.since.at <= at && (clock.stopped === undefined || clock.stopped.at.at >= at);
    const rings = running ? ringsAt(clock) : undefined;
    return rings === undefined ? [] : [rings.at];
  });
  const distances = rivals.map((rival) => rival - at - spread).filter((distance) => distance > 0);
  return distances.length === 0 ? undefined : Math.min(...distances);
}

function loser(
  root: Draft,
  { side, timer }: { readonly side: Side; readonly timer: TimerName },
  clock: Clock | undefined,
): Loser {
  if (clock === undefined || clock.since.at > root.at.at) return { side, timer, why: 'notArmed' };
  if (clock.span === INFINITE) return { side, timer, why: 'disabled' };
  const { stopped } = clock;
  const before = root.ends === 'abruptly' || root.ends === 'call' ? root.at.at : root.at.at + 1;
  if (stopped !== undefined && stopped.at.at < before) return { side, timer, why: 'cancelledBy', by: stopped.by };
  const due = dueOf(clock);
  const known = due.spread > KNOWN_WITHIN ? {} : { wouldFireAt: due.at };
  if (due.at <= root.at.at && clock.still !== undefined)
    return { side, timer, why: 'notRunning', by: clock.still.how, ...known };
  return { side, timer, why: 'preemptedBy', by: winnerOf(root), ...known };
}

function momentOfRinging(clock: Clock): Moment {
  return ringsAt(clock) ?? dueOf(clock);
}

function winnerOf({ outcome }: Draft): string {
  switch (outcome.is) {
    case 'fires':
      return outcome.timer;
    case 'completes':
      return outcome.operation;
    case 'survives':
      return 'end of measurement';
    default:
      return outcome.is;
  }
}

function wins({ side, outcome }: Draft, candidate: { readonly side: Side; readonly timer: TimerName }): boolean {
  if (outcome.is === 'either') return outcome.timers.includes(candidate.timer);
  return outcome.is === 'fires' && outcome.timer === candidate.timer && side === candidate.side;
}

function same(
  one: { readonly side: Side; readonly timer: TimerName },
  other: { readonly side: Side; readonly timer: TimerName },
): boolean {
  return one.side === other.side && one.timer === other.timer;
}
