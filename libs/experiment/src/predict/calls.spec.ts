import { describe, expect, test } from '@jest/globals';
import type { Claim, Loser, Prediction } from '../claims.ts';
import type { CallPlan, Injection, Scenario, Step } from '../scenario.ts';
import { type Difference, POOL, partition, SITUATIONS, scenario } from '../testing/scenarios.ts';
import { predict, whyUnpredictable } from './predict.ts';

const call = (at: number, operation: CallPlan['operation'] = 'echo', more: Partial<CallPlan> = {}): Step => ({
  at,
  do: 'call',
  call: { operation, ...more },
});

/** A session opened at 100, in which the steps follow. */
const calling = (steps: readonly Step[], { runFor = 5_000, ...difference }: Difference = {}): Scenario =>
  scenario({ workload: [{ at: 100, do: 'open' }, ...steps], runFor, ...difference });

function lines({ claims, root }: Prediction): readonly string[] {
  return claims.map((claim, index) => `${lineOf(claim)}${index === root ? ' *' : ''}`);
}

function lineOf({ at, subject, outcome, symptom }: Claim): string {
  const what = outcome.is === 'completes' ? outcome.operation : outcome.is === 'fires' ? outcome.timer : outcome.is;
  const which = subject.call === undefined ? '' : ` ${subject.call}`;
  return `${at} ${subject.side} ${what}${which}${symptom ? ` ${symptom.exception}` : ''}`;
}

function rootLosers({ claims, root }: Prediction): Readonly<Record<string, Loser>> {
  return Object.fromEntries((claims[root]?.losers ?? []).map((loser) => [`${loser.side} ${loser.timer}`, loser]));
}

const held = (at: number, stream: Injection['stream'], heal?: number): Injection => ({
  at,
  stream,
  toxic: { type: 'bandwidth', rate: 0 },
  ...(heal === undefined ? {} : { heal }),
});
const slow = (latency: number, stream: Injection['stream']): Injection => ({
  at: 300,
  stream,
  toxic: { type: 'latency', latency, jitter: 0 },
});

describe('a call', () => {
  test('returns when the operation has taken its time', () => {
    const prediction = predict(SITUATIONS.callAnswered);
    expect(lines(prediction)).toEqual([
      '100 client open',
      '800 client call 1',
      '1500 client close *',
      '1500 service close',
    ]);
    expect(rootLosers(prediction)['client send']).toMatchObject({ why: 'cancelledBy', by: 'replied' });
  });

  test('one way returns at once, whatever the service does with it', () => {
    const prediction = predict(calling([call(500, 'slowOneWay', { lasts: 1_000 }), { at: 2_000, do: 'close' }]));
    expect(lines(prediction)).toContain('500 client call 1');
  });

  test('one way has its timeout until the socket has the message', () => {
    const prediction = predict(calling([call(500, 'oneWay'), { at: 1_500, do: 'close' }]));
    expect(rootLosers(prediction)['client send']).toMatchObject({ why: 'cancelledBy', by: 'transmitted' });
  });

  test('one way is not answered: nothing is queued ahead of an end', () => {
    const change = { faults: [held(300, 'downstream')], service: { receiveTimeout: 1_000 } };
    expect(lines(predict(calling([call(500, 'oneWay')], change)))).toContain('1500 client endedByPeer');
  });

  test('waits for the operation before it: the service does one at a time', () => {
    const steps = [call(500, 'slowOneWay', { lasts: 1_000 }), call(700)];
    expect(lines(predict(calling(steps)))).toContain('1500 client call 2');
  });

  test('waits for what the path does to its messages', () => {
    expect(lines(predict(calling([call(500)], { faults: [slow(300, 'both')] })))).toContain('1100 client call 1');
    expect(lines(predict(calling([call(500)], { faults: [held(300, 'downstream', 1_200)] })))).toContain(
      '1200 client call 1',
    );
  });
});

