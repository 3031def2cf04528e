import { describe, expect, test } from '@jest/globals';
import { adding, changing, judged, timerRecord } from '../testing/judged.ts';
import { SITUATIONS } from '../testing/scenarios.ts';
import { explain } from './explain.ts';

test('calls that time out, pooled connections that are given up, and opens that a call makes name what to change', () => {
  expect(explain(judged('callTimesOut'))).toContain(
    'waited for the reply to a call, and gave up 2.000 s after it called, at 2.501 s of the run',
  );
  expect(explain(judged('twoAttempts'))).toContain(
    'the client gave it up at 2.503 s and told nobody. The service had let it go at 2.502 s, by TcpTransportBindingElement.ConnectionPoolSettings.IdleTimeout (service.idleTimeoutMs)',
  );
  const opening = {
    ...SITUATIONS.openUnanswered,
    workload: [{ at: 100, do: 'call', call: { operation: 'echo' } }],
  } as const;
  expect(explain(judged('openUnansweredThenServiceGivesUp'), opening)).toContain('client.operationTimeoutMs');
});

describe('a confirmed scenario in plain sentences', () => {
  test.each([
    [
      'silentRawClient',
      'The service waited for a new connection to say what it wants, and gave up 2.000 s after it accepted the connection, at 2.103 s of the run; no other timeout was running. Change ConnectionOrientedTransportBindingElement.ChannelInitializationTimeout of the service (service.channelInitializationTimeoutMs), or let the client send its preamble at once.',
    ],
    [
      'idleDirect',
      'The service waited for the next request of a session, and gave up 4.000 s after it accepted the session, began its last operation or ended its last callback, at 4.103 s of the run; no other timeout was running. Change Binding.ReceiveTimeout of the service (service.receiveTimeoutMs), or let the client call, or close the session, more often than that.',
    ],
    [
      'openUnansweredThenServiceGivesUp',
      'The client waited for the service to acknowledge the new session, and gave up 3.000 s after it began to open it, at 3.102 s of the run; the next event would have come 2.000 s later. Change Binding.OpenTimeout of the client (client.openTimeoutMs), or find out what keeps the service from answering.',
    ],
    [
      'refused',
      'Nothing listened where the client connected to: the open failed at 0.101 s of the run (predicted: 0.100 s), at once and not by a timeout. The next timeout would have been Binding.OpenTimeout of the client, at 3.100 s. Make the endpoint reachable, or let the client try again.',
    ],
    ['control', 'Nothing timed out: the close succeeded at 1.002 s of the run (predicted: 1.000 s).'],
    [
      'undecided',
      'Two timeouts lay too near to each other to say beforehand which comes first (open timeout, channel initialization timeout); one of them ended the session at 3.102 s of the run. Set them at least half a second apart.',
    ],
  ] as const)('%s', (name, sentence) => {
    expect(explain(judged(name))).toBe(sentence);
  });
});

test('a refuted one says what was predicted, and what was wrong with it', () => {
  const wrong = changing(timerRecord('fired', 'receive'), (record) =>
    record.type === 'timer' ? { ...record, since: record.since - 1 } : record,
  );
  expect(explain(judged('idleDirect', wrong))).toBe(
    'The prediction was wrong. It said for the service: its receive timeout at 4.100 s. The timer was armed for 4001 ms, not for 4000 ms.',
  );
});

test('an invalid one says what was missing, and what it would have refuted', () => {
  const wrong = changing(timerRecord('fired', 'receive'), (record) =>
    record.type === 'timer' ? { ...record, since: record.since - 1 } : record,
  );
  const experiment = judged('idleDirect', (records) =>
    adding({ source: 'host', at: 500, type: 'leaseExpired' })(wrong(records)),
  );
  expect(explain(experiment)).toBe(
    'Nothing can be said about the prediction. Nobody watched the experiment any more: its lease expired at 500. Had the experiment been valid, this would speak against it: The timer was armed for 4001 ms, not for 4000 ms.',
  );
});

test('with the scenario, the fault of the plan that refused the connection is named', () => {
  expect(explain(judged('refused'), SITUATIONS.refused)).toMatch(
    /^Nothing listened where the client connected to, because of Toxiproxy's down at 0\.000 s: /,
  );
});

test('what the caller was shown with an event is kept with its verdict: the name, and the beginning of the message', () => {
  const shown = judged('openUnanswered').verdicts.map(({ observed }) => observed?.shown);
  expect(shown).toContainEqual({
    exception: 'TimeoutException',
    message: expect.stringMatching(/^The open operation did not complete within/),
  });
  expect(judged('idleDirect').verdicts.every(({ observed }) => observed?.shown === undefined)).toBe(true);
});
