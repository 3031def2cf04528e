import { describe, expect, test } from '@jest/globals';
import { INFINITE } from '@lapse/protocol/constants';
import type { Loser, Prediction } from '../claims.ts';
import type { CallPlan, Injection, Scenario, ServiceSettings, Step } from '../scenario.ts';
import { type Difference, partition, SITUATIONS, scenario } from '../testing/scenarios.ts';
import { predict, whyUnpredictable } from './predict.ts';

const call = (at: number, operation: CallPlan['operation'], lasts?: number): Step => ({
  at,
  do: 'call',
  call: { operation, ...(lasts !== undefined && { lasts }) },
});

/** A duplex client of a service that calls back: opened at 100, and asked to be called back at 500, which takes `lasts`. */
const asking = (
  { lasts = 300, service, ...difference }: Difference & { readonly lasts?: number },
  ...steps: readonly Step[]
): Scenario =>
  scenario({
    client: { callStyle: 'duplex', operationTimeout: 20_000 },
    service: { concurrencyMode: 'reentrant', sendTimeout: 2_000, ...service },
    workload: [{ at: 100, do: 'open' }, call(500, 'askBack', lasts), ...steps],
    ...difference,
  });

const held = (stream: Injection['stream'], heal?: number): Injection => ({ ...partition(650, heal), stream });

/** What happens, without Open: instant, side, event, number, exception; a star at the root. */
function lines({ claims, root }: Prediction): readonly string[] {
  return claims.slice(1).map(({ at, subject, outcome, symptom }, index) => {
    const what = outcome.is === 'completes' ? outcome.operation : outcome.is === 'fires' ? outcome.timer : outcome.is;
    const words = [at, subject.side, what, subject.call, symptom?.exception, index + 1 === root ? '*' : undefined];
    return words.filter((word) => word !== undefined).join(' ');
  });
}

const rootLoser = ({ claims, root }: Prediction, side: Loser['side'], timer: Loser['timer']) =>
  claims[root]?.losers.find((loser) => loser.side === side && loser.timer === timer);

describe('a callback that is answered', () => {
  test('takes there and back, and then comes the reply', () => {
    const latency = { at: 250, stream: 'both', toxic: { type: 'latency', latency: 100, jitter: 0 } } as const;
    expect(lines(predict(asking({ faults: [latency] })))).toEqual([
      '1100 service call 1',
      '1200 client call 1',
      '8000 client survives *',
      '8000 service survives',
    ]);
  });

  test('counts as activity, from where it is over', () => {
    const prediction = predict(SITUATIONS.callbackAnswered);
    expect(lines(prediction)).toEqual([
      '1500 client call 1',
      '1500 service call 1',
      '4500 service receive *',
      '4500 client endedByPeer',
    ]);
    expect(rootLoser(prediction, 'service', 'send')).toMatchObject({ why: 'cancelledBy', by: 'replied' });
  });

  test('waits for what the path does to the answer, and to what the client sent before', () => {
    expect(lines(predict(asking({ faults: [held('upstream', 1_500)] })))).toContain('1500 service call 1');
    const slow = { at: 250, stream: 'upstream', toxic: { type: 'bandwidth', rate: 1 } } as const;
    const after = predict(asking({ faults: [slow] }, call(2_000, 'echo')));
    expect(lines(after).map((line) => line.replace(/^\d+ /, ''))).toEqual(
      expect.arrayContaining(['service call 1', 'client call 1', 'client call 2']),
    );
  });

  test('is a message: an end behind it breaks no framing', () => {
    const service = { receiveTimeout: 1_000, sendTimeout: 9_000 };
    const lost = predict(asking({ service, faults: [held('upstream')] }, call(3_000, 'echo')));
    expect(lines(lost)).toContain('3000 client call 2 ProtocolException');
  });
});

