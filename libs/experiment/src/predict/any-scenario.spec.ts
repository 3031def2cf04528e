import { expect, test } from '@jest/globals';
import { INFINITE } from '@lapse/protocol/constants';
import fc from 'fast-check';
import type { CallPlan, Injection, ProcessFault, Scenario, Step, Toxic } from '../scenario.ts';
import { scenario } from '../testing/scenarios.ts';
import { predict } from './predict.ts';
import { Unpredictable } from './unpredictable.ts';

const instant = fc.integer({ min: 0, max: 60 }).map((tenths) => tenths * 100);
const span = fc.oneof(fc.constantFrom(0, 1, 50, INFINITE), instant);

const toxic: fc.Arbitrary<Toxic> = fc.oneof(
  fc.record({ type: fc.constant('latency' as const), latency: instant, jitter: fc.constantFrom(0, 0, 0, 5) }),
  fc.record({ type: fc.constant('bandwidth' as const), rate: fc.constantFrom(0, 0, 0, 1, 100) }),
  fc.record({ type: fc.constant('timeout' as const), timeout: fc.constantFrom(0, 0, 0, 10) }),
  fc.record({ type: fc.constant('slow_close' as const), delay: instant }),
  fc.record({
    type: fc.constant('slicer' as const),
    average_size: fc.integer({ min: 1, max: 60 }),
    size_variation: fc.constantFrom(0, 0, 3),
    delay: fc.nat(50_000),
  }),
  fc.record({ type: fc.constant('limit_data' as const), bytes: fc.nat(200) }),
  fc.record({ type: fc.constant('reset_peer' as const), timeout: instant }),
  fc.constant({ type: 'down' as const }),
);

const injection: fc.Arbitrary<Injection> = fc
  .record({
    at: instant,
    length: fc.option(instant),
    stream: fc.constantFrom('upstream' as const, 'downstream' as const, 'both' as const),
    toxic,
  })
  .map(({ at, length, stream, toxic: condition }) => ({
    at: at + 7,
    stream,
    toxic: condition,
    ...(length === null ? {} : { heal: at + length + 107 }),
  }));

const processFault: fc.Arbitrary<ProcessFault> = fc
  .record({
    at: instant,
    side: fc.constantFrom('client' as const, 'service' as const),
    length: fc.option(instant),
    how: fc.constantFrom('kill' as const, 'freeze' as const),
  })
  .map(({ at, side, length, how }) => ({
    at: at + 57,
    side,
    how,
    ...(length === null || how === 'kill' ? {} : { heal: at + length + 157 }),
  }));

const plan: fc.Arbitrary<CallPlan> = fc.oneof(
  fc.constantFrom<CallPlan>({ operation: 'echo' }, { operation: 'large', bytes: 2_000 }, { operation: 'oneWay' }),
  fc.record({ operation: fc.constant('askBack' as const), lasts: instant }),
  fc.constantFrom<CallPlan>(
    { operation: 'oneWay', bytes: 100, times: 50 },
    { operation: 'oneWay', bytes: 60_000, times: 420 },
  ),
  fc
    .constantFrom('slow' as const, 'slowOneWay' as const)
    .chain((operation) => instant.map((lasts) => ({ operation, lasts }))),
);

const anyScenario: fc.Arbitrary<Scenario> = fc
  .record({
    raw: fc.boolean(),
    path: fc.constantFrom('proxy' as const, 'proxy' as const, 'direct' as const),
    callStyle: fc.constantFrom('sync' as const, 'async' as const, 'duplex' as const),
    spans: fc.array(span, { minLength: 8, maxLength: 8 }),
    cut: fc.option(fc.record({ after: fc.integer({ min: 1, max: 200 }), pause: fc.integer({ min: 1, max: 2_000 }) })),
    pool: fc.option(fc.record({ idleTimeout: span, leaseTimeout: span }), { freq: 2 }),
    start: instant,
    drip: fc.option(fc.record({ bytes: fc.integer({ min: 1, max: 200 }), every: fc.integer({ min: 1, max: 500 }) })),
    misbehave: fc.option(fc.constantFrom('neverAcknowledges' as const, 'neverEnds' as const), { freq: 2 }),
    concurrencyMode: fc.constantFrom('single' as const, 'reentrant' as const, 'multiple' as const),
    later: fc.array(
      fc.record({
        after: fc.integer({ min: 1, max: 6_000 }),
        what: fc.constantFrom('close', 'close', 'abort', 'open', 'call', 'call', 'call') as fc.Arbitrary<Step['do']>,
        call: plan,
      }),
      { maxLength: 4 },
    ),
    faults: fc.array(injection, { maxLength: 3 }),
    processFaults: fc.option(fc.array(processFault, { minLength: 1, maxLength: 1 })),
    runFor: fc.integer({ min: 1, max: 12_000 }),
  })
  .map(
    ({
      raw,
      path,
      callStyle,
      spans: [open = 0, close = 0, sOpen = 0, sClose = 0, receive = 0, ci = 0, idle = 0, sSend = 0],
      cut,
      pool,
      start,
      drip,
      misbehave,
      concurrencyMode,
      later,
      faults,
      processFaults,
      runFor,
    }) =>
      scenario({
        path,
        client: {
          raw,
          callStyle,
          openTimeout: open,
          closeTimeout: close,
          ...(cut === null || raw ? {} : { preambleCut: cut }),
          ...(pool && !raw && { connectionPoolSettings: pool }),
        },
        service: {
          openTimeout: sOpen,
          closeTimeout: sClose,
          receiveTimeout: receive,
          channelInitializationTimeout: Math.max(1, ci),
          idleTimeout: idle,
          sendTimeout: sSend,
          concurrencyMode,
          ...(misbehave && { misbehave }),
        },
        workload: raw
          ? [{ at: start, do: 'connect', ...(drip && { drip }) }]
          : [
              { at: start, do: 'open' },
              ...later.map(({ after, what, call }, index) => ({
                at: start + after + index * 2_001,
                do: what,
                ...(what === 'call' && { call }),
              })),
            ],
        faults: path === 'direct' ? [] : faults,
        ...(processFaults && { processFaults }),
        runFor,
      }),
  );

test('any scenario is predicted, or refused with a sentence', () => {
  let predicted = 0;
  fc.assert(
    fc.property(anyScenario, (any) => {
      try {
        check(any);
        predicted += 1;
      } catch (error) {
        if (!(error instanceof Unpredictable)) throw error;
        expect(error.message).toMatch(/^[A-Za-z].*\.$/s);
      }
    }),
    { numRuns: 2_000 },
  );
  expect(predicted).toBeGreaterThan(200);
});

/** What holds for every prediction, whatever it says. */
function check(any: Scenario): void {
  const { claims, root } = predict(any);
  expect(claims[root]).toBeDefined();
  for (const claim of claims) {
    expect(claim.within.earliest).toBeLessThanOrEqual(claim.at);
    expect(claim.within.latest).toBeGreaterThanOrEqual(claim.at);
    expect(claim.within.latest).toBeLessThanOrEqual(any.runFor);
    expect(claim.margin ?? 1).toBeGreaterThan(0);
    expect(
      claim.losers.length > 0 ||
        claim !== claims[root] ||
        claim.outcome.is === 'refused' ||
        claim.outcome.is === 'either',
    ).toBe(true);
  }
  expect(JSON.parse(JSON.stringify({ claims, root }))).toEqual({ claims, root });
}
