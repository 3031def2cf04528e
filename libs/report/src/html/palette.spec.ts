import { expect, test } from '@jest/globals';
import { PALETTE, READ_ON } from './palette.ts';

/** Relative luminance, as WCAG 2 defines it. */
function luminance(colour: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5]
    .map((at) => Number.parseInt(colour.slice(at, at + 2), 16) / 255)
    .map((share) => (share <= 0.040_45 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4));
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function contrast(one: string, other: string): number {
  const [less = 0, more = 0] = [luminance(one), luminance(other)].toSorted((a, b) => a - b);
  return (more + 0.05) / (less + 0.05);
}

const PAIRS = (['light', 'dark'] as const).flatMap((scheme) =>
  READ_ON.map(([ink, paper]) => [scheme, ink, paper] as const),
);

test.each(PAIRS)('%s: %s can be read on %s', (scheme, ink, paper) => {
  expect(contrast(PALETTE[scheme][ink], PALETTE[scheme][paper])).toBeGreaterThanOrEqual(4.5);
});

test.each(['light', 'dark'] as const)('%s: what is drawn stands off the paper', (scheme) => {
  const { paper, life, open, edge } = PALETTE[scheme];
  for (const line of [life, open, edge]) expect(contrast(line, paper)).toBeGreaterThanOrEqual(3);
});