describe('the operation timeout', () => {
  test('of a caller who reads faults the channel, and the next use is told so', () => {
    expect(lines(predict(SITUATIONS.callTimesOut))).toEqual([
      '100 client open',
      '2500 client send 1 TimeoutException *',
      '2500 service endedByPeer',
      '3000 client close CommunicationObjectFaultedException',
    ]);
    expect(rootLosers(predict(SITUATIONS.callTimesOut))['service receive']).toMatchObject({ wouldFireAt: 30_500 });
    expect(lines(predict(calling([call(500, 'slow', { lasts: 3_000 }), call(3_000)])))).toContain(
      '3000 client call 2 CommunicationObjectFaultedException',
    );
  });

  test("behind a pump fails the call alone: the late reply is nobody's, and the session closes", () => {
    expect(lines(predict(SITUATIONS.callTimesOutUnderPump))).toEqual([
      '100 client open',
      '2500 client send 1 TimeoutException *',
      '3500 client call 2',
      '4000 client close',
      '4000 service close',
    ]);
    const duplex = { ...SITUATIONS.callTimesOutUnderPump.client, callStyle: 'duplex' } as const;
    expect(predict({ ...SITUATIONS.callTimesOutUnderPump, client: duplex })).toEqual(
      predict(SITUATIONS.callTimesOutUnderPump),
    );
  });

  test.each(['upstream', 'downstream', 'both'] as const)('comes of a partition %s as of a slow service', (stream) => {
    for (const callStyle of ['sync', 'async'] as const) {
      const prediction = predict(calling([call(500)], { faults: [held(300, stream)], client: { callStyle } }));
      expect(lines(prediction)).toContain('2500 client send 1 TimeoutException *');
    }
  });

  test('comes of latency as soon as there and back are longer than it, and not before', () => {
    const of = (latency: number) => lines(predict(calling([call(500)], { faults: [slow(latency, 'both')] })));
    expect(of(1_200)).toContain('2500 client send 1 TimeoutException *');
    expect(of(800)).toContain('2100 client call 1');
    expect(whyUnpredictable(calling([call(500)], { faults: [slow(1_000, 'both')] }))).toContain('reply of call 1');
  });

  test('is infinite where it is said to be', () => {
    const steps = [call(500, 'slow', { lasts: 3_000 })];
    expect(lines(predict(calling(steps, { client: { operationTimeout: Number.MAX_SAFE_INTEGER } })))).toContain(
      '3500 client call 1',
    );
  });
});

describe('a call that opens its session', () => {
  const opening = (steps: readonly Step[], difference: Difference = {}) =>
    predict(scenario({ workload: [call(100), ...steps], runFor: 5_000, ...difference }));

  test('waits for the acknowledgement, then for its reply', () => {
    const latency: Injection = { ...slow(300, 'both'), at: 0 };
    expect(lines(opening([{ at: 2_000, do: 'close' }]))).toEqual([
      '100 client call 1',
      '2000 client close *',
      '2000 service close',
    ]);
    expect(lines(opening([], { faults: [latency] }))).toContain('1300 client call 1');
  });

  test('has its own time for the open, and not the open timeout', () => {
    const prediction = opening([call(3_000)], { faults: [partition(0)] });
    expect(lines(prediction)).toEqual([
      '2100 client open TimeoutException *',
      '3000 client call 2 CommunicationObjectFaultedException',
      '5000 service survives',
    ]);
    expect(prediction.claims[0]).toMatchObject({ span: 2_000 });
  });

  test('has what the open leaves of its time for the reply', () => {
    const latency: Injection = { ...slow(600, 'both'), at: 0 };
    expect(lines(opening([], { faults: [latency] }))).toContain('2100 client send 1 TimeoutException *');
  });

  test('cannot be told beside another one that comes before the session is open', () => {
    const latency: Injection = { ...slow(300, 'both'), at: 0 };
    const two = scenario({ workload: [call(100), call(500)], faults: [latency], client: { callStyle: 'async' } });
    expect(whyUnpredictable(two)).toContain('The call at 500 comes while the open still runs');
  });

  test('is refused where nobody listens', () => {
    const down: Injection = { at: 0, stream: 'both', toxic: { type: 'down' } };
    expect(lines(opening([], { faults: [down] }))).toEqual(['100 client refused EndpointNotFoundException *']);
  });
});

