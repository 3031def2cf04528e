import { describe, expect, test } from '@jest/globals';
import {
  base64Text,
  dateTimeText,
  decimalText,
  doubleText,
  durationText,
  floatText,
  LAST_TICK,
  parseBase64,
  parseDecimal,
} from './lexical.ts';

const TICKS_PER_DAY = 864_000_000_000n;

/** Ticks at the beginning of a day, by the calendar of the runtime, which knows years from 1 on as well. */
function ticksOf(iso: string): bigint {
  const milliseconds = Date.parse(iso) - Date.parse('0001-01-01T00:00:00Z');
  return BigInt(milliseconds) * 10_000n;
}

describe('wcf-wire 2.1 a date', () => {
  test.each([
    '0001-01-01T00:00:00Z',
    '0001-12-31T23:59:59Z',
    '0004-02-29T00:00:00Z',
    '0100-02-28T12:00:00Z',
    '0100-03-01T00:00:00Z',
    '0400-02-29T00:00:00Z',
    '1600-12-31T00:00:00Z',
    '1899-12-31T00:00:00Z',
    '1900-03-01T00:00:00Z',
    '2000-02-29T23:59:59Z',
    '2000-12-31T00:00:00Z',
    '2001-01-01T00:00:00Z',
    '2100-02-28T00:00:00Z',
    '2100-03-01T00:00:00Z',
    '9999-12-31T23:59:59Z',
  ])('%s is printed as the calendar has it', (iso) => {
    expect(dateTimeText(ticksOf(iso), 'utc', 0)).toBe(iso);
  });

  test('every day of four hundred years is the one after the day before', () => {
    const first = ticksOf('1999-01-01T00:00:00Z');
    for (let day = 0n; day < 146_098n; day += 1n) {
      const ticks = first + day * TICKS_PER_DAY;
      const iso = new Date(Number(ticks / 10_000n) + Date.parse('0001-01-01T00:00:00Z')).toISOString();
      if (dateTimeText(ticks, 'unspecified', 0) !== iso.slice(0, 19)) throw new Error(`${iso} is printed otherwise`);
    }
  });

  test('a fraction has no trailing zeros, and seven places at most', () => {
    const second = ticksOf('2024-02-29T12:34:56Z');
    const fractions = [1n, 10n, 7_890_000n, 9_999_999n, 5_000_000n].map((fraction) =>
      dateTimeText(second + fraction, 'unspecified', 0).slice(19),
    );
    expect(fractions).toEqual(['.0000001', '.000001', '.789', '.9999999', '.5']);
  });

  test('a local time is printed with the offset of the zone', () => {
    const noon = ticksOf('2024-06-01T12:00:00Z');
    expect(dateTimeText(noon, 'local', 120)).toBe('2024-06-01T14:00:00+02:00');
    expect(dateTimeText(noon, 'local', -210)).toBe('2024-06-01T08:30:00-03:30');
    expect(dateTimeText(noon, 'local', 0)).toBe('2024-06-01T12:00:00+00:00');
  });

  test('a local time outside the calendar gains a day below, and is held at the last tick above', () => {
    expect(dateTimeText(-1n, 'local', 0)).toBe('0001-01-01T23:59:59.9999999+00:00');
    expect(dateTimeText(-36_000_000_000n, 'local', 120)).toBe('0001-01-01T01:00:00+02:00');
    expect(dateTimeText(LAST_TICK, 'local', 60)).toBe('9999-12-31T23:59:59.9999999+01:00');
    expect(dateTimeText(1n - TICKS_PER_DAY, 'local', -60)).toBe('0001-01-01T00:00:00-01:00');
  });
});

describe('a number', () => {
  test.each([
    [0.1, '0.1'],
    [16_777_216, '16777216'],
    [3.402_823_466_385_288_6e38, '3.4028235E+38'],
    [1.401_298_464_324_817e-45, '1E-45'],
    [1e20, '100000000000000000000'],
    [-0, '-0'],
    [Number.NaN, 'NaN'],
    [Number.NEGATIVE_INFINITY, '-INF'],
    [32.450_000_762_939_453, '32.45'],
    [4_194_304.5, '4194304.5'],
    [1 / 3, '0.33333334'],
  ])('of 32 bits, %d, has as few digits as find it again', (value, text) => {
    expect(floatText(Math.fround(value))).toBe(text);
  });

  test.each([
    [0.1, '0.1'],
    [-0, '-0'],
    [5e-324, '5E-324'],
    [1.5e300, '1.5E+300'],
    [Number.POSITIVE_INFINITY, 'INF'],
    [Number.NEGATIVE_INFINITY, '-INF'],
    [Number.NaN, 'NaN'],
  ])('of 64 bits, %d, has as few digits as find it again', (value, text) => {
    expect(doubleText(value)).toBe(text);
  });
});

describe('a decimal', () => {
  test.each([
    [1_250n, 2, false, '12.50'],
    [5n, 1, true, '-0.5'],
    [0n, 0, false, '0'],
    [0n, 3, false, '0.000'],
    [7n, 28, false, '0.0000000000000000000000000007'],
    [2n ** 96n - 1n, 0, true, '-79228162514264337593543950335'],
  ])('%d with scale %d keeps the zeros of its scale', (unscaled, scale, negative, text) => {
    expect(decimalText(unscaled, scale, negative)).toBe(text);
    expect(parseDecimal(text)).toEqual({ unscaled, scale, negative });
  });

  test.each(['79228162514264337593543950336', '1.00000000000000000000000000000', '', '1.', '.5', '1e3', '+1', ' 1'])(
    '"%s" is none',
    (text) => {
      expect(parseDecimal(text)).toBeUndefined();
    },
  );
});

test.each([
  [0n, 'PT0S'],
  [900_000_000n, 'PT1M30S'],
  [-10_000_000n, '-PT1S'],
  [937_840_050_000n, 'P1DT2H3M4.005S'],
  [864_000_000_000n, 'P1D'],
  [36_000_000_000n, 'PT1H'],
  [1n, 'PT0.0000001S'],
  [-(2n ** 63n), '-P10675199DT2H48M5.4775808S'],
])('a duration of %d ticks is %s', (ticks, text) => {
  expect(durationText(ticks)).toBe(text);
});

describe('base 64', () => {
  test.each([0, 1, 2, 3, 4, 5, 6, 255, 256, 257])(
    'of %d bytes is what Node makes of them, and is read back',
    (length) => {
      const bytes = Uint8Array.from({ length }, (_, index) => (index * 37 + 251) % 256);
      expect(base64Text(bytes)).toBe(Buffer.from(bytes).toString('base64'));
      expect(parseBase64(base64Text(bytes))).toEqual(bytes);
    },
  );

  test('may hold white space', () => {
    expect(parseBase64(' AQ\r\nID\t')).toEqual(Uint8Array.of(1, 2, 3));
  });

  test.each(['A', 'AB', 'ABC', 'AQI*', '====', 'A===', 'AQ=D', '-_==', 'é==='])('"%s" is none', (text) => {
    expect(parseBase64(text)).toBeUndefined();
  });
});
