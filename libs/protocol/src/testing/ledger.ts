import type { ChannelEffect, Exception } from '../channel/vocabulary.ts';

/**
 * What a caller can know of his call.
 *
 * `ok`: it has returned. A two-way operation was executed once, and replied; of a one-way operation it is only known that the
 * socket took its message. `failed`: the operation was executed once and answered with a SOAP fault, or the socket never took its
 * message and it was not executed. `unknown`: it may have been executed, once, or not (wcf-timeouts 2.2, 2.4).
 */
export type CallResult = 'ok' | 'failed' | 'unknown';

/**
 * Whether the socket took the whole message of a call: `before` the call returned; `perhaps`: it went on with it when the call had
 * returned, or the connection was given up in the very step that handed the message over; `never`: at most a part of it, and the
 * connection is gone.
 */
export type MessageTaken = 'before' | 'perhaps' | 'never';

/** A call that has returned, as the history of its client tells it. */
export interface ReturnedCall {
  readonly oneWay: boolean;
  readonly taken: MessageTaken;
  /** Absent where it returned well. */
  readonly exception?: Exception;
}

export type ExecutionEnd = Extract<ChannelEffect, { readonly type: 'executed' }>['how'];

/** What the service knows of one call: how often its operation began, and how each of these executions ended. */
export interface LedgerEntry {
  readonly begun: number;
  readonly ended: readonly ExecutionEnd[];
}

/** The entry of a call that never came to its operation. */
export const NEVER_BEGUN: LedgerEntry = { begun: 0, ended: [] };

/** How a call ended, for whoever has to decide whether it may be made again. */
export function resultOf({ taken, exception }: ReturnedCall): CallResult {
  if (exception === undefined) return 'ok';
  return taken === 'never' || isFault(exception) ? 'failed' : 'unknown';
}

/** A SOAP fault that an operation answered with, and not what a channel has to say (wcf-wire 4.5). */
function isFault({ name }: Exception): boolean {
  return name === 'FaultException' || name.startsWith('FaultException<');
}

/** What the ledger of a service that is at rest has against a call's result, in words; undefined where it has nothing. */
export function contradictionOf(call: ReturnedCall, { begun, ended }: LedgerEntry): string | undefined {
  const result = resultOf(call);
  const found = `began ${begun} times, ended: ${ended.join(', ') || 'never'}`;
  if (begun > 1 || ended.length !== begun) return `${result}, but it ${found}`;
  if (result === 'unknown') return undefined;
  if (result === 'ok' && call.taken !== 'before') return 'ok, but its message was not transmitted before';
  if (result === 'ok' && call.oneWay) return undefined;
  if (call.taken === 'never') return begun === 0 ? undefined : `failed without being transmitted, but it ${found}`;
  const wanted: ExecutionEnd = result === 'ok' ? 'replied' : 'faulted';
  return ended[0] === wanted ? undefined : `${result}, but it ${found}`;
}

/**
 * The ledger of a session by the numbers of its calls. `dispatched` and `executed` name requests by their message id; a one-way
 * call has none (wcf-wire 4.2), so `invoked` says which call each execution belongs to, in the order in which they began.
 * One-way operations of one name count as ended in the order in which they began.
 */
export function ledgerOf(
  effects: readonly ChannelEffect[],
  invoked: readonly number[],
): ReadonlyMap<number, LedgerEntry> {
  const entries = new Map<number, LedgerEntry>();
  const running: { readonly call: number; readonly is: string }[] = [];
  const calls = invoked.values();
  for (const effect of effects) {
    if (effect.type === 'dispatched') {
      const call = calls.next().value ?? 0;
      const { begun, ended } = entries.get(call) ?? NEVER_BEGUN;
      entries.set(call, { begun: begun + 1, ended });
      running.push({ call, is: nameOf(effect) });
    } else if (effect.type === 'executed') {
      const index = running.findIndex(({ is }) => is === nameOf(effect));
      const [{ call } = { call: 0 }] = index < 0 ? [] : running.splice(index, 1);
      const { begun, ended } = entries.get(call) ?? NEVER_BEGUN;
      entries.set(call, { begun, ended: [...ended, effect.how] });
    }
  }
  return entries;
}

function nameOf({ operation, messageId = '' }: { readonly operation: string; readonly messageId?: string }): string {
  return `${operation} ${messageId}`;
}
