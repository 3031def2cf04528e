import { describe, expect, test } from '@jest/globals';
import { adding, changing, judged, timerRecord } from '../testing/judged.ts';
import { explain } from './explain.ts';

describe('a confirmed scenario in plain sentences', () => {
  test.each([
    [
      'silentRawClient',
      'The service waited for a new connection to say what it wants for 2 s, then gave up at 2.103 s; no other timeout was running. Change service.channelInitializationTimeoutMs, or let the client send its preamble at once.',
    ],
    [
      'idleDirect',
      'The service waited for the next request on an idle session for 4 s, then gave up at 4.103 s; no other timeout was running. Change service.receiveTimeoutMs, or let the client call, or close the session, more often than that.',
    ],
    [
      'openUnansweredThenServiceGivesUp',
      'The client waited for the service to acknowledge the new session for 3 s, then gave up at 3.102 s; the next event would have come 2 s later. Change client.openTimeoutMs, or find out what keeps the service from answering.',
    ],
    [
      'refused',
      'Nothing listened where the client connected to: the open failed at 0.101 s, at once and not by a timeout. The next timeout would have been client.openTimeoutMs, at 3.1 s. Make the endpoint reachable, or let the client try again.',
    ],
    ['control', 'Nothing timed out: the close succeeded at 1.002 s (predicted: 1 s).'],
    [
      'undecided',
      'Two timeouts lay too near to each other to say beforehand which comes first (open, channelInitialization); one of them ended the session at 3.102 s. Set them at least half a second apart.',
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
    'The prediction was wrong. It said for the service: its receive timeout at 4.1 s. The timer was armed for 4001 ms, not for 4000 ms.',
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
