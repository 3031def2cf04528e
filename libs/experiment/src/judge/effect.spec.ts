import { expect, test } from '@jest/globals';
import { assemble } from '../evidence/assemble.ts';
import { HistoryBuilder, linesOf, REQUEST_TIMED_OUT } from '../testing/history.ts';
import { SITUATIONS } from '../testing/scenarios.ts';
import { effectOf } from './effect.ts';

const builder = () =>
  new HistoryBuilder(SITUATIONS.callTimesOut).begins().opens(100).preambleArrives(101, 100).acknowledged(102, 100);
const timedOut = () => builder().calls(500, 1, { since: 101 }).callTimesOut(2_501, 1, { since: 500, faults: true });
const effect = (history: HistoryBuilder, call = 1) => effectOf(call, assemble(linesOf(history.ends().records)).entries);

test('an operation that never began has had no effect', () => {
  const history = builder().client(500, {
    type: 'call',
    call: 1,
    operation: 'Echo',
    values: {},
    messageId: 'urn:uuid:1',
  });
  expect(effect(history.callFails(2_501, 1, REQUEST_TIMED_OUT))).toBe('None: the service never began the operation.');
});

test('of a one-way call nothing is told: its message carries no id, and another one may have been begun', () => {
  const history = builder()
    .client(500, { type: 'call', call: 1, operation: 'OneWay', values: {}, messageId: 'urn:uuid:1' })
    .service(501, { type: 'dispatched', operation: 'OneWay' });
  expect(effect(history.callFails(2_501, 1, REQUEST_TIMED_OUT))).toBeUndefined();
});

test('an operation that was still running when the record ends may yet have one', () => {
  expect(effect(timedOut())).toBe(
    'The service began the operation at 0.501 s, and was not done with it when the record ends.',
  );
});

test('an operation that ended after its caller gave up has taken effect, and so has one whose reply was lost', () => {
  expect(effect(timedOut().replies(3_002, 1))).toBe(
    'The service began the operation at 0.501 s and ended it at 3.002 s, 0.501 s after its caller had been told that it failed: it has taken effect.',
  );
  const lost = builder()
    .calls(500, 1, { since: 101 })
    .service(600, { type: 'executed', operation: 'Echo', messageId: 'urn:uuid:1', how: 'replied' });
  expect(effect(lost.callFails(2_501, 1, REQUEST_TIMED_OUT))).toBe(
    'The service began the operation at 0.501 s and ended it at 0.600 s, before its caller was told that it failed: it has taken effect.',
  );
});

test('an operation that threw is told as that', () => {
  const threw = timedOut().service(2_900, {
    type: 'executed',
    operation: 'Echo',
    messageId: 'urn:uuid:1',
    how: 'faulted',
  });
  expect(effect(threw)).toBe('The service began the operation at 0.501 s, and it threw at 2.900 s.');
});

test('an operation that was begun twice is told as twice', () => {
  const twice = timedOut().service(2_800, { type: 'dispatched', operation: 'Echo', messageId: 'urn:uuid:1' });
  expect(effect(twice)).toContain('began the operation at 0.501 s, 2 times in all,');
});

test('of a call that is not on record nothing is told', () => {
  expect(effect(timedOut(), 7)).toBeUndefined();
});
