import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { ChannelEffect, ChannelEvent } from '../channel/vocabulary.ts';
import type { ConcurrencyMode } from './execution.ts';
import { caller } from './testing/caller.ts';
import { calledConnection, END, PREAMBLE } from './testing/session.ts';

type Move =
  | { readonly do: 'tell'; readonly event: ChannelEvent }
  | { readonly do: 'write' | 'end' | 'preamble' }
  | { readonly do: 'call'; readonly operation: string; readonly ms: number }
  | { readonly do: 'answer'; readonly callback: number };

const OPERATIONS = ['Echo', 'Slow', 'OneWay', 'SlowOneWay', 'Throw', 'ThrowOneWay', 'ThrowTyped', 'AskBack', 'Ticks'];

const move: fc.Arbitrary<Move> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constant('call' as const),
      operation: fc.constantFrom(...OPERATIONS),
      ms: fc.nat(3_000),
    }),
  },
  { weight: 6, arbitrary: fc.constantFrom<Move>({ do: 'write' }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('answer' as const), callback: fc.nat(3) }) },
  { weight: 3, arbitrary: fc.constant<Move>({ do: 'tell', event: { type: 'timeout' } }) },
  { weight: 1, arbitrary: fc.constantFrom<Move>({ do: 'end' }, { do: 'preamble' }) },
  {
    weight: 1,
    arbitrary: fc
      .constantFrom<ChannelEvent>(
        { type: 'peerEnded' },
        { type: 'peerReset' },
        { type: 'abort' },
        { type: 'close' },
        { type: 'received', bytes: Uint8Array.of(0x0d) },
        { type: 'received', bytes: Uint8Array.of(6, 2, 0, 0xff) },
      )
      .map((event) => ({ do: 'tell' as const, event })),
  },
);

/** What a client makes of a move; undefined where there is nothing to be done. */
function player() {
  let { calls, answers } = caller();
  let number = 0;
  return (next: Move, unwritten: number[]): ChannelEvent | undefined => {
    const id = next.do === 'write' ? unwritten.shift() : undefined;
    switch (next.do) {
      case 'tell':
        return next.event;
      case 'write':
        return id === undefined ? undefined : { type: 'transmitted', id };
      case 'end':
        return { type: 'received', bytes: END };
      case 'preamble':
        ({ calls, answers } = caller());
        return { type: 'received', bytes: PREAMBLE };
      case 'call':
        number += 1;
        return { type: 'received', bytes: calls(number, next.operation, { s: 'x', q: 'x', ms: next.ms, n: 2 }) };
      case 'answer':
        return { type: 'received', bytes: answers(next.callback, 'x') };
    }
  };
}

/** Whatever happens: what was begun is over in the end, once; what is gone says nothing and has no timer but of operations. */
function check(effects: readonly ChannelEffect[]): void {
  const of = (type: ChannelEffect['type']) => effects.filter((effect) => effect.type === type);
  expect(
    of('executed')
      .map((effect) => ('operation' in effect ? effect.operation : ''))
      .sort(),
  ).toEqual(
    of('dispatched')
      .map((effect) => ('operation' in effect ? effect.operation : ''))
      .sort(),
  );
  expect(behindEnd(effects)).toEqual([]);
  expect(of('sessionEnded').length).toBeLessThanOrEqual(of('channelAccepted').length + 1);
  const gone = effects.findIndex((effect) => effect.type === 'disconnect' && effect.how === 'abort');
  const after = gone < 0 ? [] : effects.slice(gone + 1);
  expect(after.filter(({ type }) => !['timer', 'executed', 'completed'].includes(type))).toEqual([]);
}

/** What goes out in a session behind our End: nothing but a framing fault. */
function behindEnd(effects: readonly ChannelEffect[]): readonly string[] {
  let hasEnded = false;
  return effects.flatMap((effect) => {
    if (effect.type !== 'transmit') return [];
    const isLate = hasEnded && effect.what !== 'preambleAck' && effect.what !== 'fault';
    hasEnded = effect.what === 'end' || (hasEnded && effect.what !== 'preambleAck');
    return isLate ? [effect.what] : [];
  });
}

test('any events at any times: nothing throws, every operation that began ends once, nothing follows the end', () => {
  const seed = Date.now();
  console.log(`seed ${seed}`);
  const steps = fc.array(fc.record({ next: move, after: fc.nat(800) }), { maxLength: 40 });
  const mode = fc.constantFrom<ConcurrencyMode>('single', 'reentrant', 'multiple');
  fc.assert(
    fc.property(steps, mode, (script, concurrencyMode) => {
      const connection = calledConnection({ concurrencyMode });
      const play = player();
      const unwritten: number[] = [];
      const effects: ChannelEffect[] = [];
      let now = 0;
      const tell = (event: ChannelEvent) => {
        const answers = connection.handle(event, now);
        unwritten.push(...answers.flatMap((effect) => (effect.type === 'transmit' ? [effect.id] : [])));
        effects.push(...answers);
      };
      tell({ type: 'accepted' });
      tell({ type: 'received', bytes: PREAMBLE });
      for (const { next, after } of script) {
        now += after;
        const event = play(next, unwritten);
        if (event !== undefined) tell(event);
      }
      tell({ type: 'abort' });
      for (let due = connection.deadline(); due !== undefined; due = connection.deadline()) {
        now = Math.max(now, due.at);
        tell({ type: 'timeout' });
      }
      check(effects);
    }),
    { seed, numRuns: 1_000 },
  );
});
