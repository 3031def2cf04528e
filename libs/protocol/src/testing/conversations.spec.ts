import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { TimerName } from '../channel/vocabulary.ts';
import { INFINITE } from '../constants.ts';
import type { DataRecord } from '../soap/index.ts';
import {
  type Called,
  type Conversation,
  type ConversationPlan,
  converse,
  type OperationName,
  type Step,
} from './conversation.ts';
import { roughConversation, smoothConversation } from './conversation-plans.ts';
import { conversationTranscript } from './conversation-transcript.ts';
import { contradictionOf, NEVER_BEGUN, resultOf } from './ledger.ts';
import type { LinkPlan, PipePlan } from './link.ts';
import type { Told } from './side.ts';

/** Whether a call returned what its operation returns; a one-way call returns nothing. */
function isResultOf({ operation, values }: Called, results: DataRecord | undefined): boolean {
  switch (operation) {
    case 'Echo':
      return results?.EchoResult === values.s;
    case 'Slow':
      return results?.SlowResult === `slept ${values.ms}`;
    case 'Large':
      return results?.LargeResult instanceof Uint8Array && results.LargeResult.length === values.bytes;
    case 'AskBack':
      return results?.AskBackResult === values.q;
    case 'Ticks':
      return results?.TicksResult === 'ticked';
    default:
      return results === undefined;
  }
}

/** Everything that a conversation has against its machines, in words. */
function complaintsAbout(conversation: Conversation): readonly string[] {
  const { told, calls, ledger } = conversation;
  return [
    ...calls.flatMap((call) => complaintsAboutCall(call, ledger.get(call.call) ?? NEVER_BEGUN)),
    ...[...ledger.keys()].filter((call) => calls.every((known) => known.call !== call)).map((call) => `ghost ${call}`),
    ...complaintsAboutEnds(told),
    ...complaintsAboutOutstanding(told),
  ];
}

function complaintsAboutCall(call: Called, entry: Parameters<typeof contradictionOf>[1]): readonly string[] {
  const [returned, ...others] = call.returned;
  const which = `call ${call.call} ${call.operation}`;
  if (returned === undefined || others.length > 0) return [`${which} returned ${call.returned.length} times`];
  const contradiction = contradictionOf({ ...returned, oneWay: call.oneWay }, entry);
  if (contradiction !== undefined) return [`${which}: ${contradiction}`];
  if (returned.exception?.message.includes('asynchronous send') && returned.taken !== 'never')
    return [`${which} could not be sent, but the socket took it`];
  if (returned.exception !== undefined || isResultOf(call, returned.results)) return [];
  return [`${which} returned something else`];
}

/** Behind a disconnect nothing goes out; behind a reset only operations have timers; in the end nothing has. */
function complaintsAboutEnds(told: readonly Told[]): readonly string[] {
  return (['client', 'service'] as const).flatMap((side) => {
    const effects = told.flatMap((each) => (each.side === side ? each.effects : []));
    const end = effects.findIndex(({ type }) => type === 'disconnect');
    const late = end < 0 ? [] : effects.slice(end).filter(({ type }) => type === 'transmit');
    return [
      ...late.map((effect) => `the ${side} transmits ${'what' in effect ? effect.what : ''} behind its disconnect`),
      ...timersIn(told.filter((each) => each.side === side)).map((timer) => `the ${side} has its timer ${timer}`),
    ];
  });
}

/** The timers that a side has and should not have. */
function timersIn(told: readonly Told[]): readonly string[] {
  const running = new Map<string, TimerName>();
  const wrong: string[] = [];
  let isReset = false;
  for (const { at, effects } of told) {
    for (const effect of effects) {
      isReset ||= effect.type === 'disconnect' && effect.how === 'abort';
      if (effect.type !== 'timer') continue;
      const name = `${effect.timer} ${effect.call ?? ''}`;
      if (effect.what === 'armed' || effect.what === 'rearmed') running.set(name, effect.timer);
      else running.delete(name);
    }
    const left = [...running].filter(([, timer]) => timer !== 'execution').map(([name]) => `${name} at ${at}`);
    if (isReset) wrong.push(...left);
  }
  return [...wrong, ...[...running.keys()].map((name) => `${name} in the end`)];
}

/** A channel that is over has no call left that has not returned. */
function complaintsAboutOutstanding(told: readonly Told[]): readonly string[] {
  const outstanding = new Set<number>();
  let isOver = false;
  return told.flatMap(({ side, at, event, effects }) => {
    if (side === 'service') return [];
    if (event.type === 'call') outstanding.add(event.call);
    for (const effect of effects) {
      if (effect.type === 'state') isOver = effect.to === 'closed' || effect.to === 'faulted';
      if (effect.type === 'completed' && effect.operation === 'call') outstanding.delete(effect.call);
    }
    return isOver ? [...outstanding].map((call) => `call ${call} is left at ${at}`) : [];
  });
}

test('over any link, with any timeouts, what a call returned is never contradicted by what the service executed', () => {
  const seed = Date.now();
  console.log(`seed ${seed}`);
  const seen = new Set<string>();
  fc.assert(
    fc.property(roughConversation, (plan) => {
      const conversation = converse(plan);
      expect(complaintsAbout(conversation)).toEqual([]);
      for (const { call, oneWay, returned } of conversation.calls)
        for (const how of returned)
          seen.add(`${resultOf({ ...how, oneWay })}, began ${conversation.ledger.get(call)?.begun ?? 0} times`);
    }),
    { seed, numRuns: 3_000 },
  );
  const failed = ['failed, began 0 times', 'failed, began 1 times'];
  const unknown = ['unknown, began 0 times', 'unknown, began 1 times'];
  // Of one-way calls some were lost.
  expect([...seen].sort()).toEqual([...failed, 'ok, began 0 times', 'ok, began 1 times', ...unknown]);
});

