import { describe, expect, test } from '@jest/globals';
import type { Claim, Prediction } from '../claims.ts';
import type { Injection, Scenario, Toxic } from '../scenario.ts';
import { DOWN, partition, SITUATIONS, scenario } from '../testing/scenarios.ts';
import { predict, whyUnpredictable } from './predict.ts';

/** A prediction in one line a claim: instant, side, what, and the root marked. */
function story({ claims, root }: Prediction): readonly string[] {
  return claims.map(
    (claim, index) => `${claim.at} ${claim.subject.side} ${whatOf(claim)}${index === root ? ' *' : ''}`,
  );
}

function whatOf({ outcome, symptom }: Claim): string {
  const shown = symptom ? ` ${symptom.exception}` : '';
  switch (outcome.is) {
    case 'fires':
      return `${outcome.timer} fires${shown}`;
    case 'endedByPeer':
      return `${outcome.how}${shown}`;
    case 'completes':
      return `${outcome.operation}${shown}`;
    case 'either':
      return `either ${outcome.timers.join(' ')}`;
    default:
      return `${outcome.is}${shown}`;
  }
}

const of = (which: Scenario) => story(predict(which));
const root = (which: Scenario) => {
  const { claims, root: index } = predict(which);
  const claim = claims[index];
  if (claim === undefined) throw new Error('no root');
  return claim;
};
const loser = (which: Scenario, side: string, timer: string) =>
  root(which).losers.find((each) => each.side === side && each.timer === timer);
const fault = (toxic: Toxic, stream: Injection['stream'] = 'both', at = 0, heal?: number): Injection => ({
  at,
  stream,
  toxic,
  ...(heal === undefined ? {} : { heal }),
});
const CLOSE = [
  { at: 100, do: 'open' },
  { at: 1_000, do: 'close' },
] as const;

describe('the catalogue', () => {
  test.each<readonly [keyof typeof SITUATIONS, readonly string[]]>([
    ['silentRawClient', ['2100 service channelInitialization fires *', '2100 client fin']],
    ['silentRawClientDirect', ['2100 service channelInitialization fires *', '2100 client rst']],
    ['idleThroughProxy', ['100 client open', '4100 service receive fires *', '4100 client fin']],
    ['idleDirect', ['100 client open', '4100 service receive fires *', '4100 client rst']],
    ['idleDuplexDirect', ['100 client open', '4100 service receive fires *', '4100 client rst CommunicationException']],
    ['openUnanswered', ['3100 client open fires TimeoutException *', '8000 service survives']],
    [
      'openUnansweredThenServiceGivesUp',
      ['3100 client open fires TimeoutException *', '5100 service channelInitialization fires'],
    ],
    ['serviceGivesUpBeforeClient', ['2100 service channelInitialization fires *', '2100 client fin ProtocolException']],
    ['openUnansweredThenHealed', ['3100 client open fires TimeoutException *', '5000 service fin']],
    ['preambleCut', ['3100 client open fires TimeoutException *', '8000 service survives']],
    ['refused', ['100 client refused EndpointNotFoundException *']],
    ['control', ['100 client open', '1000 client close *', '1000 service close']],
    ['undisturbed', ['100 client open', '3000 client survives *', '3000 service survives']],
    [
      'closedAfterUnseenFin',
      ['100 client open', '4100 service receive fires *', '4100 client fin', '6000 client close ProtocolException'],
    ],
    [
      'closedAfterUnseenReset',
      [
        '100 client open',
        '4100 service receive fires *',
        '4100 client rst',
        '6000 client close CommunicationException',
      ],
    ],
    [
      'closedAfterFault',
      [
        '3100 client open fires TimeoutException *',
        '6000 client close CommunicationObjectFaultedException',
        '8000 service survives',
      ],
    ],
    ['closeUnanswered', ['100 client open', '3000 client close fires TimeoutException *', '8000 service survives']],
    ['resetWhileClosing', ['100 client open', '3100 service receive fires *', '3100 client fin ProtocolException']],
    ['downWhileIdle', ['100 client open', '2000 client fin *', '2000 service fin']],
    ['undecided', ['3100 client either open channelInitialization *']],
    ['aborted', ['100 client open', '1000 service fin *']],
    [
      'poolIdle',
      [
        '100 client open',
        '1000 service close',
        '2000 service poolIdle fires',
        '4000 client close fires TimeoutException *',
      ],
    ],
    ['drippedUntilInitialization', ['2100 service channelInitialization fires *', '2100 client fin']],
    ['drippedThenSilent', ['3150 service receive fires *', '3150 client fin']],
    ['neverAcknowledges', ['3100 client open fires TimeoutException *', '3100 service fin']],
    ['neverAcknowledgesUntilReceive', ['2100 service receive fires *', '2100 client rst CommunicationException']],
    ['neverEnds', ['100 client open', '1000 service close', '3000 client close fires TimeoutException *']],
    ['infinite', ['100 client open', '3000 client survives *', '3000 service survives']],
  ])('%s', (name, claims) => {
    expect(of(SITUATIONS[name])).toEqual(claims);
  });
});

