import { describe, expect, test } from '@jest/globals';
import { HISTORIES, type HistoryName } from '../testing/histories.ts';
import type { Recorded } from '../testing/history.ts';
import { adding, changing, dropping, judged, rootOf, timerRecord } from '../testing/judged.ts';

const NAMES = Object.keys(HISTORIES).filter((name): name is HistoryName => name in HISTORIES);

/** Moves everything that happened in the session at or after `from`, on both sides. */
function moving(from: number, by: number) {
  return changing(
    (record) => record.side !== undefined && record.at >= from,
    (record) => ({ ...record, at: record.at + by }),
  );
}

/** Moves a firing of the service with its timer, as a wrong anchor would. */
function anchoredLater(timer: string, by: number) {
  return (records: readonly Recorded[]) =>
    records.map((record) => {
      const moved = record.side !== undefined && record.at >= 4_000 ? { ...record, at: record.at + by } : record;
      return record.type === 'timer' && record.timer === timer && moved.type === 'timer'
        ? { ...moved, since: moved.since + by, due: moved.due + by }
        : moved;
    });
}

describe('what happens as predicted', () => {
  test.each(NAMES)('%s is confirmed, claim by claim', (name) => {
    const { status, verdicts } = judged(name);
    expect(verdicts.filter((verdict) => verdict.status !== 'confirmed')).toEqual([]);
    expect(status).toBe('confirmed');
  });

  test('lateness of every firing is kept', () => {
    expect(judged('openUnansweredThenServiceGivesUp').lateness).toEqual([2, 2]);
  });
});

describe('span and instant (c)', () => {
  test('a firing before its window is refuted', () => {
    const experiment = judged('idleDirect', anchoredLater('receive', -10 - 3));
    expect(rootOf(experiment)).toMatchObject({
      status: 'refuted',
      observed: { at: 4_090 },
      reason: expect.stringContaining('5 ms outside its window 4095 to 4240'),
    });
  });

  test('a firing at the first instant of its window is confirmed', () => {
    expect(rootOf(judged('idleDirect', anchoredLater('receive', -8)))).toMatchObject({
      status: 'confirmed',
      observed: { at: 4_095 },
    });
  });

  test('a firing at the last instant of its window is confirmed, the next one is refuted', () => {
    expect(rootOf(judged('idleDirect', anchoredLater('receive', 137)))).toMatchObject({
      status: 'confirmed',
      observed: { at: 4_240 },
    });
    expect(rootOf(judged('idleDirect', anchoredLater('receive', 141)))).toMatchObject({
      status: 'refuted',
      observed: { at: 4_244 },
    });
  });

  test('a timer that fires before it is due is refuted, even inside its window', () => {
    const early = changing(timerRecord('fired', 'receive'), (record) =>
      record.type === 'timer' ? { ...record, since: record.since + 4, due: record.due + 4 } : record,
    );
    expect(rootOf(judged('idleDirect', early))).toMatchObject({
      status: 'refuted',
      reason: expect.stringContaining('before it was due'),
    });
  });

  test.each([-1, 1])('a span that is wrong by %i ms is refuted', (by) => {
    const wrong = changing(timerRecord('fired', 'receive'), (record) =>
      record.type === 'timer' ? { ...record, since: record.since - by } : record,
    );
    expect(rootOf(judged('idleDirect', wrong))).toMatchObject({
      status: 'refuted',
      reason: `The timer was armed for ${4_000 + by} ms, not for 4000 ms.`,
    });
  });

  test('another timer of the same side refutes, and is itself unpredicted', () => {
    const other = changing(timerRecord('fired', 'receive'), (record) =>
      record.type === 'timer' ? { ...record, timer: 'open' } : record,
    );
    const { status, verdicts, root } = judged('idleDirect', other);
    expect(status).toBe('refuted');
    expect(verdicts[root]).toMatchObject({
      status: 'refuted',
      reason: expect.stringContaining("instead the service's open timer fired at 4103"),
    });
    expect(verdicts.map(({ reason }) => reason)).toContain("Unpredicted: the service's open timer fired at 4103.");
  });

  test('the right timer on the wrong side is refuted', () => {
    const swapped = changing(
      (record) => record.type === 'timer' && record.what === 'fired',
      (record) => ({ ...record, source: 'host', side: 'client', connection: 1 }),
    );
    expect(judged('idleDirect', swapped).status).toBe('refuted');
  });

  test('an end of the wrong kind is refuted: FIN where the path delivers a reset', () => {
    const fin = changing(
      (record) => record.type === 'peerReset',
      (record) => ({ source: 'host', side: 'client', connection: 1, at: record.at, type: 'peerEnded' }),
    );
    const { verdicts } = judged('idleDirect', fin);
    expect(verdicts.find(({ claim }) => claim?.outcome.is === 'endedByPeer')).toMatchObject({ status: 'refuted' });
  });
});

