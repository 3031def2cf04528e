import { expect, test } from '@jest/globals';
import { numbersFrom, parseSeed, shuffled } from './seed.ts';

const ITEMS = Array.from({ length: 20 }, (_, index) => index);
const orderOf = (seed: string) => shuffled(ITEMS, numbersFrom(parseSeed(seed)));

test('the same seed gives the same order, another seed another one, and nothing is lost', () => {
  expect(orderOf('5eed')).toEqual(orderOf('5eed'));
  expect(orderOf('5eed')).not.toEqual(orderOf('5eee'));
  expect(orderOf('5eed')).not.toEqual(ITEMS);
  expect(orderOf('5eed').toSorted((one, other) => one - other)).toEqual(ITEMS);
});

test('a seed means the same order for ever: these are the first numbers of SplitMix64 for 0', () => {
  const numbers = numbersFrom(parseSeed('0'));
  expect([numbers.next().value, numbers.next().value].map((value) => value.toString(16))).toEqual([
    'e220a839',
    '6e789e6a',
  ]);
});

test('every place can be reached by every item', () => {
  const firsts = new Set(Array.from({ length: 400 }, (_, seed) => orderOf(seed.toString(16))[0]));
  expect(firsts.size).toBe(ITEMS.length);
});

test('a seed is typed in either case, with or without leading zeros, and is printed in full', () => {
  expect(parseSeed('5EED')).toBe('0000000000005eed');
  expect(parseSeed('random')).toMatch(/^[0-9a-f]{16}$/);
  for (const wrong of ['', 'xyz', '0x1', '12345678901234567', '-1'])
    expect(() => parseSeed(wrong)).toThrow('1 to 16 hex digits');
});
