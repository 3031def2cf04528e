import { describe, expect, test } from '@jest/globals';
import { assemble } from '../evidence/assemble.ts';
import { CALLBACK_ON_ENDED, CALLBACK_REFUSED } from '../predict/callbacks.ts';
import { prove } from '../proof/prove.ts';
import { unansweredCallback } from '../testing/callback-history.ts';
import { linesOf, type Recorded } from '../testing/history.ts';
import { adding, changing, dropping, judgedLines, timerRecord } from '../testing/judged.ts';
import { SITUATIONS } from '../testing/scenarios.ts';
import type { Verdict } from '../verdict.ts';
import { accountOf } from './account.ts';
import { explain } from './explain.ts';
import { timelineOf } from './timeline.ts';

const SCENARIO = SITUATIONS.callbackUnanswered;

const judged = (records: readonly Recorded[]) => judgedLines(SCENARIO, linesOf(records));
const reasons = (records: readonly Recorded[]) =>
  judged(records)
    .verdicts.filter(({ status }) => status !== 'confirmed')
    .map(({ reason }) => reason);
const accountOfIt = (records: readonly Recorded[]) => accountOf(assemble(linesOf(records)), SCENARIO, 1);
const told = (record: Recorded) =>
  record.type === 'completed' && record.operation === 'call' && record.side === 'service';
const there = { source: 'service', side: 'service', connection: 3 } as const;
const here = { source: 'client', side: 'client', connection: 1 } as const;

describe('a callback that nobody answers', () => {
  test('is confirmed, although its timeout arms the idle timer anew', () => {
    expect(reasons(unansweredCallback())).toEqual([]);
    expect(prove(SCENARIO, assemble(linesOf(unansweredCallback())))).toEqual([
      expect.objectContaining({ proven: true }),
    ]);
  });

  test('is refuted where the operation is told of another exception, or of none', () => {
    const other = changing(told, (record) =>
      record.type === 'completed' ? { ...record, exception: { name: 'CommunicationException', message: 'm' } } : record,
    );
    expect(reasons(other(unansweredCallback()))).toContainEqual(expect.stringContaining('not TimeoutException'));
    expect(reasons(dropping(told)(unansweredCallback()))).toContainEqual(
      expect.stringContaining('The caller was shown no exception'),
    );
  });

  test('is refuted where the timer is another setting', () => {
    const longer = changing(timerRecord('fired', 'send'), (record) =>
      record.type === 'timer' ? { ...record, due: record.due + 1 } : record,
    );
    expect(reasons(longer(unansweredCallback()))).toContain('The timer was armed for 2001 ms, not for 2000 ms.');
  });

  test('is refuted where its session ends by it', () => {
    const why = { code: 'timedOut', timer: 'send', after: 2_000 } as const;
    const ends = adding({ ...there, at: 2_803, type: 'sessionEnded', why });
    expect(reasons(ends(unansweredCallback()))).toContainEqual(expect.stringContaining('It did not survive'));
  });

  test('is refuted where the idle timer was armed anew before it', () => {
    const early = { ...there, at: 1_000, type: 'timer', timer: 'receive', what: 'rearmed' } as const;
    const rearmed = (records: readonly Recorded[]) => {
      const at = records.findIndex(timerRecord('armed', 'send'));
      const fired = records.findIndex(timerRecord('fired', 'send'));
      expect(fired).toBeGreaterThan(at);
      return records.toSpliced(fired, 0, { ...early, since: 1_000, due: 31_000, by: 'request' });
    };
    expect(reasons(rearmed(unansweredCallback()))).toContainEqual(
      expect.stringContaining("The service's receive timer was said to be pre-empted by send, but it was due at 31000"),
    );
  });
});

test('a callback of a service that fails without a claim is unpredicted', () => {
  const exception = { name: 'CommunicationException', message: 'm' };
  const failed = adding({ ...there, at: 5_000, type: 'completed', operation: 'call', call: 2, exception });
  expect(reasons(failed(unansweredCallback()))).toEqual([
    "Unpredicted: the service's callback of call 2 failed with CommunicationException: m at 5000.",
  ]);
});

test.each([
  [
    CALLBACK_REFUSED,
    'InvalidOperationException',
    ' The callback of call 1 failed at 0.700 s with InvalidOperationException: its answer could not have been read while the operation runs. Set ConcurrencyMode of the service to Reentrant or Multiple (service.concurrencyMode).',
  ],
  [
    CALLBACK_ON_ENDED,
    'CommunicationObjectAbortedException',
    ' The callback of call 1 failed at 0.700 s with CommunicationObjectAbortedException: its session had ended.',
  ],
])('a callback that fails by $id is told, although it ends no session', ({ id }, exception, told) => {
  const callback: Verdict = {
    ...{ status: 'confirmed', reason: 'seen', observed: { what: 'it', at: 700 } },
    claim: {
      ...{ subject: { side: 'service', session: 1, call: 1 }, outcome: { is: 'completes', operation: 'call' } },
      ...{
        symptom: { exception, message: 'm' },
        at: 700,
        within: { earliest: 695, latest: 800 },
        because: id,
        losers: [],
      },
    },
  };
  const experiment = judged(unansweredCallback());
  const sentence = explain(experiment, SCENARIO);
  expect(explain({ ...experiment, verdicts: [...experiment.verdicts, callback] }, SCENARIO)).toBe(`${sentence}${told}`);
});