describe('symptoms', () => {
  test('another exception than predicted is refuted', () => {
    const wrong = changing(
      (record) => record.type === 'completed' || record.type === 'sessionEnded',
      (record) =>
        record.type === 'completed' || record.type === 'sessionEnded'
          ? { ...record, exception: { name: 'CommunicationException', message: 'x' } }
          : record,
    );
    expect(rootOf(judged('openUnanswered', wrong))).toMatchObject({
      status: 'refuted',
      reason: expect.stringContaining('The caller was shown CommunicationException'),
    });
  });

  test('the right exception with another text is refuted', () => {
    const wrong = changing(
      (record) => record.type === 'completed',
      (record) =>
        record.type === 'completed'
          ? { ...record, exception: { name: 'TimeoutException', message: 'Close timed out after 00:00:03' } }
          : record,
    );
    expect(rootOf(judged('openUnanswered', wrong))?.status).toBe('refuted');
  });

  test('no exception where one was predicted is refuted', () => {
    const silent = dropping((record) => record.type === 'completed' || record.type === 'sessionEnded');
    expect(rootOf(judged('openUnanswered', silent))).toMatchObject({
      status: 'refuted',
      reason: expect.stringContaining('shown no exception'),
    });
  });

  test('a close that fails where it was to succeed is refuted', () => {
    const failing = changing(
      (record) => record.type === 'completed' && record.operation === 'close',
      (record) =>
        record.type === 'completed' ? { ...record, exception: { name: 'TimeoutException', message: 'x' } } : record,
    );
    expect(rootOf(judged('control', failing))).toMatchObject({
      status: 'refuted',
      reason: expect.stringContaining('It should have succeeded'),
    });
  });
});