describe('windows', () => {
  test('are 5 ms early, and 100 ms and 1 % of the timer late', () => {
    expect(root(SITUATIONS.idleDirect).within).toEqual({ earliest: 4_095, latest: 4_240 });
    expect(root(SITUATIONS.silentRawClient).within).toEqual({ earliest: 2_095, latest: 2_220 });
    expect(predict(SITUATIONS.control).claims[0]?.within).toEqual({ earliest: 95, latest: 200 });
  });

  test('of an ending are those of the timer that causes it', () => {
    expect(predict(SITUATIONS.idleDirect).claims[2]?.within).toEqual({ earliest: 4_095, latest: 4_240 });
  });

  test('of what no timer causes are 5 ms early and 100 ms late', () => {
    const windows = predict(SITUATIONS.control).claims.map(({ at, within }) => [
      within.earliest - at,
      within.latest - at,
    ]);
    expect(windows).toEqual([
      [-5, 100],
      [-5, 100],
      [-5, 100],
    ]);
    expect(predict(SITUATIONS.closedAfterFault).claims[1]?.within).toEqual({ earliest: 5_995, latest: 6_100 });
  });

  test('of two undecided timers reach from the one to the other', () => {
    expect(root(SITUATIONS.undecided).within).toEqual({ earliest: 3_095, latest: 3_281 });
  });

  test('may end with the run, not after it', () => {
    const until = (runFor: number) => whyUnpredictable(scenario({ service: { receiveTimeout: 4_000 }, runFor }));
    expect(until(4_240)).toBeUndefined();
    expect(until(4_239)).toContain('choose another runFor');
    expect(until(4_095)).toBeUndefined();
  });

  test('of a survivor are the run', () => {
    expect(root(SITUATIONS.undisturbed).within).toEqual({ earliest: 0, latest: 3_000 });
  });
});

describe('spans are the settings, by side', () => {
  test.each([
    ['silentRawClient', 2_000],
    ['idleDirect', 4_000],
    ['openUnanswered', 3_000],
    ['closeUnanswered', 2_000],
  ] as const)('%s', (name, span) => {
    expect(root(SITUATIONS[name]).span).toBe(span);
  });
});

describe('losers', () => {
  test('an idle session: what was armed was stopped by the preamble, the rest never ran', () => {
    expect(root(SITUATIONS.idleDirect).losers).toEqual([
      { side: 'service', timer: 'channelInitialization', why: 'cancelledBy', by: 'contentTypeRead' },
      { side: 'service', timer: 'open', why: 'cancelledBy', by: 'opened' },
      { side: 'service', timer: 'poolIdle', why: 'notArmed' },
      { side: 'client', timer: 'open', why: 'cancelledBy', by: 'opened' },
      { side: 'client', timer: 'close', why: 'notArmed' },
    ]);
  });

  test('an unanswered open: the service still waits for the first byte, and its session timers never start', () => {
    expect(root(SITUATIONS.openUnanswered).losers).toEqual([
      { side: 'service', timer: 'channelInitialization', why: 'preemptedBy', by: 'open', wouldFireAt: 15_100 },
      { side: 'service', timer: 'open', why: 'notArmed' },
      { side: 'service', timer: 'receive', why: 'notArmed' },
      { side: 'service', timer: 'poolIdle', why: 'notArmed' },
      { side: 'client', timer: 'close', why: 'notArmed' },
    ]);
  });

  test('a closed session: Close and receive were stopped by the two Ends', () => {
    expect(loser(SITUATIONS.control, 'service', 'receive')).toMatchObject({ why: 'cancelledBy', by: 'ended' });
    expect(loser(SITUATIONS.control, 'client', 'close')).toMatchObject({ why: 'cancelledBy', by: 'closed' });
  });

  test('an infinite timeout is disabled', () => {
    expect(loser(SITUATIONS.infinite, 'service', 'receive')).toMatchObject({ why: 'disabled' });
  });

  test('a raw client has no timers to lose', () => {
    expect(root(SITUATIONS.silentRawClient).losers.every(({ side }) => side === 'service')).toBe(true);
  });
});

