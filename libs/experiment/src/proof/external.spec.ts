import { describe, expect, test } from '@jest/globals';
import { assemble } from '../evidence/assemble.ts';
import { judge } from '../judge/judge.ts';
import { predict } from '../predict/predict.ts';
import type { Scenario } from '../scenario.ts';
import { TARGET, withoutService } from '../testing/external.ts';
import { HISTORIES } from '../testing/histories.ts';
import { HistoryBuilder, linesOf, type Recorded } from '../testing/history.ts';
import { adding, dropping } from '../testing/judged.ts';
import { partition, SITUATIONS, scenario } from '../testing/scenarios.ts';
import { prove } from './prove.ts';

const evidenceOf = (records: readonly Recorded[]) => assemble(linesOf(withoutService(records)));
const proofOf = (of: Scenario, records: readonly Recorded[]) => prove(of, evidenceOf(records))[0];
const withoutCanary = dropping(({ type }) => type === 'canary');
const received = (at: number) =>
  adding({ source: 'host', side: 'client', connection: 1, at, type: 'received', bytes: '0b' });

const unanswered = dropping((record) => record.type === 'canary' && record.what === 'answered' && record.at >= 2_000);
const opened = (of: Scenario) =>
  new HistoryBuilder(of).begins().opens(100).preambleArrives(101, 100).acknowledged(102, 100).injects(0).ends().records;

describe('a service that keeps no record for us', () => {
  test('accepts connections that nobody else tells of: nothing is missing in the history', () => {
    const records = HISTORIES.idleThroughProxy();
    expect(evidenceOf(records).problems).toEqual([]);
    const unlabelled = dropping(({ source }) => source === 'service')(records);
    expect(assemble(linesOf(unlabelled)).problems.map(({ kind }) => kind)).toContain('pairing');
  });

  test('is confirmed by what its client saw', () => {
    const of = { ...SITUATIONS.idleThroughProxy, target: TARGET };
    const evidence = evidenceOf(HISTORIES.idleThroughProxy());
    expect(judge(predict(of), evidence, []).map(({ status }) => status)).toEqual(['confirmed', 'confirmed']);
    const unended = evidenceOf(
      dropping(({ type }) => type === 'peerEnded' || type === 'sessionEnded')(HISTORIES.idleThroughProxy()),
    );
    expect(judge(predict(of), unended, []).map(({ status }) => status)).toEqual(['confirmed', 'refuted']);
  });
});

describe('a hold in front of it', () => {
  const of = SITUATIONS.openUnanswered;

  test("is not proven by the session's own bytes, for nobody says that they did not arrive", () => {
    expect(proofOf(of, withoutCanary(HISTORIES.openUnanswered()))?.proven).toBe(false);
  });

  test('is proven by a canary', () => {
    expect(proofOf(of, HISTORIES.openUnanswered())).toMatchObject({
      proven: true,
      by: expect.stringContaining('A canary, answered before, sent'),
    });
  });

  const later = (stream: 'both' | 'upstream') => scenario({ faults: [{ ...partition(2_000), stream }], runFor: 4_000 });

  test.each([
    ['both', 2_053, true],
    ['both', 2_054, false],
    ['upstream', 2_500, true],
  ] as const)('of %s, in place at 2003, that let something pass at %i is proven: %s', (stream, at, proven) => {
    expect(proofOf(later(stream), received(at)(unanswered(opened(later(stream)))))?.proven).toBe(proven);
  });
});

describe('a latency that is longer than what is left of the measurement', () => {
  const of = scenario({
    faults: [{ at: 2_000, stream: 'upstream', toxic: { type: 'latency', latency: 5_000, jitter: 0 } }],
    runFor: 4_000,
  });

  test('is proven by a canary that still waits', () => {
    expect(proofOf(of, unanswered(opened(of)))).toMatchObject({
      proven: true,
      by: expect.stringMatching(/still waited for the answer to its ping of \d+ at 4000/),
    });
  });

  test('is not proven by a canary whose connection has ended, or that got an answer', () => {
    const ends = adding({ source: 'host', at: 2_100, type: 'canary', what: 'ended', purpose: 'proof' });
    expect(proofOf(of, ends(unanswered(opened(of))))?.proven).toBe(false);
    expect(proofOf(of, opened(of))?.proven).toBe(false);
  });
});
