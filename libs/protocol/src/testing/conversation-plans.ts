import fc from 'fast-check';
import { INFINITE } from '../constants.ts';
import type { Duration, Instant } from '../time.ts';
import type { ConversationPlan, OperationName, Step } from './conversation.ts';
import type { LinkPlan, PipePlan } from './link.ts';

/** Within it everything is done; the rest of a conversation is waiting. */
const BUSY: Duration = 8_000;

/** When a conversation is ended that has not ended by itself: later than any timer. */
const OVER: Instant = 200_000;

/** Later than the slowest link has done everything: 100 bytes a second and less. */
const DONE: Instant = 10_000_000;

const instant = fc.nat(BUSY);
const settingOf = (...durations: readonly Duration[]) => fc.constantFrom(...durations);
const callOf = (...operations: readonly OperationName[]) =>
  fc.record({
    at: instant,
    do: fc.constant('call' as const),
    operation: fc.constantFrom(...operations),
    size: fc.oneof({ weight: 4, arbitrary: fc.nat(25) }, { weight: 1, arbitrary: fc.nat(80) }),
  });

const harmless = callOf('Echo', 'Slow', 'OneWay', 'SlowOneWay', 'ThrowTyped', 'Large');
const callingBack = callOf('AskBack', 'Ticks');
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 12, arbitrary: harmless },
  { weight: 1, arbitrary: callOf('Throw', 'ThrowOneWay') },
  { weight: 3, arbitrary: callingBack },
  { weight: 1, arbitrary: fc.record({ at: instant, do: fc.constant('open' as const) }) },
  { weight: 1, arbitrary: fc.record({ at: instant, do: fc.constant('close' as const) }) },
  { weight: 1, arbitrary: fc.record({ at: instant, do: fc.constant('abort' as const) }) },
  { weight: 1, arbitrary: fc.record({ at: instant, do: fc.constant('abortService' as const) }) },
  {
    weight: 1,
    arbitrary: fc.record({
      at: instant,
      do: fc.constant('setOperationTimeout' as const),
      operationTimeout: settingOf(0, 1, 300, 3_000, INFINITE),
    }),
  },
);

/** Where there are small chunks there are large ones too, or a large message would take for ever. */
const cuts = fc
  .array(fc.integer({ min: 1, max: 400 }), { maxLength: 6 })
  .map((sizes) => (sizes.length === 0 ? [] : [...sizes, 4_000]));

const smooth = {
  cuts,
  delays: fc.array(fc.oneof({ weight: 5, arbitrary: fc.nat(5) }, { weight: 1, arbitrary: fc.nat(700) }), {
    maxLength: 6,
  }),
  joins: fc.boolean(),
  overtakes: fc.boolean(),
};
const rarely = <T>(arbitrary: fc.Arbitrary<T>) =>
  fc.oneof({ weight: 7, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary });
const held = fc
  .record({ from: instant, lasts: fc.oneof(fc.nat(6_000), fc.constant(INFINITE)) })
  .map(({ from, lasts }) => ({ from, until: lasts === INFINITE ? INFINITE : from + lasts }));

const rough: fc.Arbitrary<PipePlan> = fc
  .record({
    ...smooth,
    window: fc.constantFrom(100, 600, 2_000, 65_536),
    held: rarely(held),
    endsAt: rarely(instant),
  })
  .map(({ held: hold, endsAt, ...pipe }) => ({
    ...pipe,
    ...(hold === undefined ? {} : { held: hold }),
    ...(endsAt === undefined ? {} : { endsAt }),
  }));

const connect: fc.Arbitrary<LinkPlan['connect']> = fc.oneof(
  { weight: 12, arbitrary: fc.record({ outcome: fc.constant('connected' as const), after: fc.nat(200) }) },
  { weight: 1, arbitrary: fc.record({ outcome: fc.constant('connected' as const), after: instant }) },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      { outcome: 'refused' as const, after: 1 },
      { outcome: 'unanswered' as const, after: 127_000 },
    ),
  },
);

