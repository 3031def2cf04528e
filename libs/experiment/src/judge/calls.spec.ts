import { describe, expect, test } from '@jest/globals';
import { assemble } from '../evidence/assemble.ts';
import { prove } from '../proof/prove.ts';
import { HistoryBuilder, linesOf, REQUEST_TIMED_OUT, type Recorded } from '../testing/history.ts';
import { adding, changing, dropping, judged, timerRecord } from '../testing/judged.ts';
import { scenario } from '../testing/scenarios.ts';

const reasons = (experiment: ReturnType<typeof judged>) =>
  experiment.verdicts.filter(({ status }) => status === 'refuted').map(({ reason }) => reason);
const returns = (call: number) => (record: Recorded) =>
  record.type === 'completed' && record.operation === 'call' && record.call === call;

describe.each(['callTimesOut', 'callTimesOutUnderPump', 'callTimesOutAlone', 'callLost'] as const)('%s', (name) => {
  test('is confirmed where everything comes as predicted', () => {
    expect(reasons(judged(name))).toEqual([]);
    expect(judged(name).status).toBe('confirmed');
  });

  test('is refuted where the call returned well instead, whatever the session says', () => {
    const well = changing(returns(1), (record) => ({
      ...{ source: record.source, side: 'client', connection: 1, at: record.at },
      ...{ type: 'completed', operation: 'call', call: 1, results: {} },
    }));
    expect(judged(name, well).status).toBe('refuted');
  });
});

describe('the timeout of a call', () => {
  test("is that call's: another one that times out was not predicted", () => {
    const other = (record: Recorded) => timerRecord('fired', 'send')(record);
    const second = changing(other, (record) => (record.type === 'timer' ? { ...record, call: 2 } : record));
    expect(reasons(judged('callTimesOut', second))).toContain("Unpredicted: the client's send timer fired at 2501.");
  });

  test('behind a pump does not end the session: what a caller is shown needs a claim all the same', () => {
    const more: Recorded = {
      ...{ source: 'host', side: 'client', connection: 1, at: 3_503, type: 'completed' },
      ...{ operation: 'call', call: 3, exception: REQUEST_TIMED_OUT },
    };
    expect(reasons(judged('callTimesOutUnderPump', adding(more)))).toEqual([
      expect.stringContaining("Unpredicted: the client's call 3 failed with TimeoutException"),
    ]);
  });

  test('refutes a session that survives it, where it was said to end', () => {
    const faulted = (record: Recorded) => record.type === 'state' && record.to === 'faulted';
    const without = dropping(
      (record) => faulted(record) || (record.type === 'sessionEnded' && record.side === 'client'),
    );
    expect(judged('callTimesOut', without).status).toBe('confirmed');
    expect(
      reasons(
        judged(
          'callTimesOut',
          dropping((record) => record.type === 'peerEnded'),
        ),
      ),
    ).toEqual([expect.stringContaining('It did not happen within the measurement')]);
  });
});

describe('a toxic that only larger messages feel', () => {
  const sliced = scenario({
    workload: [
      { at: 100, do: 'open' },
      { at: 500, do: 'call', call: { operation: 'echo' } },
    ],
    faults: [
      { at: 50, stream: 'upstream', toxic: { type: 'slicer', average_size: 60, size_variation: 0, delay: 30_000 } },
    ],
  });
  const history = new HistoryBuilder(sliced)
    .begins()
    .injects(0)
    .opens(100)
    .preambleArrives(101, 100)
    .acknowledged(102, 100)
    .calls(500, 1, { since: 101 })
    .ends().records;
  const proofs = (change: (records: readonly Recorded[]) => readonly Recorded[]) =>
    prove(sliced, assemble(linesOf(change(history))));
  const request = (record: Recorded) => record.type === 'received' && record.at === 501;

  test('is proven by the first that is late enough', () => {
    const late = changing(request, (record) => ({ ...record, at: 532 }));
    expect(proofs(late)).toMatchObject([{ proven: true, by: expect.stringContaining('120 sent upstream at 500') }]);
  });

  test('is proven by one that had not come yet when its connection ended long after, not by one that just had no time', () => {
    const never = dropping(request);
    expect(proofs(never)).toMatchObject([{ proven: true, by: expect.stringContaining('had not all arrived at 8000') }]);
    const end = { source: 'service', side: 'service', connection: 3, type: 'peerEnded' } as const;
    expect(proofs((records) => adding({ ...end, at: 740 })(never(records)))).toMatchObject([{ proven: false }]);
    expect(proofs((records) => adding({ ...end, at: 760 })(never(records)))).toMatchObject([{ proven: true }]);
  });

  test('is not proven by one that comes earlier than it could', () => {
    expect(proofs((records) => records)).toMatchObject([{ proven: false }]);
  });
});

test('a busy service may tell of the end of its session when it is done', () => {
  const later: Recorded = {
    ...{ source: 'service', side: 'service', connection: 3, at: 3_600 },
    ...{ type: 'sessionEnded', why: { code: 'peerEnded' } },
  };
  expect(judged('callTimesOut', adding(later)).status).toBe('confirmed');
  expect(reasons(judged('callTimesOut', adding({ ...later, at: 2_400 })))).toEqual([
    "Unpredicted: the service's session ended (peerEnded) at 2400.",
  ]);
});

test('an operation that takes its time ends no session', () => {
  const executing: Recorded = {
    ...{ source: 'service', side: 'service', connection: 3, at: 3_001, type: 'timer', what: 'fired' },
    ...{ timer: 'execution', call: 1, since: 501, due: 3_001 },
  };
  expect(judged('callTimesOutUnderPump', adding(executing)).status).toBe('confirmed');
});
