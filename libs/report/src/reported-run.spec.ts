import { expect, test } from '@jest/globals';
import { countedVerdicts, type ReportedScenario } from './reported-run.ts';

const scenario = (verdict: ReportedScenario['verdict']): ReportedScenario => ({
  ...{ scenario: 's', id: 's-1', predicted: '-', observed: '-', sentence: 'It was so.', evidence: [] },
  verdict,
});

test('the verdicts of a run are counted, the worst first, and none that nothing came to', () => {
  const scenarios = [scenario('confirmed'), scenario('refuted'), scenario('confirmed'), scenario('broken')];
  expect(countedVerdicts({ scenarios })).toEqual([
    { verdict: 'broken', count: 1 },
    { verdict: 'refuted', count: 1 },
    { verdict: 'confirmed', count: 2 },
  ]);
});
