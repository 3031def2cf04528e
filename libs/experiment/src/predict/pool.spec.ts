import { describe, expect, test } from '@jest/globals';
import type { Claim, Loser, Prediction } from '../claims.ts';
import type { Injection, Scenario, Step } from '../scenario.ts';
import { type Difference, DOWN, POOL, SITUATIONS, scenario, TWO_SESSIONS } from '../testing/scenarios.ts';
import { predict, whyUnpredictable } from './predict.ts';

/** Two sessions of a client with a connection pool. */
const pooled = ({ client, ...difference }: Difference = {}): Scenario =>
  scenario({
    workload: TWO_SESSIONS,
    runFor: 4_000,
    ...difference,
    client: { connectionPoolSettings: POOL, ...client },
  });

function lines({ claims, root }: Prediction): readonly string[] {
  return claims.map((claim, index) => `${lineOf(claim)}${index === root ? ' *' : ''}`);
}

function lineOf({ at, subject, outcome }: Claim): string {
  const what = outcome.is === 'completes' ? outcome.operation : outcome.is === 'fires' ? outcome.timer : outcome.is;
  return `${at} ${subject.side} ${subject.session} ${what}`;
}

function rootLosers({ claims, root }: Prediction): Readonly<Record<string, Loser>> {
  return Object.fromEntries((claims[root]?.losers ?? []).map((loser) => [`${loser.side} ${loser.timer}`, loser]));
}

const held = (at: number, heal?: number): Injection => ({
  at,
  stream: 'upstream',
  toxic: { type: 'bandwidth', rate: 0 },
  ...(heal === undefined ? {} : { heal }),
});

const FIRST = ['100 client 1 open', '500 client 1 close', '500 service 1 close'];

