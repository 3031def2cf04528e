import { describe, expect, test } from '@jest/globals';
import { INFINITE } from '@lapse/protocol/constants';
import type { Claim } from '../claims.ts';
import type { CallPlan, Injection, Scenario, Step } from '../scenario.ts';
import { type Difference, POOL, SITUATIONS, scenario } from '../testing/scenarios.ts';
import { predict, whyUnpredictable } from './predict.ts';

const hold = (change: Partial<Injection> = {}): Injection => ({
  ...{ at: 300, stream: 'upstream', toxic: { type: 'bandwidth', rate: 0 } },
  ...change,
});
const flood = (plan: Partial<CallPlan> = {}, at = 500): Step => ({
  ...{ at, do: 'call' },
  call: { operation: 'oneWay', bytes: 60_000, times: 420, ...plan },
});
const ECHO = { operation: 'echo' } as const;
const FEW = { bytes: 100, times: 100 };

/** A session opened at 100, held from 300 on, with a flood at 500 and what follows it. */
const flooding = (more: readonly Step[] = [], { faults = [hold()], ...difference }: Difference = {}): Scenario =>
  scenario({ workload: [{ at: 100, do: 'open' }, flood(), ...more], faults, runFor: 6_000, ...difference });
/** The same, undisturbed, with few messages. */
const few = (more: readonly Step[] = [], difference: Difference = {}): Scenario =>
  scenario({ workload: [{ at: 100, do: 'open' }, flood(FEW), ...more], runFor: 6_000, ...difference });

function lines({ claims, root }: { readonly claims: readonly Claim[]; readonly root: number }): readonly string[] {
  return claims.map(({ at, subject, outcome, symptom }, index) => {
    const what = outcome.is === 'completes' ? outcome.operation : outcome.is === 'fires' ? outcome.timer : outcome.is;
    const which = subject.call === undefined ? '' : ` ${subject.call}`;
    return `${at} ${subject.side} ${what}${which}${symptom ? ` ${symptom.exception}` : ''}${index === root ? ' *' : ''}`;
  });
}