describe('the receive timeout', () => {
  test('counts from where the last operation began, not from its reply', () => {
    const steps = [call(500, 'slow', { lasts: 800 })];
    expect(lines(predict(calling(steps, { service: { receiveTimeout: 1_500 } })))).toContain('2000 service receive *');
  });

  test('ends a session in the middle of an operation that lasts longer', () => {
    expect(lines(predict(SITUATIONS.callLost))).toEqual([
      '100 client open',
      '1500 service receive *',
      '1500 client endedByPeer',
      '1500 client call 1 CommunicationException',
      '2000 client close CommunicationObjectFaultedException',
    ]);
  });

  test('is told to a pump without the reason', () => {
    const change = { path: 'direct', client: { callStyle: 'async' }, service: { receiveTimeout: 1_000 } } as const;
    const { claims } = predict(calling([call(500, 'slow', { lasts: 1_800 })], change));
    expect(claims.find(({ subject }) => subject.call === 1)?.symptom?.message).toContain('meaningful reply');
  });

  test('loses to each call that comes in time', () => {
    const steps = [call(500), call(1_200), call(1_900)];
    expect(lines(predict(calling(steps, { service: { receiveTimeout: 1_000 } })))).toContain('2900 service receive *');
  });
});

describe('a session that has ended', () => {
  test('by FIN after a message gives a caller no meaningful reply, whenever he calls', () => {
    expect(lines(predict(SITUATIONS.callOnEnded))).toEqual([
      '100 client open',
      '500 client call 1',
      '1500 service receive *',
      '1500 client endedByPeer',
      '2000 client call 2 CommunicationException',
    ]);
  });

  test('by FIN is nothing to a one-way call of one who does not read: the socket takes it', () => {
    const steps = [call(500), call(2_000, 'oneWay')];
    const { claims } = predict(calling(steps, { service: { receiveTimeout: 1_000 } }));
    expect(claims.find(({ subject }) => subject.call === 2)).toMatchObject({ symptom: null, at: 2_000 });
    const direct = calling(steps, { path: 'direct', service: { receiveTimeout: 1_000 } });
    expect(lines(predict(direct))).toContain('2000 client call 2 CommunicationException');
  });

  test('by FIN before any message breaks the framing of the first call, which faults the channel', () => {
    const steps = [call(2_000), call(2_500)];
    expect(lines(predict(calling(steps, { service: { receiveTimeout: 1_000 } })))).toEqual(
      expect.arrayContaining([
        '2000 client call 1 ProtocolException',
        '2500 client call 2 CommunicationObjectFaultedException',
      ]),
    );
  });

  test('by RST faults the channel with the next call', () => {
    const steps = [call(500), call(2_000), call(2_500)];
    const prediction = predict(calling(steps, { path: 'direct', service: { receiveTimeout: 1_000 } }));
    expect(lines(prediction)).toEqual(
      expect.arrayContaining([
        '2000 client call 2 CommunicationException',
        '2500 client call 3 CommunicationObjectFaultedException',
      ]),
    );
  });

  test('behind a pump that has read the end cannot be called any more, and closes well', () => {
    const steps: readonly Step[] = [call(500), call(2_000), { at: 2_500, do: 'close' }];
    const change = { client: { callStyle: 'async' }, service: { receiveTimeout: 1_000 } } as const;
    expect(lines(predict(calling(steps, change)))).toEqual(
      expect.arrayContaining(['2000 client call 2 ProtocolException', '2500 client close']),
    );
  });

  test('before its first call is read by nobody, even of an asynchronous client: Close is told of it', () => {
    const change = { client: { callStyle: 'async' }, service: { receiveTimeout: 1_000 } } as const;
    expect(lines(predict(calling([{ at: 2_000, do: 'close' }], change)))).toContain(
      '2000 client close ProtocolException',
    );
    const duplex = { ...change, client: { callStyle: 'duplex' } } as const;
    expect(lines(predict(calling([{ at: 2_000, do: 'close' }], duplex)))).toContain(
      '2000 client close CommunicationObjectFaultedException',
    );
  });

  test('by a cut in the middle of two calls side by side is told to both', () => {
    const down: Injection = { at: 1_000, stream: 'both', toxic: { type: 'down' } };
    const steps = [call(300), call(500, 'slow', { lasts: 1_000 }), call(700)];
    const prediction = predict(calling(steps, { faults: [down], client: { callStyle: 'async' } }));
    expect(lines(prediction).filter((line) => line.startsWith('1000 client'))).toEqual([
      '1000 client endedByPeer *',
      '1000 client call 2 CommunicationException',
      '1000 client call 3 CommunicationException',
    ]);
  });
});