describe('margin', () => {
  test.each([
    ['openUnanswered', 12_000],
    ['openUnansweredThenServiceGivesUp', 2_000],
    ['openUnansweredThenHealed', 1_900],
    ['serviceGivesUpBeforeClient', 3_000],
    ['undisturbed', 27_100],
    ['silentRawClient', undefined],
    ['infinite', undefined],
  ] as const)('%s: %p ms to the runner-up', (name, margin) => {
    expect(root(SITUATIONS[name]).margin).toBe(margin);
  });
});

describe('the order of two timeouts decides, in either order', () => {
  const held = (openTimeout: number, channelInitializationTimeout: number, runFor = 8_000) =>
    scenario({ faults: [partition(0)], client: { openTimeout }, service: { channelInitializationTimeout }, runFor });

  test('less than 200 ms apart: either', () => {
    expect(root(held(3_000, 3_199)).outcome).toEqual({ is: 'either', timers: ['open', 'channelInitialization'] });
    expect(root(held(3_199, 3_000)).outcome).toEqual({ is: 'either', timers: ['channelInitialization', 'open'] });
    expect(root(held(3_000, 3_000)).outcome.is).toBe('either');
  });

  test('200 ms apart: the earlier one', () => {
    expect(root(held(3_000, 3_200)).outcome).toEqual({ is: 'fires', timer: 'open' });
    expect(root(held(3_200, 3_000)).outcome).toEqual({ is: 'fires', timer: 'channelInitialization' });
  });

  test('a window that contains the runner-up is wider than 200 ms for a long timer', () => {
    expect(root(held(15_000, 15_249, 30_000)).outcome.is).toBe('either');
    expect(root(held(15_000, 15_251, 30_000)).outcome.is).toBe('fires');
  });

  test('different latencies of the two directions do not widen it: they delay bytes, never an end', () => {
    const unanswered = (service: number) =>
      scenario({
        client: { openTimeout: 3_000 },
        service: { channelInitializationTimeout: service },
        faults: [
          fault({ type: 'bandwidth', rate: 0 }, 'upstream'),
          fault({ type: 'latency', latency: 150, jitter: 0 }, 'downstream'),
        ],
      });
    expect(root(unanswered(3_190)).outcome.is).toBe('either');
    expect(root(unanswered(3_210)).outcome.is).toBe('fires');
  });

  test('a timer against something that is no timer cannot be said', () => {
    const healedInTheLastMoment = scenario({ faults: [partition(0, 3_000)] });
    expect(whyUnpredictable(healedInTheLastMoment)).toBe(
      "The acknowledgement arrives at 3000 and the client's open timer is due at 3100: nearer to each other than 200 ms, so that nobody can say which comes first.",
    );
  });
});

