import { expect, test } from '@jest/globals';
import { INFINITE } from '@lapse/experiment';
import fc from 'fast-check';
import { readTimeSpan } from './time-span.ts';

test.each([
  ['00:10:00', 600_000],
  ['00:00:0.2', 200],
  ['1:2:3', 3_723_000],
  ['00:01', 60_000],
  ['1.00:00:00', 86_400_000],
  ['24.20:31:23.647', 2_147_483_647],
  ['00:00:00.0010000', 1],
  [' 00:00:05 ', 5_000],
  ['-00:00:01', -1_000],
  ['-00:00:00', 0],
  ['infinite', INFINITE],
  ['Infinite', INFINITE],
  ['10675199.02:48:05.4775807', INFINITE],
])('the time span %s is %d ms', (text, ms) => {
  expect(readTimeSpan(text)).toEqual({ ms });
});

test.each([
  ['7', 'is "7", which means 7 days to .NET'],
  ['24:00:00', 'is "24:00:00", but hours go to 23: days are written d.hh:mm:ss'],
  ['00:60:00', 'is "00:60:00", but minutes and seconds go to 59'],
  ['00:00:60', 'is "00:00:60", but minutes and seconds go to 59'],
  ['00:00:00.0005', 'is "00:00:00.0005", which is no whole number of milliseconds'],
  ['1:00:00:00', 'is "1:00:00:00", which is no time span'],
  ['5 s', 'is "5 s", which is no time span'],
  ['', 'is "", which is no time span'],
])('%j is no time span, and why is said', (text, wrong) => {
  expect(readTimeSpan(text)).toEqual({ wrong: expect.stringContaining(wrong) });
});

test('what .NET prints for a number of milliseconds is read as that number', () => {
  const two = (value: number) => String(value).padStart(2, '0');
  const printed = (ms: number) => {
    const seconds = Math.floor(ms / 1_000);
    const clock = [seconds / 3_600, (seconds / 60) % 60, seconds % 60].map((value) => Math.floor(value));
    const [hours = 0, minutes = 0, rest = 0] = clock;
    const days = Math.floor(hours / 24);
    const fraction = ms % 1_000 === 0 ? '' : `.${String(ms % 1_000).padStart(3, '0')}0000`;
    return `${days === 0 ? '' : `${days}.`}${two(hours % 24)}:${two(minutes)}:${two(rest)}${fraction}`;
  };
  fc.assert(fc.property(fc.nat(2 ** 31 - 1), (ms) => expect(readTimeSpan(printed(ms))).toEqual({ ms })));
});
