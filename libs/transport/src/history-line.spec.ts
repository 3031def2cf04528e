import { expect, test } from '@jest/globals';
import { historyLine } from './history-line.ts';

const reread = (entry: object): unknown => JSON.parse(historyLine(entry));

test('what JSON has is recorded as it is', () => {
  const entry = { type: 'call', call: 1, values: { s: 'hello', none: null, yes: true, list: [1, 2.5] } };
  expect(reread(entry)).toEqual(entry);
});

test('bytes are recorded as hex, and of a part of a buffer only that part', () => {
  const whole = new Uint8Array([0xff, 0x00, 0x0a, 0xff]);
  expect(reread({ bytes: whole, results: { LargeResult: whole.subarray(1, 3) } })).toEqual({
    bytes: 'ff000aff',
    results: { LargeResult: '000a' },
  });
});

test('a bigint is recorded with every digit, which a number would lose', () => {
  expect(reread({ values: { n: [-9_223_372_036_854_775_807n, 0n] } })).toEqual({
    values: { n: ['-9223372036854775807', '0'] },
  });
});

test('a double that is no number in JSON is not taken for null', () => {
  expect(reread({ values: { n: [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY] } })).toEqual({
    values: { n: ['NaN', 'INF', '-INF'] },
  });
});

test('an entry is one line', () => {
  expect(historyLine({ values: { s: 'one\ntwo' } })).not.toContain('\n');
});
