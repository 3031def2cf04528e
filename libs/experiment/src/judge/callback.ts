import type { Entry } from '../evidence/evidence.ts';
import type { Root } from './account.ts';
import { isAbruptEnd } from './observed.ts';

/**
 * Whether it was a callback of the service that nobody answered: then the operation is told, and the session goes on. Where the
 * socket did not take a message, the same timer ends the session (wcf-timeouts 2.5).
 */
export function isUnansweredCallback({ side, timer, at = 0 }: Root, entries: readonly Entry[]): boolean {
  if (side !== 'service' || timer !== 'send') return false;
  return !entries.some((entry) => entry.side === 'service' && entry.at >= at && isAbruptEnd(entry));
}