describe('the path', () => {
  test('the end of a client that gave up waits behind its own held preamble', () => {
    expect(of(SITUATIONS.openUnansweredThenHealed)).toContain('5000 service fin');
  });

  test('dropped bytes queue nothing: the end crosses at once', () => {
    expect(of(scenario({ faults: [fault({ type: 'timeout', timeout: 0 })] }))).toEqual([
      '3100 client open fires TimeoutException *',
      '3100 service fin',
    ]);
  });

  test('an end crosses a hold when nothing is queued ahead', () => {
    expect(of(scenario({ service: { receiveTimeout: 4_000 }, faults: [partition(1_000)] }))).toContain(
      '4100 client fin',
    );
  });

  test('only a held acknowledgement: the service is open, idle, and its end waits behind the acknowledgement', () => {
    const held = scenario({
      client: { openTimeout: 6_000 },
      service: { receiveTimeout: 4_000 },
      faults: [fault({ type: 'bandwidth', rate: 0 }, 'downstream')],
    });
    expect(of(held)).toEqual(['4100 service receive fires *', '6100 client open fires TimeoutException']);
  });

  test('latency delays the preamble and the acknowledgement, each by its own direction, not the connect', () => {
    const slow = scenario({
      faults: [
        fault({ type: 'latency', latency: 400, jitter: 0 }, 'upstream'),
        fault({ type: 'latency', latency: 300, jitter: 0 }, 'downstream'),
      ],
      service: { receiveTimeout: 4_000 },
    });
    expect(of(slow)).toEqual(['800 client open', '4500 service receive fires *', '4500 client fin']);
  });

  test('latency may take 5 ms more than its setting', () => {
    const slow = scenario({ faults: [fault({ type: 'latency', latency: 400, jitter: 0 }, 'upstream')] });
    expect(predict(slow).claims[0]).toMatchObject({ at: 500, within: { earliest: 495, latest: 605 } });
  });

  test('a latency longer than the open timeout is a timeout', () => {
    const slow = scenario({ faults: [fault({ type: 'latency', latency: 1_700, jitter: 0 })] });
    expect(of(slow)).toContain('3100 client open fires TimeoutException *');
  });

  test('removing a latency lets go of what it still delays', () => {
    expect(of(scenario({ faults: [fault({ type: 'latency', latency: 5_000, jitter: 0 }, 'both', 0, 1_000)] }))[0]).toBe(
      '1000 client open',
    );
  });

  test('a slow bandwidth and a slicer delay the preamble by their arithmetic, and widen the window by what is open', () => {
    const bandwidth = predict(scenario({ faults: [fault({ type: 'bandwidth', rate: 1 }, 'upstream')] })).claims[0];
    expect(bandwidth).toMatchObject({ at: 132, within: { earliest: 127, latest: 328 } });
    const slicer = predict(
      scenario({ faults: [fault({ type: 'slicer', average_size: 16, size_variation: 0, delay: 10_000 }, 'upstream')] }),
    ).claims[0];
    expect(slicer).toMatchObject({ at: 110, within: { earliest: 105, latest: 365 } });
  });

  test('a limit inside the preamble cuts both sides; the acknowledgement is one byte', () => {
    expect(of(scenario({ faults: [fault({ type: 'limit_data', bytes: 10 }, 'upstream')] }))).toEqual([
      '100 client fin ProtocolException *',
      '100 service fin',
    ]);
    expect(of(scenario({ faults: [fault({ type: 'limit_data', bytes: 0 }, 'downstream')] }))).toEqual([
      '100 client fin ProtocolException *',
      '100 service fin',
    ]);
    expect(of(scenario({ faults: [fault({ type: 'limit_data', bytes: 1 }, 'downstream')] }))).toEqual([
      '100 client open',
      '100 client fin *',
      '100 service fin',
    ]);
    expect(of(scenario({ faults: [fault({ type: 'limit_data', bytes: 1_000 })], runFor: 3_000 }))).toEqual(
      of(SITUATIONS.undisturbed),
    );
  });

  test('a removed timeout toxic cuts the connection', () => {
    expect(of(scenario({ faults: [fault({ type: 'timeout', timeout: 0 }, 'both', 0, 1_000)] }))).toEqual([
      '1000 client fin ProtocolException *',
      '1000 service fin',
    ]);
  });

  test('down ends both sides at once, whatever is held', () => {
    const held = scenario({ faults: [partition(0), { ...DOWN, at: 2_000 }] });
    expect(of(held)).toEqual(['2000 client fin ProtocolException *', '2000 service fin']);
  });

  test('one toxic after another acts on what is sent while it is there', () => {
    const healed = [partition(0, 1_000), fault({ type: 'latency', latency: 300, jitter: 0 }, 'upstream', 1_500)];
    const closing = scenario({
      workload: [
        { at: 100, do: 'open' },
        { at: 2_000, do: 'close' },
      ],
      faults: healed,
      runFor: 4_000,
    });
    expect(of(closing)).toEqual(['1000 client open', '2300 client close *', '2300 service close']);
  });

  test('a close after a refused open finds a faulted channel, and a service that never knew', () => {
    const closed = scenario({ workload: CLOSE, faults: [DOWN] });
    expect(of(closed)).toEqual([
      '100 client refused EndpointNotFoundException *',
      '1000 client close CommunicationObjectFaultedException',
    ]);
  });

  test('down before the open refuses it, down afterwards ends it, down and up again before it does nothing', () => {
    expect(of(scenario({ faults: [DOWN] }))).toEqual(['100 client refused EndpointNotFoundException *']);
    expect(of(scenario({ faults: [{ ...DOWN, heal: 40 }], runFor: 3_000 }))).toEqual(of(SITUATIONS.undisturbed));
    expect(of(scenario({ client: { raw: true }, workload: [{ at: 100, do: 'connect' }], faults: [DOWN] }))).toEqual([
      '100 client refused *',
    ]);
  });
});

