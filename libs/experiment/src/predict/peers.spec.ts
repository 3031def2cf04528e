import { describe, expect, test } from '@jest/globals';
import type { Injection, Scenario, ServiceSettings, Step } from '../scenario.ts';
import { DOWN, partition, SITUATIONS, scenario } from '../testing/scenarios.ts';
import { predict, whyUnpredictable } from './predict.ts';

const rootOf = (which: Scenario) => {
  const { claims, root } = predict(which);
  const claim = claims[root];
  if (claim === undefined) throw new Error('no root');
  return claim;
};
const loser = (which: Scenario, side: string, timer: string) =>
  rootOf(which).losers.find((each) => each.side === side && each.timer === timer);

describe('a raw client that drips its preamble', () => {
  const dripping = (
    drip: Step['drip'],
    {
      service = {},
      faults = [],
      runFor = 8_000,
    }: {
      readonly service?: Partial<ServiceSettings>;
      readonly faults?: readonly Injection[];
      readonly runFor?: number;
    },
  ) =>
    scenario({
      client: { raw: true },
      workload: [{ at: 100, do: 'connect', ...(drip && { drip }) }],
      service,
      faults,
      runFor,
    });

  test('does not extend channel initialization, byte by byte, whatever is left to send', () => {
    const { at, span, within } = rootOf(SITUATIONS.drippedUntilInitialization);
    expect({ at, span, within }).toEqual({ at: 2_100, span: 2_000, within: { earliest: 2_095, latest: 2_220 } });
    expect(loser(SITUATIONS.drippedUntilInitialization, 'service', 'receive')).toMatchObject({ why: 'notArmed' });
  });

  test('that sends all of it in time leaves a session that no call ever uses', () => {
    const { losers, span } = rootOf(SITUATIONS.drippedThenSilent);
    expect(span).toBe(3_000);
    expect(losers).toMatchObject([
      { timer: 'channelInitialization', why: 'cancelledBy', by: 'contentTypeRead' },
      { timer: 'open', why: 'cancelledBy', by: 'opened' },
      { timer: 'poolIdle', why: 'notArmed' },
    ]);
  });

  test('completes the content type with the last byte but one: 2 to 8 writes of 16, the first at once', () => {
    const { at, within } = rootOf(SITUATIONS.drippedThenSilent);
    expect({ at, within }).toEqual({ at: 3_150, within: { earliest: 3_145, latest: 3_150 + 300 + 100 + 30 } });
  });

  test.each([
    [31, 3_100],
    [30, 3_600],
  ])('of %i bytes at a time has its content type at 3 s before %i at the earliest', (bytes, at) => {
    expect(rootOf(dripping({ bytes, every: 500 }, { service: { receiveTimeout: 3_000 } })).at).toBe(at);
  });

  test('meets no killed or frozen process either', () => {
    const drip = { bytes: 16, every: 50 };
    const processFaults = [{ at: 300, side: 'service', how: 'kill' }] as const;
    expect(whyUnpredictable({ ...dripping(drip, {}), processFaults })).toContain('drips until 500');
  });

  test('in one write opens at once', () => {
    const whole = dripping({ bytes: 128, every: 5_000 }, { service: { receiveTimeout: 3_000 } });
    expect(rootOf(whole)).toMatchObject({ at: 3_100, within: { latest: 3_230 } });
  });

  test('whose length decides whether channel initialization runs out cannot be said', () => {
    const close = dripping({ bytes: 1, every: 100 }, { service: { channelInitializationTimeout: 5_000 } });
    expect(whyUnpredictable(close)).toContain('nobody can say which comes first');
  });

  test('meets no fault: each write would meet it in another way', () => {
    const drip = { bytes: 16, every: 50 };
    const service = { receiveTimeout: 3_000 };
    const until = 100 + 8 * 50;
    expect(whyUnpredictable(dripping(drip, { service, faults: [partition(300, 900)] }))).toContain('drips until 500');
    expect(whyUnpredictable(dripping(drip, { service, faults: [partition(0, 100)] }))).toBeDefined();
    expect(whyUnpredictable(dripping(drip, { service, faults: [partition(until, 900)] }))).toContain('drips until 500');
    expect(whyUnpredictable(dripping(drip, { service, faults: [partition(until + 1, 900)] }))).toBeUndefined();
    expect(whyUnpredictable(dripping(drip, { service, faults: [partition(0, 40)] }))).toBeUndefined();
  });

  test('is refused like any other where nothing listens', () => {
    expect(rootOf(dripping(undefined, { faults: [DOWN] })).outcome.is).toBe('refused');
  });
});

describe('a service that never acknowledges', () => {
  test('has opened its session by its own account, when the client gives up', () => {
    expect(loser(SITUATIONS.neverAcknowledges, 'service', 'open')).toMatchObject({ why: 'cancelledBy', by: 'opened' });
    expect(loser(SITUATIONS.neverAcknowledges, 'service', 'receive')).toEqual({
      side: 'service',
      timer: 'receive',
      why: 'preemptedBy',
      by: 'open',
      wouldFireAt: 30_100,
    });
  });

  test('whose receive timeout is shorter than the open of the client rejects it', () => {
    expect(rootOf(SITUATIONS.neverAcknowledgesUntilReceive)).toMatchObject({ span: 2_000, margin: 1_000 });
  });
});

describe('a service that never ends', () => {
  test('has closed its session by its own account, and keeps the connection for the next', () => {
    expect(loser(SITUATIONS.neverEnds, 'service', 'receive')).toMatchObject({ why: 'cancelledBy', by: 'ended' });
    expect(loser(SITUATIONS.neverEnds, 'service', 'poolIdle')).toEqual({
      side: 'service',
      timer: 'poolIdle',
      why: 'preemptedBy',
      by: 'close',
      wouldFireAt: 41_000,
    });
  });

  test('acknowledges as any other', () => {
    expect(predict(SITUATIONS.neverEnds).claims[0]).toMatchObject({
      at: 100,
      because: 'open-completes',
      symptom: null,
    });
  });
});