test('over a link that only takes its time, every call returns well and is executed once', () => {
  const seed = Date.now();
  console.log(`seed ${seed}`);
  fc.assert(
    fc.property(smoothConversation, (plan) => {
      const conversation = converse(plan);
      expect(complaintsAbout(conversation)).toEqual([]);
      expect(unlucky(plan, conversation)).toEqual([]);
    }),
    { seed, numRuns: 500 },
  );
});

/** Calls that did not come to what they come to where nothing goes wrong. */
function unlucky(plan: ConversationPlan, { calls, ledger, told }: Conversation): readonly string[] {
  const closed = told.flatMap(({ effects }) => effects).filter((effect) => effect.type === 'completed');
  const last = closed.at(-1);
  return [
    ...(calls.length === plan.steps.length - 1 ? [] : ['not every call was made']),
    ...(last?.operation === 'close' && last.exception === undefined ? [] : ['the channel was not closed']),
    ...calls.flatMap(({ call, operation, oneWay, returned: [returned] }) => {
      const result = returned && resultOf({ ...returned, oneWay });
      const wanted = operation === 'ThrowTyped' ? 'failed' : 'ok';
      const begun = ledger.get(call)?.begun;
      return result === wanted && begun === 1 ? [] : [`call ${call} ${operation}: ${result}, began ${begun} times`];
    }),
  ];
}

const PIPE: PipePlan = { cuts: [], delays: [5], window: 65_536, joins: true, overtakes: false };
const PLAN: ConversationPlan = {
  callStyle: 'sync',
  concurrencyMode: 'single',
  pooling: false,
  client: { openTimeout: 5_000, closeTimeout: 2_000, operationTimeout: 3_000 },
  service: {
    channelInitializationTimeout: 1_500,
    openTimeout: 2_000,
    closeTimeout: 1_000,
    receiveTimeout: 20_000,
    idleTimeout: 2_500,
    sendTimeout: 3_000,
  },
  maxReceivedMessageSize: 65_536,
  steps: [],
  link: { connect: { outcome: 'connected', after: 10 }, upstream: PIPE, downstream: PIPE },
  timersFirst: false,
  endsAt: 60_000,
};

/** A conversation over a link as good as `PIPE`, but for what is named. */
function story(
  steps: readonly Step[],
  {
    upstream,
    downstream,
    reset,
    ...plan
  }: Partial<ConversationPlan & { upstream: object; downstream: object; reset: LinkPlan['reset'] }> = {},
): string {
  const pipes = { upstream: { ...PIPE, ...upstream }, downstream: { ...PIPE, ...downstream } };
  const link = { ...PLAN.link, ...pipes, ...(reset === undefined ? {} : { reset }) };
  const conversation = converse({ ...PLAN, ...plan, steps, link });
  expect(complaintsAbout(conversation)).toEqual([]);
  return conversationTranscript(conversation);
}

const call = (at: number, operation: OperationName, size = 0): Step => ({ at, do: 'call', operation, size });
const close = (at: number): Step => ({ at, do: 'close' });

describe('a call', () => {
  test('opens its channel and is answered, in chunks of whatever size; the session ends with End and End', () => {
    expect(
      story([call(0, 'Echo'), close(100)], {
        upstream: { cuts: [40, 70], joins: false },
        downstream: { cuts: [60], joins: false },
      }),
    ).toMatchSnapshot();
  });

  test('that has timed out behind a partition is executed when that heals: a ghost, and its late reply is dropped', () => {
    const steps = [call(0, 'Echo'), call(1_000, 'Echo'), call(8_000, 'Echo'), close(9_000)];
    expect(story(steps, { callStyle: 'async', upstream: { held: { from: 900, until: 6_000 } } })).toMatchSnapshot();
  });

  test('that has timed out while its caller read resets the connection; its operation ends, and nobody can be told', () => {
    expect(story([call(0, 'Slow', 50), call(6_000, 'Echo'), close(7_000)])).toMatchSnapshot();
  });

  test('whose message the socket never takes whole is not executed', () => {
    const upstream = { window: 80, held: { from: 500, until: INFINITE } };
    expect(story([call(0, 'Echo'), call(1_000, 'OneWay'), close(6_000)], { upstream })).toMatchSnapshot();
  });

  test('one way returns when the socket has its message, and may be lost behind that', () => {
    const reset = { at: 1_003, toward: ['client', 'service'] } as const;
    expect(story([call(0, 'OneWay'), call(1_000, 'OneWay'), close(2_000)], { reset })).toMatchSnapshot();
  });

  test('in which the connection is reset does not know what became of it', () => {
    const reset = { at: 1_200, toward: ['client', 'service'] } as const;
    const steps = [call(0, 'Echo'), call(1_000, 'Slow', 10), close(3_000)];
    expect(story(steps, { callStyle: 'duplex', reset })).toMatchSnapshot();
  });

  test('whose answer never comes because somebody between ended the stream was executed all the same', () => {
    const steps = [call(0, 'Echo'), call(1_000, 'Slow', 10), close(3_000)];
    expect(story(steps, { downstream: { endsAt: 1_500 } })).toMatchSnapshot();
  });

  test('whose operation calls back waits for both answers', () => {
    const steps = [call(0, 'AskBack'), close(1_000)];
    expect(story(steps, { callStyle: 'duplex', concurrencyMode: 'reentrant' })).toMatchSnapshot();
  });

  test('whose operation throws is answered, and the session ends', () => {
    expect(story([call(0, 'Throw'), call(1_000, 'Echo'), close(2_000)])).toMatchSnapshot();
  });
});