describe('losers (d)', () => {
  const pool = {
    source: 'service',
    side: 'service',
    connection: 2,
    at: 1_000,
    type: 'timer',
    timer: 'poolIdle',
    since: 1_000,
    due: 41_000,
  } as const;

  test('a timer that was armed although it was said not to be refutes', () => {
    expect(rootOf(judged('idleDirect', adding({ ...pool, what: 'armed', by: 'reused' })))).toMatchObject({
      status: 'refuted',
      reason: "The service's poolIdle timer was said to be not armed, but it was armed at 1000.",
    });
  });

  test('one that is armed after the winner contradicts nothing', () => {
    const late = adding({ ...pool, at: 4_200, what: 'armed', by: 'reused' });
    expect(rootOf(judged('idleDirect', late))?.status).toBe('confirmed');
  });

  test('one that was not cancelled as said refutes', () => {
    const uncancelled = dropping(timerRecord('cancelled', 'channelInitialization'));
    expect(rootOf(judged('idleDirect', uncancelled))).toMatchObject({
      status: 'refuted',
      reason: expect.stringContaining('it was not cancelled so'),
    });
  });

  test('one that was cancelled by something else refutes', () => {
    const other = changing(timerRecord('cancelled', 'open'), (record) =>
      record.type === 'timer' ? { ...record, by: 'abort' } : record,
    );
    expect(rootOf(judged('idleDirect', other))?.status).toBe('refuted');
  });

  test('one that was to be pre-empted and never ran refutes', () => {
    const never = dropping(timerRecord('armed', 'channelInitialization'));
    expect(rootOf(judged('openUnanswered', never))).toMatchObject({
      status: 'refuted',
      reason: expect.stringContaining('but it was not armed'),
    });
  });

  test.each([
    ['due elsewhere than predicted', 5_000],
    ['due before the winner', -13_000],
  ])('one that was to be pre-empted and was %s refutes', (_, by) => {
    const moved = changing(timerRecord('armed', 'channelInitialization'), (record) =>
      record.type === 'timer' ? { ...record, due: record.due + by } : record,
    );
    expect(rootOf(judged('openUnanswered', moved))?.status).toBe('refuted');
  });

  test.each([
    [-5, 'confirmed'],
    [-6, 'refuted'],
    [255, 'confirmed'],
    [256, 'refuted'],
  ])('one that was to be pre-empted and was due %i ms after its prediction: %s', (by, status) => {
    const moved = changing(timerRecord('armed', 'channelInitialization'), (record) =>
      record.type === 'timer' ? { ...record, since: record.since + by, due: record.due + by } : record,
    );
    expect(rootOf(judged('openUnanswered', moved))?.status).toBe(status);
  });

  test('one that was to be pre-empted and was cancelled long before refutes', () => {
    const due = {
      source: 'service',
      side: 'service',
      connection: 3,
      at: 1_000,
      type: 'timer',
      timer: 'channelInitialization',
      since: 100,
      due: 15_100,
    } as const;
    expect(rootOf(judged('openUnanswered', adding({ ...due, what: 'cancelled', by: 'x' })))).toMatchObject({
      status: 'refuted',
      reason: expect.stringContaining('cancelled at 1000'),
    });
  });
});

describe('losers of a session that survives', () => {
  test('a timer that was to run on, and was cancelled, refutes', () => {
    const cancelled = {
      source: 'service',
      side: 'service',
      connection: 3,
      at: 2_000,
      type: 'timer',
      timer: 'receive',
      since: 101,
      due: 30_101,
    } as const;
    expect(rootOf(judged('undisturbed', adding({ ...cancelled, what: 'cancelled', by: 'ended' })))).toMatchObject({
      status: 'refuted',
      reason: expect.stringContaining('it was cancelled at 2000 by ended'),
    });
  });

  test('a timer that was to run on beyond the run, and did not, refutes', () => {
    expect(rootOf(judged('undisturbed', dropping(timerRecord('armed', 'receive'))))?.status).toBe('refuted');
  });

  test('a run that ends before its survivor was to be seen surviving says nothing', () => {
    const short = changing(
      ({ type }) => type === 'measurementEnded',
      (record) => ({ ...record, at: 2_999 }),
    );
    expect(rootOf(judged('undisturbed', short))).toMatchObject({
      status: 'inconclusive',
      reason: expect.stringContaining('ends at 2999'),
    });
  });
});