describe('a flood into a hold', () => {
  const prediction = predict(SITUATIONS.blockedWrite);

  test('returns call by call until the sockets are full; then a write blocks, its timeout faults the channel, and the next use is told so', () => {
    expect(lines(prediction)).toEqual([
      '100 client open',
      '500 client call 1',
      '2500 client send TimeoutException *',
      '4000 client call 421 CommunicationObjectFaultedException',
      '5000 service survives',
    ]);
    expect(predict(SITUATIONS.blockedWrite).claims[2]).toMatchObject({
      subject: { side: 'client', session: 1 },
      symptom: { message: 'asynchronous send to the socket did not complete within the allotted timeout' },
      because: 'blocked-write',
      span: 2_000,
    });
    expect(prediction.claims[2]?.subject).not.toHaveProperty('call');
  });

  test('may take a second to fill them: the window of the timeout is wider by that', () => {
    expect(prediction.claims[1]?.within).toEqual({ earliest: 495, latest: 600 });
    expect(prediction.claims[2]?.within).toEqual({ earliest: 2_495, latest: 3_620 });
    expect(prediction.claims[2]?.margin).toBe(30_100 - 3_500);
  });

  test('loses no other timer that could have ended it', () => {
    const { losers = [] } = prediction.claims[prediction.root] ?? {};
    expect(losers.map(({ side, timer, why }) => `${side} ${timer} ${why}`)).toEqual([
      'service channelInitialization cancelledBy',
      'service open cancelledBy',
      'service receive preemptedBy',
      'service poolIdle notArmed',
      'client open cancelledBy',
      'client close notArmed',
    ]);
  });

  test('takes so many numbers of its session, and what was called before goes on as ever', () => {
    const steps = [{ at: 100, do: 'open' }, { at: 200, do: 'call', call: ECHO }, flood(), flood({}, 4_000)] as const;
    expect(lines(predict(scenario({ workload: steps, faults: [hold()], runFor: 6_000 })))).toEqual([
      '100 client open',
      '200 client call 1',
      '500 client call 2',
      '2500 client send TimeoutException *',
      '4000 client call 422 CommunicationObjectFaultedException',
      '6000 service survives',
    ]);
  });

  test('that is healed afterwards lets go of some of it, and then of the end', () => {
    expect(lines(predict(flooding([], { faults: [hold({ heal: 4_000 })] })))).toEqual([
      '100 client open',
      '500 client call 1',
      '2500 client send TimeoutException *',
      '4000 service endedByPeer',
    ]);
  });

  test('in both directions is one as well', () => {
    const both = flooding([{ at: 4_000, do: 'call', call: ECHO }], {
      faults: [hold({ stream: 'both' })],
      runFor: 5_000,
    });
    expect(lines(predict(both))).toEqual(lines(prediction));
  });

  test('waits for ever where its calls have no timeout', () => {
    expect(lines(predict(flooding([], { client: { operationTimeout: INFINITE } })))).toEqual([
      '100 client open',
      '500 client call 1',
      '6000 client survives *',
      '6000 service survives',
    ]);
  });

  test('of the .NET Framework is told in its own words', () => {
    const netfx = {
      ...SITUATIONS.blockedWrite,
      profile: { ...SITUATIONS.blockedWrite.profile, client: 'netfx' },
    } as const;
    expect(predict(netfx).claims[2]?.symptom?.message).toBe('You have exceeded the timeout set on your binding');
  });

  test.each([
    [420, 60_000, undefined],
    [420, 59_919, undefined],
    [419, 60_000, 'flood of 25140000 bytes into a hold: fewer than 25165824'],
    [420, 59_918, 'flood of 25165560 bytes into a hold: fewer than 25165824'],
  ])('must be more than any socket takes: %i messages of %i bytes', (times, bytes, sentence) => {
    const steps = [{ at: 100, do: 'open' }, flood({ times, bytes })] as const;
    const why = whyUnpredictable(scenario({ workload: steps, faults: [hold()], runFor: 6_000 }));
    expect(why ?? '').toContain(sentence ?? '');
    expect(why === undefined).toBe(sentence === undefined);
  });

  test.each([
    [3_620, 'The hold ends before 3620, until when call 1 may wait for its operation timeout: heal it later.'],
    [3_621, undefined],
  ])('must be held until its timeout at the latest: healed at %i', (heal, sentence) => {
    expect(whyUnpredictable(flooding([], { faults: [hold({ heal })] }))).toBe(sentence);
  });
});

describe('a flood that nothing holds', () => {
  test('is its last call, which returns when the sockets have all of it, a second later at most', () => {
    const prediction = predict(few([{ at: 2_000, do: 'close' }]));
    expect(lines(prediction)).toEqual([
      '100 client open',
      '500 client call 100',
      '2000 client close *',
      '2000 service close',
    ]);
    expect(prediction.claims[1]).toMatchObject({ symptom: null, within: { earliest: 495, latest: 1_600 } });
    expect(prediction.claims[2]?.losers).toContainEqual(
      expect.objectContaining({ side: 'client', timer: 'send', why: 'cancelledBy', by: 'transmitted' }),
    );
  });

  test('lets the idle timer of the service count from each of its messages', () => {
    const { claims } = predict(few([], { service: { receiveTimeout: 2_000 } }));
    expect(claims.find(({ outcome }) => outcome.is === 'fires')?.within).toEqual({ earliest: 2_495, latest: 3_620 });
  });

  test('is over before the next step, or that waits', () => {
    expect(whyUnpredictable(few([{ at: 1_500, do: 'call', call: ECHO }]))).toBeUndefined();
    expect(whyUnpredictable(few([{ at: 1_499, do: 'call', call: ECHO }]))).toContain('comes while call 1 still runs');
  });

  test.each([
    [120, 100, undefined],
    [121, 100, 'flood of up to 60500 bytes'],
    [2, 29_601, 'flood of up to 60002 bytes'],
    [150, undefined, undefined],
  ])('is so much that sockets take it in any case: %i messages of %i bytes', (times, bytes, sentence) => {
    const plan = { operation: 'oneWay', times, ...(bytes !== undefined && { bytes }) } as const;
    const why = whyUnpredictable(
      scenario({
        workload: [
          { at: 100, do: 'open' },
          { at: 500, do: 'call', call: plan },
        ],
      }),
    );
    expect(why ?? '').toContain(sentence ?? '');
    expect(why === undefined).toBe(sentence === undefined);
  });

  test.each<[string, Injection, string | undefined]>([
    ['a latency', hold({ toxic: { type: 'latency', latency: 50, jitter: 0 } }), 'The latency at 300 lies on the flood'],
    ['a hold that begins in it', hold({ at: 900 }), 'The bandwidth at 900 lies on the flood'],
    ['a hold that ends in it', hold({ at: 600, heal: 700 }), 'The bandwidth at 600 lies on the flood'],
    ['a proxy that goes down', { at: 1_400, stream: 'both', toxic: { type: 'down' } }, 'The down at 1400 lies on'],
    ['a hold of its last instant', hold({ at: 1_500 }), 'The bandwidth at 1500 lies on the flood'],
    ['a hold that comes later', hold({ at: 1_501 }), undefined],
    ['a hold that has ended', hold({ at: 200, heal: 440 }), undefined],
    ['a hold of the other direction', hold({ stream: 'downstream' }), undefined],
  ])('goes through undisturbed: %s', (_, fault, sentence) => {
    const why = whyUnpredictable(few([], { faults: [fault] }));
    expect(why ?? '').toContain(sentence ?? '');
    expect(why === undefined).toBe(sentence === undefined);
  });
});

