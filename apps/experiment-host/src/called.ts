import type { CallPlan } from '@lapse/experiment';
import type { CallStyle, DataRecord, Operation } from '@lapse/protocol';
import { type CallEvent, type Contract, DUPLEX_TEST_SERVICE, TEST_SERVICE } from '@lapse/protocol';

type Called = Pick<Extract<CallEvent, { readonly type: 'call' }>, 'operation' | 'values'>;

const TEXT = 'hello';

/** What a step calls: an operation of the mock service, with its values. A text of so many bytes has so many letters. */
export function called({ operation, lasts = 0, bytes }: CallPlan): Called {
  switch (operation) {
    case 'echo':
      return { operation: 'Echo', values: { s: TEXT } };
    case 'slow':
      return { operation: 'Slow', values: { ms: lasts } };
    case 'large':
      return { operation: 'Large', values: { bytes: bytes ?? 0 } };
    case 'oneWay':
      return { operation: 'OneWay', values: { s: bytes === undefined ? TEXT : 'x'.repeat(bytes) } };
    case 'slowOneWay':
      return { operation: 'SlowOneWay', values: { ms: lasts } };
    case 'askBack':
      return { operation: 'TryAskBack', values: { q: TEXT, ms: lasts } };
  }
}

/** The contract that a client and its service share: one with callbacks makes the client read from open on (wcf-timeouts 0.5). */
export interface Shared {
  /** How the mock service calls it. */
  readonly name: 'test' | 'duplexTest';
  readonly contract: Contract;
}

export function contractFor(callStyle: CallStyle): Shared {
  return callStyle === 'duplex'
    ? { name: 'duplexTest', contract: DUPLEX_TEST_SERVICE }
    : { name: 'test', contract: TEST_SERVICE };
}

/** What the client's callback object returns: for `Ask` the question itself. */
export function answer({ name, oneWay }: Operation, { q = null }: DataRecord): DataRecord {
  return oneWay ? {} : { [`${name}Result`]: q };
}
