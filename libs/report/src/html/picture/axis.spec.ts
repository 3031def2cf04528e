import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { axisOf } from './axis.ts';
import type { Row } from './course.ts';

const row = (at: number, text = 'x'): Row => ({ at, of: 'client', text, tone: 'plain' });

test('rows follow each other down the paper without covering one another, however near or far in time', () => {
  const texts = fc.string({ maxLength: 120 });
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.nat(600_000), texts)), (drawn) => {
      const rows = drawn.toSorted(([one], [other]) => one - other).map(([at, text]) => row(at, text));
      const { placed, height } = axisOf(rows, { numbered: false });
      for (const [index, each] of placed.entries()) {
        const above = placed[index - 1];
        const bottom = above === undefined ? 0 : above.textY + Math.max(above.lines.length - 1, 0) * 14;
        expect(each.textY - bottom).toBeGreaterThanOrEqual(14);
        expect(each.lines.every((line) => line.length <= 26)).toBe(true);
        expect(height).toBeGreaterThan(each.y);
      }
    }),
  );
});

test('no word of a text is lost when it is broken into lines', () => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      const [placed] = axisOf([row(0, text)], { numbered: false }).placed;
      expect(placed?.lines.join('').replaceAll(' ', '')).toBe(text.replaceAll(' ', ''));
    }),
  );
});

test('a long silence is shortened, and says how long it was; a short one is a gap', () => {
  const { placed, silences } = axisOf([row(0), row(20), row(60_020)], { numbered: false });
  expect(silences).toMatchObject([{ lasts: 60_000 }]);
  expect((placed[2]?.y ?? 0) - (placed[1]?.y ?? 0)).toBeLessThan(90);
});

test('an instant between two rows is between them in proportion, one outside of all at the nearest', () => {
  const { placed, yOf, height } = axisOf([row(0), row(100), row(200)], { numbered: false });
  const [first, second, third] = placed.map(({ y }) => y);
  expect(yOf(50)).toBe(Math.round(((first ?? 0) + (second ?? 0)) / 2));
  expect([yOf(100), yOf(-5), yOf(900)]).toEqual([second, first, third]);
  expect(height).toBeGreaterThan(third ?? 0);
});

test('rows of several sessions say whose they are', () => {
  const rows = [
    { ...row(0, 'Open()'), session: 2 },
    { ...row(1, ''), session: 2 },
  ];
  expect(axisOf(rows, { numbered: true }).placed.map(({ lines }) => lines)).toEqual([['#2 Open()'], []]);
  expect(axisOf(rows, { numbered: false }).placed.map(({ lines }) => lines)).toEqual([['Open()'], []]);
});
