import { expect, test } from '@jest/globals';
import type { Injection } from '../scenario.ts';
import { scenario } from '../testing/scenarios.ts';
import { predict } from './predict.ts';

const slow = (rate: number): Injection => ({ at: 0, stream: 'both', toxic: { type: 'bandwidth', rate } });

function receiveLoser(faults: readonly Injection[]) {
  const { claims, root } = predict(scenario({ faults, runFor: 3_000, service: { receiveTimeout: 60_000 } }));
  return claims[root]?.losers.find(({ side, timer }) => side === 'service' && timer === 'receive');
}

test('a loser is said when it would have fired', () => {
  expect(receiveLoser([])).toMatchObject({ why: 'preemptedBy', wouldFireAt: expect.any(Number) });
});

test('a deadline that a toxic leaves open by more than could be checked is not named', () => {
  expect(receiveLoser([slow(1)])).toMatchObject({ why: 'preemptedBy' });
  expect(receiveLoser([slow(1)])).not.toHaveProperty('wouldFireAt');
});

test('the margin is counted from the last instant at which the winner may fire', () => {
  const { claims, root } = predict(
    scenario({
      faults: [{ ...slow(1), stream: 'upstream' }],
      service: { misbehave: 'neverAcknowledges', receiveTimeout: 2_000 },
      runFor: 3_000,
    }),
  );
  expect(claims[root]).toMatchObject({
    outcome: { timer: 'receive' },
    at: 2_131,
    within: { latest: 2_131 + 96 + 120 },
  });
  expect(claims[root]?.margin).toBe(3_100 - 2_131 - 96);
});

test('a timer that is armed at the instant of the winner, by what leads to it, counts from there', () => {
  const cut: Injection = { at: 550, stream: 'downstream', toxic: { type: 'limit_data', bytes: 20 } };
  const { claims, root } = predict(
    scenario({
      faults: [cut],
      workload: [
        { at: 100, do: 'open' },
        { at: 400, do: 'call', call: { operation: 'echo' } },
        { at: 700, do: 'call', call: { operation: 'echo' } },
      ],
    }),
  );
  expect(claims[root]).toMatchObject({ at: 700, outcome: { is: 'endedByPeer' } });
  expect(claims[root]?.losers).toContainEqual(
    expect.objectContaining({ side: 'service', timer: 'receive', wouldFireAt: 30_700 }),
  );
});
