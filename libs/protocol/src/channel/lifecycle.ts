import { InvalidOperation } from '../machine.ts';
import type { CommunicationState } from './vocabulary.ts';

/** What moves a channel from one communication state to another. */
export type Transition =
  | 'open'
  | 'acknowledged'
  | 'openFailed'
  | 'close'
  | 'sessionClosed'
  | 'closeFailed'
  | 'connectionLost'
  | 'abort';

/**
 * WCF CommunicationObject.cs as a table. What is not in it is refused: from `faulted` only abort leads on, and a close
 * that fails aborts (wcf-timeouts 1.7).
 */
export const LIFECYCLE = {
  created: { open: 'opening', abort: 'closed' },
  opening: { acknowledged: 'opened', openFailed: 'faulted', abort: 'closed' },
  opened: { close: 'closing', sessionClosed: 'closed', connectionLost: 'faulted', abort: 'closed' },
  closing: { sessionClosed: 'closed', closeFailed: 'closed', abort: 'closed' },
  faulted: { abort: 'closed' },
  closed: {},
} as const satisfies Record<CommunicationState, Partial<Record<Transition, CommunicationState>>>;

/** The state that `transition` leads to. Throws `InvalidOperation` where the table has none. */
export function nextState(from: CommunicationState, transition: Transition): CommunicationState {
  const row: Partial<Record<Transition, CommunicationState>> = LIFECYCLE[from];
  const to = row[transition];
  if (to === undefined) throw new InvalidOperation(`${transition} is not possible in communication state ${from}`);
  return to;
}
