import { describe, expect, test } from '@jest/globals';
import { noMeaningfulReply } from '../channel/exceptions.ts';
import type { ChannelEffect } from '../channel/vocabulary.ts';
import { contradictionOf, type ExecutionEnd, ledgerOf, NEVER_BEGUN, type ReturnedCall, resultOf } from './ledger.ts';

const OK: ReturnedCall = { oneWay: false, taken: 'before' };
const ONE_WAY: ReturnedCall = { oneWay: true, taken: 'before' };
const FAULTED: ReturnedCall = { ...OK, exception: { name: 'FaultException<TestFault>', message: 'typed reason' } };
const LOST: ReturnedCall = { ...OK, exception: noMeaningfulReply() };
const BLOCKED: ReturnedCall = { ...LOST, taken: 'never' };

const once = (end: ExecutionEnd) => ({ begun: 1, ended: [end] });

test('a call that failed is unknown, unless its operation said so or its message never went out', () => {
  expect([OK, ONE_WAY, FAULTED, LOST, { ...LOST, taken: 'perhaps' } as const, BLOCKED].map(resultOf)).toEqual([
    ...['ok', 'ok', 'failed', 'unknown', 'unknown', 'failed'],
  ]);
});

describe('a ledger', () => {
  test.each([
    ['a reply', OK, once('replied')],
    ['a one-way call that was executed', ONE_WAY, once('oneWay')],
    ['a one-way call that was lost', ONE_WAY, NEVER_BEGUN],
    ['a fault', FAULTED, once('faulted')],
    ['a call that never came', LOST, NEVER_BEGUN],
    ['a ghost', LOST, once('replied')],
    ['a blocked call', BLOCKED, NEVER_BEGUN],
  ])('does not contradict %s', (_, call, entry) => {
    expect(contradictionOf(call, entry)).toBeUndefined();
  });

  test.each([
    ['a reply of nobody', OK, NEVER_BEGUN],
    ['a reply of an operation that faulted', OK, once('faulted')],
    ['a reply to a message that was not transmitted', { ...OK, taken: 'perhaps' } as const, once('replied')],
    ['a one-way call that returned before its message was taken', { ...ONE_WAY, taken: 'never' } as const, NEVER_BEGUN],
    ['a fault of an operation that replied', FAULTED, once('replied')],
    ['a fault of nobody', FAULTED, NEVER_BEGUN],
    ['an execution of a blocked call', BLOCKED, once('unanswerable')],
    ['two executions', LOST, { begun: 2, ended: ['replied', 'replied'] } as const],
    ['an execution that does not end', LOST, { begun: 1, ended: [] }],
  ])('contradicts %s', (_, call, entry) => {
    expect(contradictionOf(call, entry)).toEqual(expect.any(String));
  });

  test('tells executions apart by message ids, and one-way ones by the order in which they began', () => {
    const effects: readonly ChannelEffect[] = [
      { type: 'dispatched', operation: 'Slow', messageId: 'urn:uuid:1' },
      { type: 'dispatched', operation: 'OneWay' },
      { type: 'dispatched', operation: 'Slow', messageId: 'urn:uuid:2' },
      { type: 'executed', operation: 'Slow', messageId: 'urn:uuid:2', how: 'replied' },
      { type: 'executed', operation: 'OneWay', how: 'oneWay' },
      { type: 'executed', operation: 'Slow', messageId: 'urn:uuid:1', how: 'unanswerable' },
    ];
    expect([...ledgerOf(effects, [1, 7, 2])]).toEqual([
      [1, once('unanswerable')],
      [7, once('oneWay')],
      [2, once('replied')],
    ]);
  });
});