const reset = fc.record({
  at: instant,
  toward: fc.constantFrom<NonNullable<LinkPlan['reset']>['toward']>(['client', 'service'], ['client'], ['service']),
});

const link = fc
  .record({ connect, upstream: rough, downstream: rough, reset: rarely(reset) })
  .map(({ reset: broken, ...whole }) => ({ ...whole, ...(broken === undefined ? {} : { reset: broken }) }));

const sides = {
  callStyle: fc.constantFrom('sync' as const, 'async' as const, 'duplex' as const),
  concurrencyMode: fc.constantFrom('single' as const, 'reentrant' as const, 'multiple' as const),
  pooling: fc.boolean(),
  timersFirst: fc.boolean(),
};

/** `Echo` in the place of operations that call back, where callbacks are not possible. */
function withCallbacks(plan: ConversationPlan, isPossible: boolean): ConversationPlan {
  const steps = plan.steps.map((each) => {
    const callsBack = each.do === 'call' && (each.operation === 'AskBack' || each.operation === 'Ticks');
    return callsBack && !isPossible ? { ...each, operation: 'Echo' as const } : each;
  });
  return { ...plan, steps };
}

const byTime = (steps: readonly Step[]) => steps.toSorted((one, other) => one.at - other.at);

/** Sessions over a link on which anything may happen, with timeouts that fire. */
export const roughConversation: fc.Arbitrary<ConversationPlan> = fc
  .record({
    ...sides,
    client: fc.record({
      openTimeout: settingOf(500, 5_000),
      closeTimeout: settingOf(1, 700, 5_000),
      operationTimeout: settingOf(500, 1_500, 4_000, INFINITE),
    }),
    service: fc.record({
      channelInitializationTimeout: settingOf(400, 5_000),
      openTimeout: settingOf(400, 5_000),
      closeTimeout: settingOf(400, 5_000),
      receiveTimeout: settingOf(1_000, 4_000, 10_000, INFINITE),
      idleTimeout: settingOf(400, 5_000),
      sendTimeout: settingOf(300, 2_000, INFINITE),
    }),
    maxReceivedMessageSize: fc.constantFrom(4_000, 65_536),
    steps: fc.array(step, { maxLength: 12 }).map(byTime),
    link,
    endsAt: fc.constant(OVER),
  })
  .map((plan) => withCallbacks(plan, plan.callStyle === 'duplex'));

const whole: fc.Arbitrary<PipePlan> = fc.record({ ...smooth, window: fc.constantFrom(100, 600, 2_000, 65_536) });

/** Sessions over a link that only takes its time, with timeouts that never fire and operations that end no session. */
export const smoothConversation: fc.Arbitrary<ConversationPlan> = fc
  .record({
    ...sides,
    client: fc.constant({ openTimeout: INFINITE, closeTimeout: INFINITE, operationTimeout: INFINITE }),
    service: fc.constant({
      channelInitializationTimeout: INFINITE,
      openTimeout: INFINITE,
      closeTimeout: INFINITE,
      receiveTimeout: INFINITE,
      idleTimeout: INFINITE,
      sendTimeout: INFINITE,
    }),
    maxReceivedMessageSize: fc.constant(65_536),
    steps: fc
      .array(fc.oneof({ weight: 6, arbitrary: harmless }, { weight: 1, arbitrary: callingBack }), {
        minLength: 1,
        maxLength: 12,
      })
      .map((calls) => [...byTime(calls), { at: DONE, do: 'close' as const }]),
    link: fc.record({
      connect: fc.record({ outcome: fc.constant('connected' as const), after: fc.nat(200) }),
      upstream: whole,
      downstream: whole,
    }),
    endsAt: fc.constant(2 * DONE),
  })
  .map((plan) => withCallbacks(plan, plan.callStyle === 'duplex' && plan.concurrencyMode !== 'single'));