describe('a callback that nobody answers', () => {
  test('fails by the sendTimeout of the service, in the operation alone', () => {
    const prediction = predict(SITUATIONS.callbackUnanswered);
    expect(lines(prediction)).toEqual([
      '2800 service send 1 TimeoutException *',
      '4000 client call 1',
      '8000 client survives',
      '8000 service survives',
    ]);
    expect(prediction.claims[prediction.root]).toMatchObject({ because: 'callback-timeout', span: 2_000 });
    expect(rootLoser(prediction, 'service', 'receive')).toMatchObject({ why: 'preemptedBy', wouldFireAt: 30_500 });
  });

  test('is before what follows from it: the timeout of the call whose reply it sets free has not been cancelled yet', () => {
    const up = predict(asking({ faults: [held('upstream')] }));
    expect(lines(up)).toContain('2800 client call 1');
    expect(rootLoser(up, 'client', 'send')).toMatchObject({ why: 'preemptedBy', wouldFireAt: 20_500 });
  });

  test('is activity all the same: the idle timer counts from its timeout', () => {
    const late = predict(asking({ service: { receiveTimeout: 4_000 }, faults: [held('downstream')] }));
    expect(lines(late)).toContain('6800 service receive *');
  });

  test.each(['upstream', 'downstream', 'both'] as const)('whichever way the partition lies: %s', (stream) => {
    expect(lines(predict(asking({ faults: [held(stream)] })))[0]).toBe('2800 service send 1 TimeoutException *');
  });

  test('waits for ever without one', () => {
    const forever = predict(asking({ service: { sendTimeout: INFINITE }, faults: [held('downstream')] }));
    expect(lines(forever)).toEqual(['8000 client survives *', '8000 service survives']);
  });

  test('may be answered at the same time: nobody can say', () => {
    expect(whyUnpredictable(asking({ faults: [held('both', 2_850)] }))).toContain(
      'the answer to the callback of call 1 arrives at 2850: nearer to each other',
    );
  });

  test('of an operation whose caller gives up before it calls back has not lost anything yet', () => {
    const client = { callStyle: 'duplex', operationTimeout: 1_000 } as const;
    const late = predict(asking({ lasts: 1_500, client, faults: [held('downstream')] }));
    expect(lines(late)).toEqual([
      '1500 client send 1 TimeoutException *',
      '4000 service send 1 TimeoutException',
      '8000 client survives',
      '8000 service survives',
    ]);
    expect(rootLoser(late, 'service', 'send')).toBeUndefined();
  });

  test('leaves the next call to be answered', () => {
    const next = predict(asking({ faults: [held('downstream', 4_000)] }, call(5_000, 'echo')));
    expect(lines(next)).toContain('5000 client call 2');
  });
});

describe('a callback of a service that is single-threaded', () => {
  test('is refused where it is made, and is no activity', () => {
    expect(lines(predict(SITUATIONS.callbackRefused))).toEqual([
      '500 client call 1',
      '500 service call 1 InvalidOperationException',
      '1500 client close *',
      '1500 service close',
    ]);
    const idle = { concurrencyMode: 'single', receiveTimeout: 4_000 } as const;
    expect(lines(predict(asking({ lasts: 1_000, service: idle })))).toContain('4500 service receive *');
  });

  test('has no send timeout: none lost', () => {
    expect(rootLoser(predict(SITUATIONS.callbackRefused), 'service', 'send')).toBeUndefined();
  });

  test('is not sent: a limit does not count it', () => {
    const limit = { at: 250, stream: 'downstream', toxic: { type: 'limit_data', bytes: 450 } } as const;
    const limited = (concurrencyMode: ServiceSettings['concurrencyMode']) =>
      asking({ service: { concurrencyMode }, faults: [limit] });
    expect(lines(predict(limited('single')))).toContain('800 client call 1');
    expect(whyUnpredictable(limited('reentrant'))).toContain('A limit of 450 bytes');
  });
});

describe('a callback on a session that has ended', () => {
  test('by the receive timeout before it was made is told so where it is made', () => {
    expect(lines(predict(SITUATIONS.callbackAfterReceiveTimeout))).toEqual([
      '2500 service receive *',
      '2500 client endedByPeer',
      '2500 client call 1 CommunicationException',
      '3500 service call 1 CommunicationObjectAbortedException',
    ]);
  });

  test('by the receive timeout while it waited has no meaningful reply at that instant', () => {
    const waited = predict(
      asking({ service: { sendTimeout: 9_000, receiveTimeout: 2_000 }, faults: [held('downstream')] }),
    );
    expect(lines(waited)).toEqual([
      '2500 service receive *',
      '2500 service call 1 CommunicationException',
      '8000 client survives',
    ]);
    // As late as the timer that ends it.
    expect(waited.claims[2]?.within).toEqual({ earliest: 2_495, latest: 2_620 });
  });

  test.each<[ServiceSettings['concurrencyMode'], string]>([
    ['reentrant', 'CommunicationException'],
    ['multiple', 'CommunicationException'],
    ['single', 'InvalidOperationException'],
  ])('by FIN, in a service that is %s: %s', (concurrencyMode, exception) => {
    const down: Injection = { at: 1_000, stream: 'both', toxic: { type: 'down' } };
    const ended = predict(asking({ lasts: 1_500, service: { concurrencyMode }, faults: [down] }));
    expect(lines(ended)).toContain(`2000 service call 1 ${exception}`);
  });

  test.each<[ServiceSettings['concurrencyMode'], string]>([
    ['reentrant', 'CommunicationObjectFaultedException'],
    ['single', 'InvalidOperationException'],
  ])('by RST, in a service that is %s: %s', (concurrencyMode, exception) => {
    const client = { callStyle: 'duplex', operationTimeout: 400 } as const;
    const reset = { path: 'direct', lasts: 1_500, client, service: { concurrencyMode } } as const;
    expect(lines(predict(asking(reset, { at: 1_200, do: 'abort' })))).toContain(`2000 service call 1 ${exception}`);
  });

  test('by FIN that a busy single-threaded service does not read: its idle timer runs on, and the callback is told of that', () => {
    const down: Injection = { at: 1_000, stream: 'both', toxic: { type: 'down' } };
    const busy = (lasts: number, concurrencyMode: ServiceSettings['concurrencyMode'] = 'single') =>
      asking({ lasts, service: { concurrencyMode, receiveTimeout: 1_000 }, faults: [down] });
    expect(lines(predict(busy(2_000)))).toEqual([
      '1000 client endedByPeer *',
      '1000 service endedByPeer',
      '1000 client call 1 CommunicationException',
      '1500 service receive',
      '2500 service call 1 CommunicationObjectAbortedException',
    ]);
    expect(lines(predict(busy(800)))).toContain('1300 service call 1 InvalidOperationException');
    expect(lines(predict(busy(2_000, 'reentrant'))).join()).not.toContain('receive');
    expect(whyUnpredictable(busy(1_100))).toContain('the end of the operation of call 1 arrives at 1600');
    expect(whyUnpredictable(busy(900))).toContain("the service's receive timer is due at 1500");
  });

  test('and refused in that very instant is told once', () => {
    const limit = { at: 250, stream: 'downstream', toxic: { type: 'limit_data', bytes: 20 } } as const;
    const cut = predict(asking({ service: { concurrencyMode: 'single' }, faults: [limit] }));
    expect(lines(cut).filter((line) => line.includes('service call'))).toEqual([
      '800 service call 1 InvalidOperationException',
    ]);
  });

  test('is none where its operation never began', () => {
    const late = scenario({
      client: { callStyle: 'duplex', operationTimeout: 20_000 },
      service: { concurrencyMode: 'reentrant', receiveTimeout: 2_000 },
      workload: [{ at: 100, do: 'open' }, call(1_000, 'echo'), call(4_000, 'askBack', 300)],
      faults: [held('downstream')],
    });
    expect(lines(predict(late))).toEqual(['3000 service receive *', '8000 client survives']);
  });

  test('is nothing of a dead service', () => {
    const killed = predict(asking({ lasts: 1_500, processFaults: [{ at: 1_000, side: 'service', how: 'kill' }] }));
    expect(lines(killed).join()).not.toContain('service call');
  });
});

