import { describe, expect, test } from '@jest/globals';
import type { ProcessFault, Scenario } from '../scenario.ts';
import { type Difference, SITUATIONS, scenario } from '../testing/scenarios.ts';
import { predict, whyUnpredictable } from './predict.ts';

const OPENED = { at: 100, do: 'open' } as const;

function withFault(fault: ProcessFault, difference: Difference = {}): Scenario {
  return scenario({ runFor: 4_000, ...difference, processFaults: [fault] });
}

/** Every claim as `side outcome at rule`, the root marked. */
function told(any: Scenario): readonly string[] {
  const { claims, root } = predict(any);
  return claims.map(({ subject, outcome, at, because }, index) => {
    const what = 'timer' in outcome ? outcome.timer : 'how' in outcome ? outcome.how : '';
    const detail = outcome.is === 'completes' ? outcome.operation : what;
    return `${index === root ? '* ' : ''}${subject.side} ${outcome.is} ${detail} ${at} ${because}`;
  });
}

function rootOf(any: Scenario) {
  const { claims, root } = predict(any);
  return claims[root];
}

const kill = (side: ProcessFault['side'], at: number): ProcessFault => ({ at, side, how: 'kill' });
const freeze = (side: ProcessFault['side'], at: number, heal?: number): ProcessFault => ({
  at,
  side,
  how: 'freeze',
  ...(heal !== undefined && { heal }),
});

describe('a killed process', () => {
  test.each(['direct', 'proxy'] as const)('of the service: FIN reaches an idle client on a %s path', (path) => {
    expect(told(withFault(kill('service', 2_000), { path }))).toEqual([
      'client completes open 100 open-completes',
      '* client endedByPeer fin 2000 process-killed',
    ]);
  });

  test('of the service: a duplex client faults with the premature end', () => {
    const claim = rootOf(withFault(kill('service', 2_000), { client: { callStyle: 'duplex' } }));
    expect(claim).toMatchObject({ at: 2_000, symptom: { exception: 'ProtocolException' } });
  });

  test('of the service: an open under way is rejected at once', () => {
    const any = withFault(kill('service', 600), { client: { preambleCut: { after: 16, pause: 2_000 } } });
    expect(rootOf(any)).toMatchObject({
      outcome: { is: 'endedByPeer', how: 'fin' },
      at: 600,
      symptom: { exception: 'ProtocolException', message: expect.stringContaining('rejected') },
    });
  });

  test('of the client: the service ends the session, and nothing is claimed about the client any more', () => {
    expect(told(withFault(kill('client', 2_000)))).toEqual([
      'client completes open 100 open-completes',
      '* service endedByPeer fin 2000 process-killed',
    ]);
  });

  test("of the client in its preamble: the service's channel initialization loses to the FIN", () => {
    const any = withFault(kill('client', 600), { client: { preambleCut: { after: 16, pause: 2_000 } } });
    const losers = rootOf(any)?.losers ?? [];
    expect(losers).toContainEqual(
      expect.objectContaining({ timer: 'channelInitialization', why: 'preemptedBy', wouldFireAt: 15_100 }),
    );
  });

  test('of the service that would have fired before: the timer is not the end any more only if it was later', () => {
    const any = withFault(kill('service', 3_000), { path: 'direct', service: { receiveTimeout: 1_000 } });
    expect(told(any)).toContain('* service fires receive 1100 receive-timeout');
  });
});

describe('a frozen process', () => {
  test('of the service, before the session: the client connects to its kernel and runs into its open timeout', () => {
    const any = withFault(freeze('service', 0), { client: { openTimeout: 2_000 }, path: 'direct' });
    expect(told(any)).toEqual(['* client fires open 2100 open-timeout']);
  });

  test('of the service: a timer that is due meanwhile rings when it runs again', () => {
    expect(told(SITUATIONS.serviceFrozenIdle)).toEqual([
      'client completes open 100 open-completes',
      '* service fires receive 3000 process-frozen',
      'client endedByPeer fin 3000 ended-unseen',
    ]);
  });

  test('of the service, for good: its timer never rings, and the loser says why', () => {
    const any = withFault(freeze('service', 1_000), { service: { receiveTimeout: 2_000 } });
    expect(told(any)).toEqual(['client completes open 100 open-completes', '* client survives  4000 session-survives']);
    expect(rootOf(any)?.losers).toContainEqual({
      side: 'service',
      timer: 'receive',
      why: 'notRunning',
      by: 'freeze',
      wouldFireAt: 2_100,
    });
  });

  test('of the service: a close runs into the close timeout', () => {
    const any = withFault(freeze('service', 500), {
      client: { closeTimeout: 1_500 },
      workload: [OPENED, { at: 1_000, do: 'close' }],
    });
    expect(rootOf(any)).toMatchObject({ outcome: { is: 'fires', timer: 'close' }, at: 2_500 });
  });

  test('of the client, in its preamble: the service gives up, and the client is told nothing', () => {
    const any = withFault(freeze('client', 600), {
      client: { preambleCut: { after: 16, pause: 2_000 } },
      service: { channelInitializationTimeout: 2_000 },
    });
    expect(told(any)).toEqual(['* service fires channelInitialization 2100 channel-initialization-timeout']);
  });

  test('of the client, in its preamble, that runs again in time: the rest of the preamble is late, and the open succeeds', () => {
    const any = withFault(freeze('client', 600, 2_500), { client: { preambleCut: { after: 16, pause: 1_000 } } });
    expect(told(any)).toContain('client completes open 2500 open-completes');
  });

  test('of the client: the reset that came meanwhile is read when it runs again', () => {
    expect(told(SITUATIONS.clientFrozenIdle)).toEqual([
      'client completes open 100 open-completes',
      '* service fires receive 2100 receive-timeout',
      'client endedByPeer rst 3000 process-frozen',
    ]);
  });
});

describe('what nobody can say', () => {
  test.each([
    [
      'an overdue timer and the bytes that would have stopped it, at one thaw',
      withFault(freeze('service', 600, 3_000), {
        client: { preambleCut: { after: 16, pause: 1_000 }, openTimeout: 9_000 },
        service: { channelInitializationTimeout: 1_000 },
      }),
      'channelInitialization timer is due at 3000',
    ],
    ['a signal at the instant of a step', withFault(kill('service', 120)), 'keep them 50 ms apart'],
    [
      'a signal at the instant of a timer',
      withFault(freeze('service', 2_110), { service: { receiveTimeout: 2_000 } }),
      'keep them 50 ms apart',
    ],
    ['a kill before the session', withFault(kill('service', 20)), 'before its session begins'],
    [
      'a step of a client that does not run',
      withFault(freeze('client', 500, 2_000), { workload: [OPENED, { at: 1_000, do: 'close' }] }),
      'The client cannot close at 1000',
    ],
    [
      'two faults',
      scenario({ runFor: 4_000, processFaults: [kill('service', 2_000), freeze('client', 1_000)] }),
      'Only one process',
    ],
  ])('%s', (_, any, sentence) => {
    expect(whyUnpredictable(any)).toContain(sentence);
  });
});