describe('nothing unpredicted (e)', () => {
  test('a second firing of a predicted timer needs a claim of its own', () => {
    const again = {
      source: 'service',
      side: 'service',
      connection: 2,
      at: 6_000,
      type: 'timer',
      what: 'fired',
      timer: 'receive',
      since: 2_000,
      due: 6_000,
    } as const;
    const { status, verdicts } = judged('idleDirect', adding(again));
    expect(status).toBe('refuted');
    expect(verdicts.at(-1)).toMatchObject({
      reason: "Unpredicted: the service's receive timer fired at 6000.",
      observed: { at: 6_000 },
    });
  });

  test('another timer that fires in the same breath as the predicted one is no part of its claim', () => {
    const other = {
      source: 'service',
      side: 'service',
      connection: 2,
      at: 4_103,
      type: 'timer',
      what: 'fired',
      timer: 'close',
      since: 103,
      due: 4_103,
    } as const;
    expect(judged('idleDirect', adding(other)).verdicts.at(-1)?.reason).toBe(
      "Unpredicted: the service's close timer fired at 4103.",
    );
  });

  test('a call that succeeds needs no claim', () => {
    const again = {
      source: 'host',
      side: 'client',
      connection: 1,
      at: 1_500,
      type: 'completed',
      operation: 'close',
    } as const;
    expect(judged('control', adding(again)).status).toBe('confirmed');
  });

  test.each([
    ['before', 2_000],
    ['after', 3_400],
  ])('two undecided timers cover what happens in their window, nothing %s it', (_, at) => {
    const fault = {
      source: 'host',
      side: 'client',
      connection: 1,
      at,
      type: 'state',
      from: 'opening',
      to: 'faulted',
      why: 'x',
    } as const;
    const { status, verdicts } = judged('undecided', adding(fault));
    expect(status).toBe('refuted');
    expect(verdicts.at(-1)?.reason).toContain('Unpredicted');
  });

  test('two undecided timers cover no third one', () => {
    const third = {
      source: 'service',
      side: 'service',
      connection: 3,
      at: 3_150,
      type: 'timer',
      what: 'fired',
      timer: 'receive',
      since: 0,
      due: 3_150,
    } as const;
    expect(judged('undecided', adding(third)).status).toBe('refuted');
  });

  test('an end that no claim covers is refuted', () => {
    const end = {
      source: 'host',
      side: 'client',
      connection: 1,
      at: 2_500,
      type: 'sessionEnded',
      why: { code: 'peerClosedEarly' },
    } as const;
    const { status, verdicts } = judged('control', adding(end));
    expect(status).toBe('refuted');
    expect(verdicts.at(-1)?.reason).toContain('Unpredicted');
  });

  test.each([
    [20, 'confirmed'],
    [21, 'refuted'],
  ])('what a side says %i ms after an event is covered by the claim on it: %s', (by, status) => {
    const later = changing(
      (record) => record.type === 'sessionEnded' && record.side === 'service',
      (record) => ({ ...record, at: record.at + by }),
    );
    expect(judged('idleDirect', later).status).toBe(status);
  });

  test('a session that ends for another cause than the claim, in the same breath, is refuted', () => {
    const other = changing(
      (record) => record.type === 'sessionEnded' && record.side === 'service',
      (record) => (record.type === 'sessionEnded' ? { ...record, why: { code: 'connectionReset' } } : record),
    );
    expect(judged('idleDirect', other).status).toBe('refuted');
  });

  test('a survivor that ends is refuted', () => {
    const firing = {
      source: 'service',
      side: 'service',
      connection: 3,
      at: 7_000,
      type: 'timer',
      what: 'fired',
      timer: 'channelInitialization',
      since: 100,
      due: 7_000,
    } as const;
    const { verdicts } = judged('openUnanswered', adding(firing));
    expect(verdicts.find(({ claim }) => claim?.outcome.is === 'survives')).toMatchObject({
      status: 'refuted',
      observed: { at: 7_000 },
    });
  });

  test('a root that was not the first to make the session unusable is refuted', () => {
    const { status, verdicts, root } = judged('openUnansweredThenServiceGivesUp', moving(5_000, -2_500));
    expect(status).toBe('refuted');
    expect(verdicts[root]).toMatchObject({
      status: 'refuted',
      reason: expect.stringContaining('made the session unusable first'),
    });
  });

  test('what comes after the end of measurement is not looked at (b)', () => {
    const late = {
      source: 'service',
      side: 'service',
      connection: 2,
      at: 8_001,
      type: 'timer',
      what: 'fired',
      timer: 'receive',
      since: 4_001,
      due: 8_001,
    } as const;
    expect(judged('idleDirect', adding(late)).status).toBe('confirmed');
  });

  test('the own abort of a client needs no claim', () => {
    const at = 2_000;
    const abort: readonly Recorded[] = [
      { source: 'host', side: 'client', connection: 1, at, type: 'abort' },
      { source: 'host', side: 'client', connection: 1, at, type: 'sessionEnded', why: { code: 'aborted' } },
    ];
    expect(judged('control', adding(...abort)).status).toBe('confirmed');
    expect(judged('control', adding(...abort.slice(1))).status).toBe('refuted');
  });
});