describe('a session after another, of a client with a pool', () => {
  test('opens on the connection that the first one left: no channel initialization begins', () => {
    const prediction = predict(SITUATIONS.reused);
    expect(lines(prediction)).toEqual([
      ...FIRST,
      '2000 client 2 open',
      '2400 client 2 close *',
      '2400 service 2 close',
    ]);
    expect(rootLosers(prediction)['service channelInitialization']).toMatchObject({ why: 'notArmed' });
    const alone = predict({ ...SITUATIONS.reused, client: { ...SITUATIONS.control.client } });
    expect(rootLosers(alone)['service channelInitialization']).toMatchObject({ why: 'cancelledBy' });
  });

  test('stops the idle timer of the connection with its content type, not with its first byte', () => {
    const change = { service: { receiveTimeout: 1_000 }, workload: TWO_SESSIONS.slice(0, 3) };
    expect(rootLosers(predict(pooled(change)))['service poolIdle']).toMatchObject({
      why: 'cancelledBy',
      by: 'contentTypeRead',
    });
  });

  test('finds that the service let the connection go, says nothing, and opens on another one', () => {
    const prediction = predict(pooled({ service: { idleTimeout: 1_000 } }));
    expect(lines(prediction)).toEqual([
      ...FIRST,
      '1500 service 1 poolIdle',
      '2000 client 2 discards',
      '2000 client 2 open',
      '2400 client 2 close *',
      '2400 service 2 close',
      '3400 service 2 poolIdle',
    ]);
    expect(rootLosers(prediction)['service channelInitialization']).toMatchObject({ why: 'cancelledBy' });
  });

  test('finds the same of a proxy that was down in between', () => {
    expect(lines(predict(pooled({ faults: [{ ...DOWN, at: 900, heal: 1_400 }] })))).toEqual([
      ...FIRST,
      '2000 client 2 discards',
      '2000 client 2 open',
      '2400 client 2 close *',
      '2400 service 2 close',
    ]);
  });

  test('is refused where the proxy is still down for its second attempt', () => {
    expect(lines(predict(pooled({ faults: [{ ...DOWN, at: 900 }] })))).toEqual([
      ...FIRST,
      '2000 client 2 discards',
      '2000 client 2 refused *',
      '2400 client 2 close',
    ]);
  });

  test('counts one deadline over both attempts', () => {
    const prediction = predict(SITUATIONS.twoAttempts);
    expect(lines(prediction)).toEqual([
      ...FIRST,
      '2500 service 2 poolIdle',
      '2500 client 2 discards',
      '4000 client 2 open *',
      '4400 service 2 survives',
    ]);
    expect(rootLosers(prediction)['service channelInitialization']).toMatchObject({ wouldFireAt: 8_500 });
  });

  test('opens with the second attempt as soon as the path lets it', () => {
    const workload = [...TWO_SESSIONS.slice(0, 3), { at: 3_700, do: 'close' }] satisfies readonly Step[];
    const change = { workload, service: { idleTimeout: 2_000 }, faults: [held(1_200, 3_200)] };
    expect(lines(predict(pooled(change)))).toEqual([
      ...FIRST,
      '2500 service 2 poolIdle',
      '2500 client 2 discards',
      '3200 client 2 open',
      '3700 client 2 close *',
      '3700 service 2 close',
    ]);
  });

  test('spends its whole deadline on a connection that never answers', () => {
    const prediction = predict(
      pooled({ client: { openTimeout: 1_000 }, faults: [held(1_200)], workload: TWO_SESSIONS.slice(0, 3) }),
    );
    expect(lines(prediction)).toEqual([
      ...FIRST,
      '3000 client 2 discards',
      '3000 client 2 open *',
      '4000 service 2 survives',
    ]);
    expect(rootLosers(prediction)['service poolIdle']).toMatchObject({ why: 'preemptedBy', wouldFireAt: 40_500 });
    expect(rootLosers(prediction)['service channelInitialization']).toMatchObject({ why: 'notArmed' });
  });

  test('does not try a connection that has lain in the pool, or was connected, for too long', () => {
    for (const [tooOld, young] of [
      [{ idleTimeout: 1_200 }, { idleTimeout: 1_800 }],
      [{ leaseTimeout: 1_600 }, { leaseTimeout: 2_200 }],
    ]) {
      const using = (change: object = {}) =>
        lines(predict(pooled({ client: { connectionPoolSettings: { ...POOL, ...change } } })));
      expect(using(tooOld)).toContain('2000 client 2 discards');
      expect(using(young)).not.toContain('2000 client 2 discards');
    }
  });

  test('cannot be told where the pool may or may not be too old, or the service may or may not have let go', () => {
    const at = (idleTimeout: number) =>
      whyUnpredictable(pooled({ client: { connectionPoolSettings: { ...POOL, idleTimeout } } }));
    expect(at(1_500)).toBe("The session at 2000 is opened where the pool's idleTimeout ends: keep them 200 ms apart.");
    expect([at(1_300), at(1_700)]).toEqual([undefined, undefined]);
    expect(whyUnpredictable(pooled({ service: { idleTimeout: 1_450 } }))).toContain('poolIdle timer is due at 1950');
    expect(whyUnpredictable(pooled({ service: { idleTimeout: 1_550 } }))).toContain('poolIdle timer is due at 2050');
  });

  test('leaves its connection to the third: the lease counts from the first', () => {
    const workload = [...TWO_SESSIONS, { at: 3_000, do: 'open' }, { at: 3_400, do: 'close' }] satisfies readonly Step[];
    const with_ = (leaseTimeout: number) =>
      lines(predict(pooled({ workload, client: { connectionPoolSettings: { ...POOL, leaseTimeout } } })));
    expect(with_(3_200)).not.toContain('3000 client 3 discards');
    expect(with_(2_600)).toContain('3000 client 3 discards');
  });

  test.each<[string, Step['do']]>([['aborted', 'abort']])('finds no connection of one that was %s', (_, how) => {
    const workload = TWO_SESSIONS.with(1, { at: 500, do: how });
    expect(rootLosers(predict(pooled({ workload })))['service channelInitialization']).toMatchObject({
      why: 'cancelledBy',
    });
  });

  test('is not told of what counts the bytes of a whole connection', () => {
    const limit = { at: 900, stream: 'upstream', toxic: { type: 'limit_data', bytes: 10 } } as const;
    expect(whyUnpredictable(pooled({ faults: [limit] }))).toContain('limit_data');
  });
});