describe('several operations of one session', () => {
  test.each<[ServiceSettings['concurrencyMode'], string]>([
    ['single', '1500 client call 2'],
    ['reentrant', '1500 client call 2'],
    ['multiple', '700 client call 2'],
  ])('in a service that is %s', (concurrencyMode, answered) => {
    const steps = [{ at: 100, do: 'open' } as const, call(500, 'slow', 1_000), call(700, 'echo')];
    const duplex = { callStyle: 'duplex' } as const;
    expect(lines(predict(scenario({ client: duplex, service: { concurrencyMode }, workload: steps })))).toContain(
      answered,
    );
  });

  test('of a reentrant service are read at once, which is activity, and begin one behind the other', () => {
    const client = { callStyle: 'duplex', operationTimeout: 20_000 } as const;
    const queued = (concurrencyMode: ServiceSettings['concurrencyMode'], next: CallPlan['operation']) =>
      scenario({
        client,
        service: { concurrencyMode, receiveTimeout: 1_300 },
        workload: [{ at: 100, do: 'open' }, call(500, 'slow', 1_600), call(1_200, next)],
      });
    expect(lines(predict(queued('reentrant', 'echo')))).toEqual([
      '2100 client call 1',
      '2100 client call 2',
      '2500 service receive *',
      '2500 client endedByPeer',
    ]);
    expect(lines(predict(queued('single', 'echo')))).toContain('1800 service receive *');
    expect(lines(predict(queued('reentrant', 'askBack')))).toContain('2100 client call 2');
  });

  test('are none behind the end of their session', () => {
    const ended = asking({ path: 'direct', lasts: 1_500, service: { receiveTimeout: 700 } }, call(1_500, 'echo'));
    expect(lines(predict(ended))).toContain('1500 client call 2 CommunicationObjectFaultedException');
  });

  test('of which one calls back beside another, or just behind it, are not predicted', () => {
    const slow = scenario({
      client: { callStyle: 'duplex', operationTimeout: 20_000 },
      service: { concurrencyMode: 'multiple' },
      workload: [{ at: 100, do: 'open' }, call(500, 'slow', 1_000), call(700, 'askBack')],
    });
    expect(whyUnpredictable(slow)).toContain('Call 2 begins at 700, beside call 1');
    const faults = [held('downstream', 2_000)];
    expect(whyUnpredictable(asking({ faults }, call(2_150, 'echo')))).toContain('Call 2 begins at 2150, beside call 1');
    expect(whyUnpredictable(asking({ faults }, call(2_200, 'echo')))).toBeUndefined();
  });

  test.each(['reentrant', 'multiple'] as const)(
    'beside a callback are not predicted in a service that is %s',
    (mode) => {
      const faults = [held('downstream', 2_000)];
      expect(whyUnpredictable(asking({ service: { concurrencyMode: mode }, faults }, call(1_500, 'echo')))).toBe(
        'Call 2 begins at 1500, beside call 1 or just behind it, and one of them calls back: set it later.',
      );
    },
  );

  test('wait for the one before them in a service that is single-threaded', () => {
    const single = asking({ lasts: 1_000, service: { concurrencyMode: 'single' } }, call(700, 'echo'));
    expect(lines(predict(single))).toContain('1500 client call 2');
  });
});
