import { describe, expect, test } from '@jest/globals';
import type { Scenario } from '../scenario.ts';
import { TARGET } from '../testing/external.ts';
import { partition, SITUATIONS, scenario } from '../testing/scenarios.ts';
import { predict, whyUnpredictable } from './predict.ts';

const against = (which: Scenario): Scenario => ({ ...which, target: TARGET });

describe('a service that is none of ours', () => {
  const idle = SITUATIONS.idleThroughProxy;
  const { claims, root, argued } = predict(against(idle));

  test('has no claims about its own side: what follows there is argued', () => {
    expect(claims.map(({ subject, outcome }) => [subject.side, outcome.is])).toEqual([
      ['client', 'completes'],
      ['client', 'endedByPeer'],
    ]);
    expect(argued).toEqual([expect.objectContaining({ outcome: { is: 'fires', timer: 'receive' } })]);
    expect(predict(idle).argued).toBeUndefined();
    expect(predict(against(SITUATIONS.undisturbed)).argued).toEqual([]);
  });

  test('is asked by what the client sees of the end: that is the root, without losers that nobody could check', () => {
    expect(claims[root]).toMatchObject({ outcome: { is: 'endedByPeer', how: 'fin' } });
    expect(claims[root]?.losers.map(({ side }) => side)).toEqual(['client', 'client']);
  });

  test('may end a session 100 ms early by a timer of its own, and in no other way', () => {
    const mocked = predict(idle).claims.find(({ outcome }) => outcome.is === 'endedByPeer');
    expect(claims[root]?.within.earliest).toBe((mocked?.within.earliest ?? 0) - 100);
    expect(claims[root]?.within.latest).toBe(mocked?.within.latest);
    expect(claims[0]?.within).toEqual(predict(idle).claims[0]?.within);
    const cut = SITUATIONS.downWhileIdle;
    const endOf = (of: Scenario) =>
      predict(of).claims.find(({ subject, outcome }) => subject.side === 'client' && outcome.is === 'endedByPeer');
    expect(endOf(against(cut))?.within).toEqual(endOf(cut)?.within);
  });

  test('of which the client sees nothing is not asked', () => {
    const killed = scenario({
      processFaults: [{ at: 700, side: 'client', how: 'kill' }],
      workload: [{ at: 100, do: 'connect' }],
      client: { raw: true },
    });
    expect(whyUnpredictable(killed)).toBeUndefined();
    expect(whyUnpredictable(against(killed))).toContain('The client sees nothing');
  });

  test.each([
    ['its process', { processFaults: [{ at: 700, side: 'service', how: 'kill' }] }, 'not ours to kill or to freeze'],
    ['a misbehaviour', { service: { misbehave: 'neverEnds' } }, 'Only the mock service misbehaves'],
    [
      'a slicer',
      {
        faults: [
          { at: 700, stream: 'upstream', toxic: { type: 'slicer', average_size: 1, size_variation: 0, delay: 9 } },
        ],
      },
      'That slicer took effect would be seen',
    ],
    [
      'a bandwidth that lets bytes pass',
      { faults: [{ at: 700, stream: 'upstream', toxic: { type: 'bandwidth', rate: 1 } }] },
      'That bandwidth took effect would be seen',
    ],
    [
      'a limit',
      { faults: [{ at: 700, stream: 'upstream', toxic: { type: 'limit_data', bytes: 9 } }] },
      'That limit_data took effect would be seen',
    ],
  ] as const)('is refused with %s', (_, changes, reason) => {
    expect(whyUnpredictable(against(scenario(changes)))).toContain(reason);
  });

  test.each([
    partition(700),
    { at: 700, stream: 'upstream', toxic: { type: 'latency', latency: 100, jitter: 0 } },
    { at: 700, stream: 'upstream', toxic: { type: 'timeout', timeout: 0 } },
    { at: 700, stream: 'both', toxic: { type: 'down' } },
  ] as const)('is asked under what a canary feels: %j', (injection) => {
    expect(whyUnpredictable(against(scenario({ faults: [injection] })))).toBeUndefined();
  });

  test('is not asked which of two timers it was', () => {
    const undecided = SITUATIONS.undecided;
    expect(whyUnpredictable(against(undecided))).toContain('Two timers are too near to each other');
  });
});
