import { expect, test } from '@jest/globals';
import type { JudgedExperiment, Verdict } from '@lapse/experiment';
import { bounded } from './judgement.ts';

const unpredicted = (number: number): Verdict => ({ status: 'refuted', reason: `unpredicted firing ${number}` });

function judged(verdicts: readonly Verdict[], lateness: readonly number[] = []): JudgedExperiment {
  return {
    id: 'a',
    scenario: 'idle',
    status: 'refuted',
    root: 0,
    verdicts,
    proofs: [],
    lateness,
    folder: '/runs/a',
    digest: '00',
  };
}

test('an ordinary judgement is kept whole', () => {
  const ordinary = judged([{ status: 'confirmed', reason: 'as predicted' }, unpredicted(1)], [1, 2]);
  expect(bounded(ordinary)).toEqual(ordinary);
});

test('of thousands of unpredicted events a workflow keeps the first, how many are left out, and how bad they are', () => {
  const root: Verdict = { status: 'confirmed', reason: 'as predicted' };
  const many = judged([root, ...Array.from({ length: 5_000 }, (_, index) => unpredicted(index))]);
  const kept = bounded(many);
  expect(Buffer.byteLength(JSON.stringify(kept))).toBeLessThanOrEqual(32 * 1_024);
  expect(kept.verdicts[kept.root]).toEqual(root);
  expect(kept.verdicts[1]).toEqual(unpredicted(0));
  const last = kept.verdicts.at(-1);
  expect(last?.status).toBe('refuted');
  expect(last?.reason).toContain(`${5_001 - (kept.verdicts.length - 1)} further verdicts`);
});

test('of very many firings the latest are kept', () => {
  const lateness = Array.from({ length: 20_000 }, (_, index) => index % 1_000);
  expect(bounded(judged([unpredicted(1)], lateness)).lateness.slice(0, 3)).toEqual([999, 999, 999]);
});
