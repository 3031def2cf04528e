import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { complaintsAbout, tableOf } from './report.ts';
import { type Outcome, type Round, RoundsOnDisk, roundOf } from './rounds.ts';

const outcome = (verdict: Outcome['verdict'], byNoise = false): Outcome => ({
  ...{ scenario: 'idle', verdict, experiments: verdict === 'inconclusive' ? 2 : 1 },
  reasons: verdict === 'confirmed' ? [] : [{ reason: 'it was late', byNoise, noise: 120 }],
});
const round = (...outcomes: readonly Outcome[]): Round => ({ commit: 'abc', folder: '/runs/1', outcomes });
const often = (count: number, one: Outcome) => Array.from({ length: count }, () => one);

describe('a suite has endured', () => {
  test('when all is confirmed', () => {
    expect(complaintsAbout([round(...often(3, outcome('confirmed')))])).toEqual([]);
  });
  test('when one of a hundred is inconclusive by noise', () => {
    expect(complaintsAbout([round(...often(99, outcome('confirmed')), outcome('inconclusive', true))])).toEqual([]);
  });
});

describe('a suite has not endured', () => {
  test.each([
    ['one is refuted', [...often(99, outcome('confirmed')), outcome('refuted')]],
    ['one is broken', [...often(99, outcome('confirmed')), outcome('broken')]],
    [
      'two of a hundred are inconclusive',
      [...often(98, outcome('confirmed')), ...often(2, outcome('inconclusive', true))],
    ],
    ['one is inconclusive without noise', [...often(99, outcome('confirmed')), outcome('inconclusive')]],
    ['nothing was run', []],
  ])('when %s', (_, outcomes) => {
    expect(complaintsAbout([round(...outcomes)])).toHaveLength(1);
  });
});

test('the table tells the noise of what is inconclusive', () => {
  expect(
    tableOf([round(outcome('confirmed'), outcome('inconclusive', true))])
      .split('\n')
      .slice(1),
  ).toEqual([
    'idle                 1             -             1             -             1',
    'inconclusive: idle, it was late (noise 120 ms)',
  ]);
});

test("a document's last experiment decides, and what it does not explain its sentence does", () => {
  const judged = {
    experiments: [
      { verdicts: [{ status: 'inconclusive', reason: 'first', byNoise: true }] },
      {
        verdicts: [
          { status: 'confirmed', reason: 'fine' },
          { status: 'inconclusive', reason: 'second', byNoise: true, noise: 7 },
        ],
      },
    ],
  };
  const told = { scenario: 'idle', sentence: 'a sentence' };
  const document = {
    folder: '/runs/1',
    scenarios: [
      { ...told, verdict: 'inconclusive', judged },
      { ...told, verdict: 'broken' },
    ],
  } as const;
  expect(roundOf(document, 'abc').outcomes).toEqual([
    {
      ...{ scenario: 'idle', verdict: 'inconclusive', experiments: 2 },
      reasons: [{ reason: 'second', byNoise: true, noise: 7 }],
    },
    { scenario: 'idle', verdict: 'broken', experiments: 0, reasons: [{ reason: 'a sentence', byNoise: false }] },
  ]);
});

describe('rounds on disk', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'lapse-endurance-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  test('are found again, those of the same commit', () => {
    const file = join(folder, 'deep', 'rounds.jsonl');
    new RoundsOnDisk(file).add(round(outcome('confirmed')));
    new RoundsOnDisk(file).add({ ...round(), commit: 'other' });
    expect(new RoundsOnDisk(file).of('abc')).toEqual([round(outcome('confirmed'))]);
  });
  test('do not count a line that was cut off', () => {
    const file = join(folder, 'rounds.jsonl');
    writeFileSync(file, `${JSON.stringify(round())}\n{"commit":"abc","fol`);
    expect(new RoundsOnDisk(file).of('abc')).toHaveLength(1);
  });
  test('can be forgotten', () => {
    const rounds = new RoundsOnDisk(join(folder, 'rounds.jsonl'));
    rounds.add(round());
    rounds.forget();
    expect(rounds.of('abc')).toEqual([]);
  });
});
