import { describe, expect, test } from '@jest/globals';
import { InvalidOperation } from '../machine.ts';
import { LIFECYCLE, nextState, type Transition } from './lifecycle.ts';
import type { CommunicationState } from './vocabulary.ts';

const STATES: readonly CommunicationState[] = ['created', 'opening', 'opened', 'closing', 'closed', 'faulted'];
const TRANSITIONS: readonly Transition[] = [
  'open',
  'acknowledged',
  'openFailed',
  'close',
  'sessionClosed',
  'closeFailed',
  'connectionLost',
  'abort',
];

/** CommunicationObject.cs, written down a second time: from → to, by transition. */
const ALLOWED = new Map<string, CommunicationState>([
  ['created open', 'opening'],
  ['created abort', 'closed'],
  ['opening acknowledged', 'opened'],
  ['opening openFailed', 'faulted'],
  ['opening abort', 'closed'],
  ['opened close', 'closing'],
  ['opened sessionClosed', 'closed'],
  ['opened connectionLost', 'faulted'],
  ['opened abort', 'closed'],
  ['closing sessionClosed', 'closed'],
  ['closing closeFailed', 'closed'],
  ['closing abort', 'closed'],
  ['faulted abort', 'closed'],
]);

describe.each(STATES)('a channel that is %s', (state) => {
  test.each(TRANSITIONS)('%s leads where WCF leads, or is refused', (transition) => {
    const to = ALLOWED.get(`${state} ${transition}`);
    if (to === undefined) expect(() => nextState(state, transition)).toThrow(InvalidOperation);
    else expect(nextState(state, transition)).toBe(to);
  });
});

test('a closed channel leads nowhere, and a faulted one only to closed by abort', () => {
  expect(LIFECYCLE.closed).toEqual({});
  expect(LIFECYCLE.faulted).toEqual({ abort: 'closed' });
});
