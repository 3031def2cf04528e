import { expect, test } from '@jest/globals';
import { duration } from './duration.ts';

test.each([
  ['10min', 600_000],
  ['1h 30min', 5_400_000],
  ['45 s', 45_000],
  ['2.5s', 2_500],
  ['500ms', 500],
  ['00:10:00', 600_000],
  ['1.00:00:00.5', 86_400_500],
])('%s is so many milliseconds', (text, milliseconds) => {
  expect(duration(text)).toBe(milliseconds);
});

test.each(['', '10', 'soon', '10 min ago', '-5s', '5m'])('"%s" is no duration', (text) => {
  expect(() => duration(text)).toThrow('It is a duration such as');
});
