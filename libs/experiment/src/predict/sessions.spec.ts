import { describe, expect, test } from '@jest/globals';
import type { Claim, Prediction } from '../claims.ts';
import type { Injection, Scenario, Step } from '../scenario.ts';
import { DOWN, partition, scenario } from '../testing/scenarios.ts';
import { predict, whyUnpredictable } from './predict.ts';

const TWO = [
  { at: 100, do: 'open' },
  { at: 500, do: 'close' },
  { at: 2_000, do: 'open' },
  { at: 2_500, do: 'close' },
] as const satisfies readonly Step[];

const sessions = (faults: readonly Injection[], change: Partial<Scenario> = {}): Scenario => ({
  ...scenario({ faults, workload: TWO, runFor: 6_000 }),
  ...change,
});

function lines({ claims, root }: Prediction): readonly string[] {
  return claims.map((claim, index) => `${lineOf(claim)}${index === root ? ' *' : ''}`);
}

function lineOf({ at, subject, outcome }: Claim): string {
  const what = outcome.is === 'completes' ? outcome.operation : outcome.is === 'fires' ? outcome.timer : outcome.is;
  return `${at} ${subject.side} ${subject.session} ${what}`;
}

describe('a session after another', () => {
  test('is a session of its own; the last one answers for a scenario in which nothing goes wrong', () => {
    expect(lines(predict(sessions([])))).toEqual([
      '100 client 1 open',
      '500 client 1 close',
      '500 service 1 close',
      '2000 client 2 open',
      '2500 client 2 close *',
      '2500 service 2 close',
    ]);
  });

  test('knows nothing of a proxy that was down and is up again', () => {
    const between = { ...DOWN, at: 900, heal: 1_400 };
    expect(predict(sessions([between]))).toEqual(predict(sessions([])));
  });

  test('is refused while the proxy is down, which is then the root', () => {
    expect(lines(predict(sessions([{ ...DOWN, at: 900 }])))).toEqual([
      '100 client 1 open',
      '500 client 1 close',
      '500 service 1 close',
      '2000 client 2 refused *',
      '2500 client 2 close',
    ]);
  });

  test('answers for the scenario if it is the first to become unusable', () => {
    expect(lines(predict(sessions([partition(1_000)], { workload: TWO.slice(0, 3) })))).toContain(
      '5000 client 2 open *',
    );
  });

  test('does not take that away from one before it that did', () => {
    const { service } = scenario({ service: { receiveTimeout: 1_000 } });
    const workload = [
      { at: 100, do: 'open' },
      { at: 1_500, do: 'close' },
      { at: 2_000, do: 'open' },
      { at: 2_500, do: 'close' },
    ] as const;
    expect(lines(predict(sessions([], { path: 'direct', service, workload })))).toEqual([
      '100 client 1 open',
      '1100 service 1 receive *',
      '1100 client 1 endedByPeer',
      '1500 client 1 close',
      '2000 client 2 open',
      '2500 client 2 close',
      '2500 service 2 close',
    ]);
  });

  test('cannot be told while the one before may still last', () => {
    const held = { at: 300, heal: 1_951, stream: 'downstream', toxic: { type: 'bandwidth', rate: 0 } } as const;
    expect(whyUnpredictable(sessions([held]))).toContain('keep them 50 ms apart');
    const until = (heal: number) => whyUnpredictable(sessions([{ ...held, heal }]));
    expect(until(1_851)).toBe(
      'Session 2 is opened at 2000, but session 1 may last until 1951: sessions follow each other, 50 ms apart.',
    );
    expect(until(1_850)).toBeUndefined();
  });

  test('is not told of killed and frozen processes', () => {
    const frozen = { processFaults: [{ at: 3_000, heal: 3_500, side: 'client', how: 'freeze' }] } as const;
    expect(whyUnpredictable(sessions([], frozen))).toContain('several sessions');
  });
});
