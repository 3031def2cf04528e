import fc from 'fast-check';
import type { ReportedRun, ReportedScenario } from '../reported-run.ts';

/** A confirmed scenario, all of it told. */
export const CONFIRMED: ReportedScenario = {
  scenario: 'idle',
  id: 'idle-20260301-020304-1-beef',
  file: 'chaos/scenarios/idle.yaml',
  about: 'An idle session ends.',
  runForMs: 5_300,
  predicted: 'service receive timeout at 5.000 s',
  observed: 'service receive timeout at 5.006 s',
  verdict: 'confirmed',
  marginMs: 1_900,
  sentence: 'The service gave up.',
  clientSees: 'nothing, until its next use',
  lost: 'service open (cancelled by opened)',
  argued: 'service receive timeout at 5.000 s',
  scaled: 'scale 0.008: 4.800 s stands for 10 min',
  evidence: ['/runs/1/idle-1'],
};

/** What is known of a scenario that came to nothing. */
export function ending(
  verdict: ReportedScenario['verdict'],
  sentence: string,
  scenario: string = verdict,
): ReportedScenario {
  return { scenario, id: `${scenario}-1`, predicted: '-', observed: '-', verdict, sentence, evidence: [] };
}

export function runOf(...scenarios: readonly ReportedScenario[]): ReportedRun {
  return {
    ...{ exitCode: 1, status: 'refuted', folder: '/runs/1', conductor: 'temporal', injector: 'toxiproxy' },
    commit: 'c0ffee',
    scenarios,
  };
}

/** Any UTF-16, halves of surrogate pairs included, with much of what means something to a reader. */
const text = fc
  .array(
    fc.oneof(
      fc.integer({ min: 0, max: 0xffff }).map((unit) => String.fromCharCode(unit)),
      fc.constantFrom(']]>', '|', '\\|', '`', '\n', '\r\n', '\t', '&amp;', '<b>', '"', '😀', '$x$', '- ', '# ', '1. '),
      fc.string(),
    ),
  )
  .map((parts) => parts.join(''));

const verdict = fc.constantFrom('confirmed', 'refuted', 'inconclusive', 'broken', 'skipped');

/** Any run whatever its texts hold, with names that come more than once. */
export const anyRun: fc.Arbitrary<ReportedRun> = fc
  .array(
    fc.record(
      {
        scenario: fc.oneof(fc.constantFrom('a', 'a (round 2)', 'a\u0001', 'a\uFFFD'), text),
        ...{ id: text, file: text, about: text, sentence: text, predicted: text, observed: text },
        ...{ clientSees: text, lost: text, argued: text, scaled: text },
        verdict,
        runForMs: fc.nat(),
        marginMs: fc.nat(),
        evidence: fc.array(text, { maxLength: 2 }),
      },
      { requiredKeys: ['scenario', 'id', 'sentence', 'predicted', 'observed', 'verdict', 'evidence'] },
    ),
    { maxLength: 6 },
  )
  .chain((scenarios) =>
    fc.record({ note: text, seed: text, folder: text, commit: text }).map((texts) => ({
      ...runOf(...scenarios),
      ...texts,
    })),
  );