describe('noise (f)', () => {
  const noise = (at: number, ms: number, what: 'loopDelay' | 'roundTrip' = 'loopDelay'): Recorded => ({
    source: 'host',
    at,
    type: 'noise',
    what,
    ms,
  });

  test('noise larger than half of the margin makes a firing inside its window inconclusive', () => {
    const { status, verdicts, root } = judged('openUnansweredThenServiceGivesUp', adding(noise(3_100, 1_001)));
    expect(status).toBe('inconclusive');
    expect(verdicts[root]).toMatchObject({
      status: 'inconclusive',
      byNoise: true,
      noise: 1_001,
      reason: expect.stringContaining('2000 ms to the runner-up'),
    });
  });

  test('noise of half of the margin does not', () => {
    expect(rootOf(judged('openUnansweredThenServiceGivesUp', adding(noise(3_100, 1_000))))?.status).toBe('confirmed');
  });

  test.each(['loopDelay', 'roundTrip'] as const)('a firing outside by no more than the %s is inconclusive', (what) => {
    const experiment = judged('idleDirect', (records) =>
      adding(noise(4_250, 10, what))(anchoredLater('receive', 141)(records)),
    );
    expect(rootOf(experiment)).toMatchObject({ status: 'inconclusive', byNoise: true, noise: 10 });
  });

  test('noise of the service counts like noise of the host', () => {
    const service: Recorded = { source: 'service', at: 4_250, type: 'noise', what: 'loopDelay', ms: 10 };
    expect(
      rootOf(judged('idleDirect', (records) => adding(service)(anchoredLater('receive', 141)(records))))?.byNoise,
    ).toBe(true);
  });

  test.each([4_244 - 251, 4_244 + 261])('noise recorded at %i is too far from a firing at 4244 to count', (at) => {
    expect(
      rootOf(judged('idleDirect', (records) => adding(noise(at, 10))(anchoredLater('receive', 141)(records))))?.status,
    ).toBe('refuted');
  });

  describe('a delay where the timer was set, far from its firing', () => {
    const held = (at: number, ms: number) =>
      judged('idleDirect', (records) => adding(noise(at, ms))(anchoredLater('receive', 441)(records)));

    test('of more than a window allows for speaks against nothing, and is kept as suspected', () => {
      expect(rootOf(held(201, 101))).toMatchObject({
        status: 'inconclusive',
        byNoise: true,
        reason: 'Something was held up for 101 ms, longer than the 100 ms that a window allows for.',
        suspected: expect.stringContaining('outside its window'),
      });
      expect(held(201, 101).status).toBe('inconclusive');
    });

    test('of no more than that does not', () => {
      expect(held(201, 100).status).toBe('refuted');
    });

    test('counts from zero to the end of measurement', () => {
      expect(held(-1, 500).status).toBe('refuted');
      expect(held(0, 500).status).toBe('inconclusive');
      expect(held(8_101, 101).status).toBe('inconclusive');
      expect(held(8_102, 101).status).toBe('refuted');
    });

    test('takes nothing away from what was seen as predicted', () => {
      expect(judged('idleDirect', adding(noise(1_000, 900))).status).toBe('confirmed');
    });
  });

  test("the winner's own lateness is noise", () => {
    const late = changing(
      (record) => record.at >= 4_000 && record.side !== undefined,
      (record) => ({ ...record, at: record.at + 150 }),
    );
    expect(rootOf(judged('idleDirect', late))).toMatchObject({ status: 'inconclusive', byNoise: true, noise: 152 });
  });
});