describe('a connection that is cut in the middle of a message', () => {
  const limited = (stream: Injection['stream']): Injection => ({
    at: 700,
    stream,
    toxic: { type: 'limit_data', bytes: 20 },
  });
  const steps = [call(500), call(1_000), call(1_500)];

  test('on its way back breaks the framing: the channel is faulted', () => {
    expect(lines(predict(calling(steps, { faults: [limited('downstream')] })))).toEqual(
      expect.arrayContaining([
        '1000 client call 2 ProtocolException',
        '1500 client call 3 CommunicationObjectFaultedException',
      ]),
    );
  });

  test('on its way there is an end like any other for the client', () => {
    expect(lines(predict(calling(steps, { faults: [limited('upstream')] })))).toEqual(
      expect.arrayContaining([
        '1000 client call 2 CommunicationException',
        '1500 client call 3 CommunicationException',
      ]),
    );
  });
});

test('a service that is killed in a call ends it at once, and after an answer the channel stays opened', () => {
  const steps = [call(300), call(500, 'slow', { lasts: 1_000 }), call(2_000)];
  const killed = { processFaults: [{ at: 900, side: 'service', how: 'kill' }] } as const;
  expect(lines(predict(calling(steps, killed)))).toEqual([
    '100 client open',
    '300 client call 1',
    '900 client endedByPeer *',
    '900 client call 2 CommunicationException',
    '2000 client call 3 CommunicationException',
  ]);
});

describe('what calls cannot be told of', () => {
  test.each<[string, Scenario, string]>([
    [
      'a step of one thread that comes before the call has returned',
      calling([call(500, 'slow', { lasts: 1_000 }), call(1_200)]),
      'The call at 1200 comes while call 1 still runs',
    ],
    [
      'a close while a call waits',
      calling([call(500, 'slow', { lasts: 1_000 }), { at: 1_200, do: 'close' }], { client: { callStyle: 'async' } }),
      'closed at 1200 while a call waits',
    ],
    [
      'an abort while a call waits',
      calling([call(500, 'slow', { lasts: 1_000 }), { at: 1_200, do: 'abort' }], { client: { callStyle: 'async' } }),
      'aborted at 1200 while a call waits',
    ],
    [
      'a close while the service is busy',
      calling([call(500, 'slowOneWay', { lasts: 1_000 }), { at: 1_200, do: 'close' }]),
      'busy with call 1 when the session is closed at 1200',
    ],
    ['messages that sockets may not take', calling([call(500, 'oneWay', { bytes: 200_000 })]), 'more than 60000 bytes'],
    ['pooled connections', calling([call(500)], { client: { connectionPoolSettings: POOL } }), 'pooled'],
    [
      'frozen processes',
      calling([call(500)], { processFaults: [{ at: 900, side: 'service', how: 'freeze' }] }),
      'frozen process',
    ],
    ['misbehaving services', calling([call(500)], { service: { misbehave: 'neverEnds' } }), 'misbehaving'],
    [
      'a fault that changes while the client writes',
      calling([call(500)], { faults: [partition(520)] }),
      'keep them 50 ms apart',
    ],
  ])('%s', (_, any, sentence) => {
    expect(whyUnpredictable(any)).toContain(sentence);
  });
});
