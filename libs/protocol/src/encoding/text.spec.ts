import { describe, expect, test } from '@jest/globals';
import { fromHex } from '../framing/testing/bytes.ts';
import { bytes, characters, element, integer, NO_NAMESPACE, type XmlElement, type XmlText } from './infoset.ts';
import { binaryMessageDecoder } from './message-encoding.ts';
import { documentIn } from './testing/bytes.ts';
import { booleanOf, bytesOf, integerOf, isText, numberOf, textOf } from './text.ts';

function read(hex: string): XmlElement {
  return documentIn(binaryMessageDecoder({ session: false }).decode(fromHex(`40 01 65 ${hex}`))).root;
}

describe('NBFX-7 the same integer', () => {
  test.each([
    ['Int8', '89 07'],
    ['Int16', '8B 07 00'],
    ['Int32', '8D 07 00 00 00'],
    ['Int64', '8F 07 00 00 00 00 00 00 00'],
    ['UInt64', 'B3 07 00 00 00 00 00 00 00'],
    ['Float', '91 00 00 E0 40'],
    ['Double', '93 00 00 00 00 00 00 1C 40'],
    ['Decimal', '95 00 00 01 00 00 00 00 00 46 00 00 00 00 00 00 00'],
    ['Chars', '99 01 37'],
    ['Chars with blanks and a sign', '99 04 20 2B 37 0A'],
    ['two Chars', '98 01 30 99 01 37'],
    ['a list of one', 'A4 88 07 A6 01'],
  ])('as %s', (_, hex) => {
    expect(integerOf(read(hex))).toBe(7n);
    expect(numberOf(read(hex))).toBe(7);
  });

  test('as Zero and One', () => {
    expect([integerOf(read('81')), integerOf(read('83'))]).toEqual([0n, 1n]);
    expect([booleanOf(read('81')), booleanOf(read('83'))]).toEqual([false, true]);
  });
});

describe('NBFX-8 what is larger than a number of JavaScript', () => {
  test.each([
    ['8F FF FF FF FF FF FF FF 7F', '9223372036854775807'],
    ['8F 00 00 00 00 00 00 00 80', '-9223372036854775808'],
    ['B3 FF FF FF FF FF FF FF FF', '18446744073709551615'],
    ['95 00 00 00 00 FF FF FF FF FF FF FF FF FF FF FF FF', '79228162514264337593543950335'],
  ])('%s loses nothing', (hex, text) => {
    expect(textOf(read(hex))).toBe(text);
    expect(integerOf(read(hex))).toBe(BigInt(text));
  });
});

test('NBFX-6 a text is the same in however many records it comes', () => {
  expect(textOf(read('98 02 61 62 98 01 63 B7 02 64 00'))).toBe('abcd');
  expect(textOf(read('98 01 61 02 01 78 40 01 62 99 01 79 99 01 7A'))).toBe('az');
});

describe('bytes', () => {
  test('in several records are one', () => {
    expect(bytesOf(read('9E 03 01 02 03 9F 01 04'))).toEqual(Uint8Array.of(1, 2, 3, 4));
  });

  test('may come as characters', () => {
    expect(bytesOf(read('99 08 41 51 49 44 42 41 3D 3D'))).toEqual(Uint8Array.of(1, 2, 3, 4));
    expect(bytesOf(read('9E 03 01 02 03 99 04 42 41 3D 3D'))).toEqual(Uint8Array.of(1, 2, 3, 4));
  });

  test('are none for a text that is no base 64, and no bytes at all for an empty element', () => {
    expect(bytesOf(characters('*'))).toBeUndefined();
    expect(bytesOf(read('01'))).toEqual(new Uint8Array());
    expect(bytesOf(bytes(Uint8Array.of(9)))).toEqual(Uint8Array.of(9));
  });
});

describe('a reading', () => {
  test.each(['', 'x', '1.5', '1e', 'INF', '0x10', '--1'])('"%s" is no integer', (text) => {
    expect(integerOf(characters(text))).toBeUndefined();
  });

  test.each([
    ['3E2', 300n],
    ['3.00', 3n],
    ['-3.0', -3n],
    ['+12', 12n],
    ['9007199254740993.0', 9_007_199_254_740_993n],
  ])('"%s" is the integer %d', (text, value) => {
    expect(integerOf(characters(text))).toBe(value);
  });

  test.each([
    ['INF', Number.POSITIVE_INFINITY],
    ['-INF', Number.NEGATIVE_INFINITY],
    ['NaN', Number.NaN],
    ['1.5E+20', 1.5e20],
    ['.5', 0.5],
    ['-0', -0],
  ])('"%s" is the number %d', (text, value) => {
    expect(numberOf(characters(text))).toBe(value);
  });

  test.each(['', 'Infinity', '1 2', '0b1', 'e5'])('"%s" is no number', (text) => {
    expect(numberOf(characters(text))).toBeUndefined();
  });

  test.each([
    ['true', true],
    [' 1 ', true],
    ['false', false],
    ['0', false],
    ['TRUE', undefined],
    ['', undefined],
  ])('"%s" is the boolean %s', (text, value) => {
    expect(booleanOf(characters(text))).toBe(value);
  });

  test('an element with a child is not the value of its one text', () => {
    const parent = element(NO_NAMESPACE, 'p', integer(1), element(NO_NAMESPACE, 'c'), integer(2));
    expect(integerOf(parent)).toBe(12n);
  });
});

test.each<[string, XmlText]>([
  ['a:b', { type: 'qualifiedName', prefix: 'a', local: 'b', origin: 'inline' }],
  ['b', { type: 'qualifiedName', prefix: '', local: 'b', origin: 'inline' }],
  ['urn:uuid:00112233-4455-6677-8899-aabbccddeeff', { type: 'uniqueId', uuid: '00112233-4455-6677-8899-aabbccddeeff' }],
  [
    '1 true PT1S',
    { type: 'list', items: [integer(1), { type: 'boolean', value: true }, { type: 'timeSpan', ticks: 10_000_000n }] },
  ],
])('the characters of a typed text: %s', (text, value) => {
  expect(textOf(value)).toBe(text);
  expect(isText(value)).toBe(true);
});

test('a local time has the offset of the zone that it is asked for, and none without', () => {
  const midnight: XmlText = { type: 'dateTime', ticks: 0n, kind: 'local' };
  expect(textOf(midnight)).toBe('0001-01-01T00:00:00+00:00');
  expect(textOf(element(NO_NAMESPACE, 'e', midnight), 90)).toBe('0001-01-01T01:30:00+01:30');
});
