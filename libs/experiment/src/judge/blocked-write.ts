import type { Entry } from '../evidence/evidence.ts';
import { isFiring, isSentOneWay } from './observed.ts';
import type { Root } from './root.ts';

/** Whether the operation timeout of the client ended a one-way call: that waits for nothing but the socket (wcf-timeouts 2.4). */
export function isBlockedWrite({ side, timer, at }: Root, entries: readonly Entry[]): boolean {
  if (side !== 'client' || timer !== 'send') return false;
  const own = entries.filter((entry) => entry.side === 'client');
  const fired = own.find((entry) => isFiring(entry, ['send']) && entry.at === at);
  const call = fired?.type === 'timer' ? fired.call : undefined;
  const began = own.findIndex((entry) => entry.type === 'call' && entry.call === call);
  const sent = began < 0 ? undefined : own.slice(began).find(({ type }) => type === 'transmit');
  return sent !== undefined && isSentOneWay(sent);
}

/** What did not happen that a client had waited for. */
export function awaitedInVain(root: Root, entries: readonly Entry[]): string {
  return isBlockedWrite(root, entries)
    ? 'The sockets took no more of what the client sent'
    : 'What the client waited for did not come';
}
