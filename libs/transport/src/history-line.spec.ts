import { describe, expect, test } from '@jest/globals';
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

describe('what is long is recorded by its beginning, with its size beside it', () => {
  test.each([
    ['bytes', { type: 'received' }],
    ['payload', { type: 'delivered' }],
  ])('%s', (name, entry) => {
    const long = new Uint8Array(8_193).fill(0xab);
    expect(reread({ ...entry, [name]: long })).toEqual({ ...entry, [name]: 'ab'.repeat(1_024), size: 8_193 });
    expect(reread({ ...entry, [name]: long.subarray(1) })).toEqual({ ...entry, [name]: 'ab'.repeat(8_192) });
  });

  test('of values and results each has its own', () => {
    const values = { s: 'x'.repeat(60_000), t: 'short', n: 5 };
    expect(reread({ type: 'call', call: 1, values })).toEqual({
      ...{ type: 'call', call: 1, values: { ...values, s: 'x'.repeat(1_024) } },
      sizes: { s: 60_000 },
    });
    expect(reread({ results: { LargeResult: new Uint8Array(9_000) } })).toEqual({
      results: { LargeResult: '00'.repeat(1_024) },
      sizes: { LargeResult: 9_000 },
    });
    expect(reread({ values: { s: 'x'.repeat(8_192) } })).toEqual({ values: { s: 'x'.repeat(8_192) } });
  });

  test('and nothing else is cut: an exception is read to its end', () => {
    const exception = { name: 'CommunicationException', message: 'm'.repeat(9_000) };
    expect(reread({ type: 'completed', exception })).toEqual({ type: 'completed', exception });
    expect(reread({ type: 'crashed', message: exception.message })).toEqual({
      type: 'crashed',
      message: exception.message,
    });
  });
});

test('an entry is one line', () => {
  expect(historyLine({ values: { s: 'one\ntwo' } })).not.toContain('\n');
});
