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

test('a peer that ends the connection before it is cut ends the session', () => {
  const silent = scenario({
    client: { raw: true },
    workload: [{ at: 100, do: 'connect' }],
    service: { channelInitializationTimeout: 2_000 },
    faults: [down(4_000, 4_500)],
    runFor: 6_000,
  });
  const { claims } = predict(silent);
  expect(claims.find(({ subject }) => subject.side === 'client')).toMatchObject({ at: 2_100 });
});

test('an end that both the cut and the peer would bring is the work of the cut', () => {
  const { claims } = predict(scenario({ faults: [down(1_000, 1_500)], runFor: 5_000 }));
  const endings = claims.filter(({ outcome }) => outcome.is === 'endedByPeer');
  expect(endings.map(({ because }) => because)).toEqual(['connection-cut', 'connection-cut']);
});

test('of a close that the service completes before the client does, the client is the root', () => {
  const { claims, root } = predict(
    scenario({
      faults: [{ at: 0, stream: 'both', toxic: { type: 'latency', latency: 100, jitter: 0 } }],
      workload: [
        { at: 100, do: 'open' },
        { at: 2_000, do: 'close' },
      ],
      runFor: 5_000,
    }),
  );
  expect(claims[root]).toMatchObject({ subject: { side: 'client' }, outcome: { is: 'completes', operation: 'close' } });
});

test('a client that closes its connection after End leaves none that the pool could give up', () => {
  const { claims } = predict(
    scenario({
      workload: [
        { at: 100, do: 'open' },
        { at: 1_000, do: 'close' },
      ],
      service: { idleTimeout: 1_000 },
      runFor: 5_000,
    }),
  );
  expect(claims.some(({ outcome }) => outcome.is === 'fires')).toBe(false);
});