describe('what is told of it', () => {
  test('in a sentence', () => {
    expect(explain(judged(unansweredCallback()), SCENARIO)).toBe(
      'The service waited for its client to answer a callback, and gave up 2.000 s after it called back, at 2.802 s of the run; the next event would have come 1.200 s later. Change Binding.SendTimeout of the service (service.sendTimeoutMs), or find out what keeps the client from answering.',
    );
  });

  test('in an account: the operation is told, and nobody else', () => {
    expect(accountOfIt(unansweredCallback())).toMatchObject({
      root: {
        is: 'timer',
        side: 'service',
        timer: 'send',
        words: expect.stringContaining('The send timeout of the service fired'),
      },
      carrier: { is: 'nothing', words: 'Nothing had to be carried: the operation was told, and the session goes on.' },
      seen: { words: 'Nothing of it: its own call goes on.' },
      change: expect.stringContaining('Binding.SendTimeout of the service'),
    });
  });

  test('in an account: a caller whose own timeout comes first is told of that, with the effect of his call', () => {
    const exception = { name: 'TimeoutException', message: 'did not receive a reply within the configured timeout' };
    const over = (record: Recorded) => record.type === 'completed' && record.side === 'client' && record.at > 4_000;
    const failed = adding({ ...here, at: 3_000, type: 'completed', operation: 'call', call: 1, exception });
    const later = changing(
      ({ type }) => type === 'executed',
      (record) => ({ ...record, at: 3_500 }),
    );
    expect(accountOfIt(later(failed(dropping(over)(unansweredCallback()))))).toMatchObject({
      seen: { call: 1, at: 3_000 },
      effect: expect.stringContaining('0.500 s after its caller had been told that it failed'),
    });
  });

  test('in an account: it is no reason of what ends the session later', () => {
    const fired = { timer: 'receive', what: 'fired', since: 2_802, due: 6_802 } as const;
    const why = { code: 'timedOut', timer: 'receive', after: 4_000 } as const;
    const idle = adding(
      { ...there, at: 6_802, type: 'timer', ...fired },
      { ...there, at: 6_802, type: 'state', from: 'opened', to: 'faulted', why: 'receiveTimedOut' },
      { ...there, at: 6_802, type: 'disconnect', how: 'abort' },
      { ...there, at: 6_802, type: 'sessionEnded', why },
    );
    expect(accountOfIt(idle(unansweredCallback()))).toMatchObject({
      root: { is: 'timer', timer: 'receive', at: 6_802 },
      change: expect.stringContaining('Binding.ReceiveTimeout'),
    });
  });

  test('in an account: that its client aborts the session later makes no blocked write of it', () => {
    const aborted = adding(
      { ...here, at: 5_000, type: 'abort' },
      { ...there, at: 5_001, type: 'peerReset' },
      { ...there, at: 5_001, type: 'state', from: 'opened', to: 'faulted', why: 'peerReset' },
    );
    expect(accountOfIt(aborted(unansweredCallback())).carrier).toMatchObject({ is: 'nothing' });
  });

  test('in an account: neither does it hide a process that is killed later', () => {
    const scenario = { ...SCENARIO, processFaults: [{ at: 6_000, side: 'service', how: 'kill' }] as const };
    const killed = adding({
      source: 'host',
      at: 6_001,
      type: 'signalled',
      fault: 0,
      signal: 'SIGKILL',
      before: 6_000,
      after: 6_001,
    });
    expect(accountOf(assemble(linesOf(killed(unansweredCallback()))), scenario, 1).root).toMatchObject({
      is: 'process',
      side: 'service',
    });
  });

  test('in an account: one that the socket does not take ends the session', () => {
    const why = { code: 'timedOut', timer: 'send', after: 2_000 } as const;
    const ends = adding(
      { ...there, at: 2_802, type: 'disconnect', how: 'abort' },
      { ...there, at: 2_802, type: 'sessionEnded', why },
    );
    expect(accountOfIt(ends(unansweredCallback())).carrier).toMatchObject({ is: 'silence' });
  });

  test('in an account: a callback that is refused ends nothing', () => {
    const undone = dropping((record) => timerRecord('fired', 'send')(record));
    expect(accountOfIt(undone(unansweredCallback())).root).toMatchObject({ is: 'nothing' });
  });

  test('in a timeline: a callback is not the call', () => {
    const rows = timelineOf(assemble(linesOf(unansweredCallback())), SCENARIO);
    const words = rows.flatMap(({ at, client, service }) => (at < 2_802 ? [] : [client ?? service]));
    expect(words).toEqual(
      expect.arrayContaining([
        'send timeout of call 1 FIRED',
        'callback of call 1 throws TimeoutException',
        'call 1 returns',
      ]),
    );
  });
});
