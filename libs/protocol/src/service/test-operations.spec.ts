import { expect, test } from '@jest/globals';
import { InvalidOperation } from '../machine.ts';
import { type DataRecord, DUPLEX_TEST_SERVICE, SESSION_TEST_SERVICE, TEST_FAULT, TEST_SERVICE } from '../soap/index.ts';
import type { CallbackAnswer, Execution } from './execution.ts';
import { LARGEST_REPLY, testOperations } from './test-operations.ts';

const execution = (operation: string, values: DataRecord = {}) => testOperations({ operation, values, ordinal: 3 });

/** What an execution comes to when its callbacks are answered so. */
function played({ outcome }: Execution, answer: CallbackAnswer): readonly unknown[] {
  if (outcome.type !== 'callBack') return [outcome];
  const { operation, values, next } = outcome;
  return [{ operation, values }, ...played(next(answer), answer)];
}

test('every operation of the contracts does something', () => {
  for (const { operations } of [TEST_SERVICE, DUPLEX_TEST_SERVICE, SESSION_TEST_SERVICE]) {
    for (const { name } of operations) expect(() => execution(name)).not.toThrow();
  }
  expect(() => execution('Nothing')).toThrow(InvalidOperation);
});

test.each<readonly [string, DataRecord, Execution]>([
  ['Echo', { s: 'x' }, { after: 0, outcome: { type: 'return', results: { EchoResult: 'x' } } }],
  ['Slow', { ms: 250 }, { after: 250, outcome: { type: 'return', results: { SlowResult: 'slept 250' } } }],
  ['Slow', { ms: -1 }, { after: 0, outcome: { type: 'return', results: { SlowResult: 'slept 0' } } }],
  ['SlowOneWay', { ms: 250 }, { after: 250, outcome: { type: 'return', results: {} } }],
  ['Large', { bytes: 3 }, { after: 0, outcome: { type: 'return', results: { LargeResult: new Uint8Array(3) } } }],
  ['Finish', {}, { after: 0, outcome: { type: 'return', results: { FinishResult: 3 } } }],
  [
    'ThrowOneWay',
    { s: 'boom' },
    { after: 0, outcome: { type: 'throw', exception: { name: 'InvalidOperationException', message: 'boom' } } },
  ],
  [
    'ThrowTyped',
    { s: 'x' },
    {
      after: 0,
      outcome: { type: 'fault', reason: 'typed reason', detail: TEST_FAULT, value: { Code: 42, Text: 'x' } },
    },
  ],
])('%s of %j', (operation, values, expected) => {
  expect(execution(operation, values)).toEqual(expected);
});

test('no reply is larger than the largest', () => {
  const { outcome } = execution('Large', { bytes: 2 ** 31 - 1 });
  expect(outcome).toMatchObject({ results: { LargeResult: { length: LARGEST_REPLY } } });
});

test('an operation that calls back goes on with what it is answered, and throws what its callback throws', () => {
  expect(played(execution('AskBack', { q: 'colour' }), { type: 'returned', results: { AskResult: 'blue' } })).toEqual([
    { operation: 'Ask', values: { q: 'colour' } },
    { type: 'return', results: { AskBackResult: 'blue' } },
  ]);
  expect(played(execution('Ticks', { n: 2 }), { type: 'returned', results: {} })).toEqual([
    { operation: 'Tick', values: { n: 0 } },
    { operation: 'Tick', values: { n: 1 } },
    { type: 'return', results: { TicksResult: 'ticked' } },
  ]);
  const exception = { name: 'TimeoutException', message: 'late' };
  expect(played(execution('Ticks', { n: 2 }), { type: 'threw', exception })).toEqual([
    { operation: 'Tick', values: { n: 0 } },
    { type: 'throw', exception },
  ]);
});

test('an operation that tries to call back takes its time first, and replies with the answer or with what was thrown', () => {
  const tried = execution('TryAskBack', { q: 'colour', ms: 250 });
  expect(tried.after).toBe(250);
  const asked = { operation: 'Ask', values: { q: 'colour' } };
  expect(played(tried, { type: 'returned', results: { AskResult: 'blue' } })).toEqual([
    asked,
    { type: 'return', results: { TryAskBackResult: 'blue' } },
  ]);
  expect(played(tried, { type: 'threw', exception: { name: 'TimeoutException', message: 'late' } })).toEqual([
    asked,
    { type: 'return', results: { TryAskBackResult: 'TimeoutException' } },
  ]);
});
