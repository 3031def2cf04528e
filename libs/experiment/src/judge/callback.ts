import type { Entry } from '../evidence/evidence.ts';
import { BREATH, isAbruptEnd } from './observed.ts';
import type { Root } from './root.ts';

/**
 * Whether it was a callback of the service that nobody answered: then the operation is told, and the session goes on. Where the
 * socket did not take a message, the same timer ends the session (wcf-timeouts 2.5).
 */
export function isUnansweredCallback({ side, timer, at = 0 }: Root, entries: readonly Entry[]): boolean {
  if (side !== 'service' || timer !== 'send') return false;
  const breath = entries.filter((entry) => entry.side === 'service' && entry.at >= at && entry.at <= at + BREATH);
  return !breath.some(isAbruptEnd);
}