describe('the service', () => {
  test('waits for the content type from accept on: a part of the preamble does not extend it', () => {
    const cut = scenario({
      client: { openTimeout: 7_000, preambleCut: { after: 16, pause: 600 } },
      service: { channelInitializationTimeout: 2_000 },
      faults: [partition(400)],
    });
    expect(of(cut)[0]).toBe('2100 service channelInitialization fires *');
  });

  test('counts its receive timeout from the content type, not from accept', () => {
    const cut = scenario({
      path: 'direct',
      client: { preambleCut: { after: 16, pause: 600 } },
      service: { receiveTimeout: 4_000 },
    });
    expect(of(cut)).toEqual(['700 client open', '4700 service receive fires *', '4700 client rst']);
  });
});

describe('what the client is shown, by profile', () => {
  const netfx = { profile: { client: 'netfx' } } as const;

  test.each([
    [
      'a reset while a pump reads',
      { ...netfx, path: 'direct', client: { callStyle: 'duplex' }, service: { receiveTimeout: 4_000 } },
      'The socket connection was aborted',
    ],
    [
      'an unanswered close',
      { ...netfx, workload: CLOSE, client: { closeTimeout: 2_000 }, faults: [partition(500)] },
      'Close timed out after',
    ],
  ] as const)('netfx: %s', (_, difference, message) => {
    expect(predict(scenario(difference)).claims.map(({ symptom }) => symptom?.message)).toContain(message);
  });

  test.each([
    ['idleDuplexDirect', 'A TCP error (104: Connection reset by peer)'],
    ['closedAfterUnseenReset', 'A TCP error (104: Connection reset by peer)'],
    ['closedAfterUnseenFin', 'Error while reading message framing format at position'],
    ['closeUnanswered', 'asynchronous receive from the socket did not complete'],
    ['openUnanswered', 'The open operation did not complete within the allotted timeout'],
    ['serviceGivesUpBeforeClient', 'rejected the session-establishment request'],
    ['refused', 'Could not connect to'],
    ['closedAfterFault', 'because it is in the Faulted state'],
  ] as const)('dotnet: %s', (name, message) => {
    const messages = predict(SITUATIONS[name]).claims.map(({ symptom }) => symptom?.message);
    expect(messages).toContainEqual(expect.stringContaining(message));
  });

  test('an open and a close that succeed throw nothing', () => {
    expect(
      predict(SITUATIONS.control)
        .claims.filter(({ subject }) => subject.side === 'client')
        .map(({ symptom }) => symptom),
    ).toEqual([null, null]);
  });

  test('a duplex client reads FIN at once, too', () => {
    expect(of(scenario({ client: { callStyle: 'duplex' }, service: { receiveTimeout: 4_000 } }))).toContain(
      '4100 client fin ProtocolException',
    );
  });

  test('direct, a service that gives up resets the open', () => {
    const cut = { after: 16, pause: 5_000 };
    expect(
      of(
        scenario({
          path: 'direct',
          client: { openTimeout: 7_000, preambleCut: cut },
          service: { channelInitializationTimeout: 2_000 },
        }),
      ),
    ).toEqual(['2100 service channelInitialization fires *', '2100 client rst CommunicationException']);
  });
});

test('a step soon after a call has returned is clear', () => {
  const prompt = scenario({
    workload: [
      { at: 100, do: 'open' },
      { at: 101, do: 'close' },
      { at: 102, do: 'abort' },
    ],
    runFor: 3_000,
  });
  expect(of(prompt)).toEqual(['100 client open', '101 client close *', '101 service close']);
});
