import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { SITUATIONS } from '../testing/scenarios.ts';
import { predict } from './predict.ts';
import { RULES } from './rules.ts';

const HEADINGS = headings(readFileSync(new URL('../../../../docs/rules.md', import.meta.url), 'utf8'));
const BECAUSE = new Set(
  Object.values(SITUATIONS).flatMap((situation) => predict(situation).claims.map(({ because }) => because)),
);

/** Text below each `## id`. */
function headings(markdown: string): ReadonlyMap<string, string> {
  const sections = markdown.split(/^## /m).slice(1);
  return new Map(
    sections.map((section) => [section.slice(0, section.indexOf('\n')), section.slice(section.indexOf('\n'))]),
  );
}

describe('docs/rules.md', () => {
  test('has a heading for each rule, in the same order, and no other', () => {
    expect([...HEADINGS.keys()]).toEqual(RULES.map(({ id }) => id));
  });

  test.each(RULES)(
    '$id stands there with its source, formula and calibration',
    ({ id, source, formula, calibration, restsOn = [] }) => {
      const section = HEADINGS.get(id) ?? '';
      expect(section).toContain(`- Source: ${source}\n`);
      expect(section).toContain(`- Formula: ${formula}\n`);
      expect(section.toLowerCase()).toContain(`- ${calibration.toLowerCase()}\n`);
      expect(calibration).toMatch(/^(calibrated by \S|uncalibrated$)/);
      expect([...section.matchAll(/\(#([a-z-]+)\)/g)].map(([, rule]) => rule)).toEqual(restsOn);
    },
  );

  test('every reason that a claim gives is a heading', () => {
    expect([...BECAUSE].filter((because) => !HEADINGS.has(because))).toEqual([]);
  });

  test('every heading is a reason of some claim, or such a reason rests on it', () => {
    const used = new Set<string>();
    const use = (id: string) => {
      if (used.has(id)) return;
      used.add(id);
      RULES.find((rule) => rule.id === id)?.restsOn?.forEach(use);
    };
    BECAUSE.forEach(use);
    expect([...HEADINGS.keys()].filter((id) => !used.has(id))).toEqual([]);
  });
});
