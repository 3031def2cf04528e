import type { Claim } from '../claims.ts';
import type { Scenario, Toxic } from '../scenario.ts';
import type { Draft } from './draft.ts';
import type { Rule } from './rule.ts';
import { Unpredictable } from './unpredictable.ts';
import { windowOf } from './window.ts';

export const EXTERNAL_SERVICE: Rule = {
  id: 'external-service',
  source: 'docs/JUDGING.md, "A service that is none of ours"; wcf-timeouts 0.2 (maxSkew of IOThreadTimer)',
  formula:
    "what the client sees alone is claimed, and what the service's settings lead to is argued; an end that a timer of the service brings may come 100 ms early",
  calibration: 'uncalibrated',
};

/** How much a timer of the .NET Framework may be early by (wcf-timeouts 0.2). */
const SKEW = 100;

const UNDECIDED_THERE =
  'Two timers are too near to each other, and a service that is none of ours keeps no record of which it was: set them apart.';

/** Apart: what is claimed, and what would be seen in the record of a service that keeps none for us. Throws `Unpredictable`. */
export function bySight(
  { target }: Scenario,
  drafts: readonly Draft[],
): { readonly seen: readonly Draft[]; readonly unseen: readonly Draft[] } {
  if (target === undefined) return { seen: drafts, unseen: [] };
  if (drafts.some(({ outcome }) => outcome.is === 'either')) throw new Unpredictable(UNDECIDED_THERE);
  return {
    seen: drafts.filter(({ side }) => side === 'client'),
    unseen: drafts.filter(({ side, outcome }) => side === 'service' && outcome.is !== 'survives'),
  };
}

export function nothingClaimed({ target }: Scenario): string {
  return target === undefined
    ? 'Nothing happens within the run that could be claimed: run longer.'
    : 'The client sees nothing of what happens within the run, and a service that is none of ours keeps no record.';
}

/** The window of what happens once; a service that is none of ours has timers of its own. */
export function asSeen({ target }: Scenario, { at, windowSpan, outcome }: Draft): Claim['within'] {
  const within = windowOf(at, windowSpan);
  const isEcho = target !== undefined && outcome.is === 'endedByPeer' && windowSpan > 0;
  return isEcho ? { ...within, earliest: within.earliest - SKEW } : within;
}

/** Throws `Unpredictable` for what only the mock service does, or only its record shows. */
export function requireSeenFromClient({ target, faults, processFaults = [], service }: Scenario): void {
  if (target === undefined) return;
  if (processFaults.some(({ side }) => side === 'service'))
    throw new Unpredictable('The process of a service that is none of ours is not ours to kill or to freeze.');
  if (service.misbehave !== undefined)
    throw new Unpredictable('Only the mock service misbehaves: a service that is none of ours does what it does.');
  const unseen = faults.find(({ toxic }) => !isSeen(toxic));
  if (unseen !== undefined)
    throw new Unpredictable(
      `That ${unseen.toxic.type} took effect would be seen in the service's record alone, and a service that is none of ours keeps none: use down, latency, timeout, or bandwidth with rate 0.`,
    );
}

/** What a canary feels as a session does: it sends single bytes. */
function isSeen(toxic: Toxic): boolean {
  if (toxic.type === 'bandwidth') return toxic.rate === 0;
  return toxic.type === 'down' || toxic.type === 'latency' || toxic.type === 'timeout';
}
