import { expect, test } from '@jest/globals';
import type { Injection } from '../scenario.ts';
import { scenario } from '../testing/scenarios.ts';
import { predict } from './predict.ts';

const down = (at: number, heal: number): Injection => ({ at, heal, stream: 'both', toxic: { type: 'down' } });

test('of two cuts the first one ends a session, in whatever order the plan names them', () => {
  for (const faults of [
    [down(1_000, 1_500), down(3_000, 3_500)],
    [down(3_000, 3_500), down(1_000, 1_500)],
  ]) {
    const { claims } = predict(scenario({ faults, runFor: 5_000 }));
    const endings = claims.filter(({ outcome }) => outcome.is === 'endedByPeer');
    expect(endings.map(({ at, subject }) => `${subject.side} ${at}`).sort()).toEqual(['client 1000', 'service 1000']);
  }
});