describe('what a flood cannot be told of', () => {
  const idle = { service: { receiveTimeout: 1_000 } };
  test.each<[string, Scenario, string]>([
    ['calls side by side', few([], { client: { callStyle: 'async' } }), 'only a sync client'],
    [
      'an open that it makes',
      scenario({ workload: [flood(FEW)] }),
      'A flood that opens its session is not predicted: open it first.',
    ],
    ['calls that have no time', few([], { client: { operationTimeout: 199 } }), 'Each call of a flood has 199 ms'],
    [
      'a process that is killed',
      few([], { processFaults: [{ at: 3_000, side: 'service', how: 'kill' }] }),
      'What a killed or frozen process does to a flood',
    ],
    ['messages of more than a socket takes', flooding([flood({ bytes: 60_001 }, 4_000)]), 'more than 60000 bytes'],
    ['pooled connections', few([], { client: { connectionPoolSettings: POOL } }), 'pooled'],
    [
      'a path that is only narrow',
      flooding([], { faults: [hold({ toxic: { type: 'bandwidth', rate: 100 } })] }),
      'flood of up to 25368000 bytes with its envelopes',
    ],
    [
      'an end of the session while it waits',
      flooding([], { service: { receiveTimeout: 1_500 } }),
      'The connection may end at 1600, while a call of the flood of call 1 waits',
    ],
    [
      'a cut of the connection while it waits',
      flooding([], { faults: [hold(), { at: 2_000, stream: 'both', toxic: { type: 'down' } }] }),
      'The connection may end at 2000, while a call of the flood of call 1 waits',
    ],
    [
      'a session that has ended by FIN',
      scenario({ workload: [{ at: 100, do: 'open' }, flood(FEW, 2_500)], runFor: 6_000, ...idle }),
      'The session has ended before the flood of call 1',
    ],
  ])('%s', (_, any, sentence) => {
    expect(whyUnpredictable(any)).toContain(sentence);
  });

  test('a session that has ended by RST tells its first call, and the rest is not made', () => {
    const steps = [{ at: 100, do: 'open' }, flood(FEW, 2_500), { at: 4_000, do: 'call', call: ECHO }] as const;
    const prediction = predict(scenario({ path: 'direct', workload: steps, runFor: 6_000, ...idle }));
    expect(lines(prediction)).toEqual(
      expect.arrayContaining([
        '2500 client call 1 CommunicationException',
        '4000 client call 101 CommunicationObjectFaultedException',
      ]),
    );
  });

  test('an operation timeout of 200 ms is enough', () => {
    expect(whyUnpredictable(few([], { client: { operationTimeout: 200 } }))).toBeUndefined();
  });
});
