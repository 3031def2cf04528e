import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { HISTORIES, type HistoryName } from '../testing/histories.ts';
import { LABELS, linesOf } from '../testing/history.ts';
import { judged, judgedLines } from '../testing/judged.ts';
import { SITUATIONS } from '../testing/scenarios.ts';
import { worst } from './judge.ts';

const NAMES = Object.keys(HISTORIES).filter((name): name is HistoryName => name in HISTORIES);

test('a judged experiment carries its labels, folder, digest and root, and fits into a workflow', () => {
  const experiment = judged('openUnansweredThenServiceGivesUp');
  expect(experiment).toMatchObject({
    id: 'x',
    scenario: 'from-a-test',
    folder: '/x',
    digest: 'd',
    labels: LABELS,
    root: 0,
  });
  expect(JSON.stringify(experiment).length).toBeLessThan(32_768);
});

test('a scenario is as bad as its worst claim; no verdict at all decides nothing', () => {
  expect(worst(['confirmed', 'inconclusive', 'refuted'])).toBe('refuted');
  expect(worst(['confirmed', 'inconclusive'])).toBe('inconclusive');
  expect(worst(['confirmed', 'confirmed'])).toBe('confirmed');
  expect(worst([])).toBe('inconclusive');
});

/** Lines of real histories, mixed, cut, repeated, with some of their values replaced. */
const mangled = fc.array(
  fc
    .tuple(
      fc.constantFrom(...NAMES.flatMap((name) => linesOf(HISTORIES[name]()))),
      fc.nat(400),
      fc.oneof(fc.constant(''), fc.json(), fc.string()),
    )
    .map(([line, position, replacement]) =>
      replacement === '' ? line : line.slice(0, position) + replacement + line.slice(position + replacement.length),
    ),
);

test('any lines are judged, never an exception, and lines that are no history confirm nothing', () => {
  fc.assert(
    fc.property(fc.constantFrom(...NAMES), mangled, (name, lines) => {
      const { verdicts, root } = judgedLines(SITUATIONS[name], lines);
      expect(verdicts[root]?.claim).toBeDefined();
      expect(['confirmed', 'inconclusive', 'refuted']).toContain(verdicts[root]?.status);
      if (!lines.some((line) => line.includes('measurementEnded')))
        expect(verdicts.every(({ status }) => status === 'inconclusive')).toBe(true);
    }),
  );
});

test('a history with any one line missing, unless it was the last of its source, is not confirmed', () => {
  const lines = linesOf(HISTORIES.idleThroughProxy());
  const end = lines.findIndex((line) => line.includes('measurementEnded'));
  const last = lines.findLastIndex((line) => line.includes('"source":"service"'));
  fc.assert(
    fc.property(fc.integer({ min: 0, max: end }), (index) => {
      fc.pre(index !== last);
      expect(judgedLines(SITUATIONS.idleThroughProxy, lines.toSpliced(index, 1)).status).not.toBe('confirmed');
    }),
    { numRuns: 200 },
  );
});
