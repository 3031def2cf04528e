import { describe, expect, test } from '@jest/globals';
import { linesOf, type Recorded } from '../testing/history.ts';
import { adding, changing, dropping, judgedLines } from '../testing/judged.ts';
import { PROCESS_HISTORIES as HISTORIES } from '../testing/process-histories.ts';
import { SITUATIONS } from '../testing/scenarios.ts';
import { explain } from './explain.ts';

type Name = keyof typeof HISTORIES;
type Change = (records: readonly Recorded[]) => readonly Recorded[];

function judged(name: Name, change: Change = (records) => records) {
  return judgedLines(SITUATIONS[name], linesOf(change(HISTORIES[name]())));
}

const isSignal = (signal: string) => (record: Recorded) => record.type === 'signalled' && record.signal === signal;
const isGap = (record: Recorded) => record.type === 'noise' && record.what === 'loopDelay';
const isAnswer = (record: Recorded) => record.type === 'canary' && record.what === 'answered';
const serviceNoise = (at: number, ms: number): Recorded => ({
  source: 'service',
  at,
  type: 'noise',
  what: 'loopDelay',
  ms,
});

describe('a process fault that took effect', () => {
  test.each([
    ['serviceKilledIdle', 'its exit is on record at 2004'],
    ['serviceFrozenIdle', 'its event loop was late by 1990 ms'],
    ['clientFrozenIdle', 'its event loop was late by 1985 ms'],
  ] as const)('%s is proven and confirmed', (name, by) => {
    const { status, proofs, verdicts } = judged(name);
    expect(proofs).toEqual([{ injection: 0, proven: true, by: expect.stringContaining(by) }]);
    expect(
      verdicts.map(({ reason, status: each }) => ({ reason, each })).filter(({ each }) => each !== 'confirmed'),
    ).toEqual([]);
    expect(status).toBe('confirmed');
  });

  test('a frozen service that says nothing about its gap is proven by the canary that waited', () => {
    const { status, proofs } = judged('serviceFrozenIdle', dropping(isGap));
    expect(proofs[0]?.by).toContain('and none was answered');
    expect(status).toBe('confirmed');
  });
});

describe('a process fault without proof is inconclusive', () => {
  const both: Change = (records) => dropping(isAnswer)(dropping(isGap)(records));
  const log = (at: number): Recorded => ({ source: 'service', at, type: 'noise', what: 'loopDelay', ms: 6 });
  test.each<[string, Name, Change, string]>([
    ['no signal', 'serviceKilledIdle', dropping(isSignal('SIGKILL')), 'was not signalled'],
    ['no exit', 'serviceKilledIdle', dropping(({ type }) => type === 'exited'), 'its exit is not on record'],
    [
      'an exit of another kind',
      'serviceKilledIdle',
      changing(
        ({ type }) => type === 'exited',
        (record) => (record.type === 'exited' ? { ...record, how: 'exit code 1' } : record),
      ),
      'ended otherwise than by the kill',
    ],
    ['a word after the kill', 'serviceKilledIdle', adding(log(2_500)), 'but logged something at 2500'],
    ['a word of the frozen process', 'serviceFrozenIdle', adding(log(2_000)), 'but logged something at 2000'],
    ['a thaw that is not on record', 'serviceFrozenIdle', dropping(isSignal('SIGCONT')), 'was not let'],
    ['neither gap nor canary', 'serviceFrozenIdle', both, 'Nothing shows that the service stood still'],
    ['a client without a gap', 'clientFrozenIdle', dropping(isGap), 'Nothing shows that the client stood still'],
  ])('%s', (_, name, change, reason) => {
    const { status, proofs, verdicts } = judged(name, change);
    expect(status).toBe('inconclusive');
    expect(proofs[0]).toMatchObject({ proven: false, by: expect.stringContaining(reason) });
    expect(verdicts[0]?.reason).toContain('has no proof of effect');
  });

  test('a service that ended before it was killed ended unplanned', () => {
    const early: Recorded = {
      source: 'host',
      at: 1_500,
      type: 'exited',
      process: 'service',
      planned: false,
      how: 'SIGKILL',
    };
    const change: Change = (records) => adding(early)(dropping(({ type }) => type === 'exited')(records));
    expect(judged('serviceKilledIdle', change).verdicts[0]?.reason).toContain('The service ended unplanned at 1500');
  });
});

describe('noise', () => {
  test('of a freeze is none: neither the gap, nor the round trip, nor the late firing', () => {
    const { verdicts, lateness } = judged('serviceFrozenIdle');
    const fired = verdicts.find(({ claim }) => claim?.outcome.is === 'fires');
    expect(fired?.noise).toBeLessThanOrEqual(10);
    expect(lateness).toEqual([2]);
  });

  test('of the machine still is some, beside a freeze as everywhere', () => {
    const { verdicts } = judged('serviceFrozenIdle', adding(serviceNoise(3_200, 150)));
    expect(verdicts.find(({ claim }) => claim?.outcome.is === 'fires')?.noise).toBe(150);
  });

  test('that explains a firing outside its window makes it inconclusive, not the freeze', () => {
    const late = (records: readonly Recorded[]) =>
      records.map((record) => (record.at >= 3_002 && record.at < 4_000 ? { ...record, at: record.at + 300 } : record));
    expect(judged('serviceFrozenIdle', late).status).toBe('inconclusive');
    const verdicts = judged('serviceFrozenIdle', late).verdicts.filter(({ claim }) => claim?.at === 3_000);
    expect(verdicts.map(({ byNoise }) => byNoise)).toContain(true);
  });
});

test('a timer that was to be held up, and rang all the same, refutes', () => {
  const { verdicts } = judged('serviceFrozenIdle', (records) =>
    changing(
      (record) => record.type === 'timer' && record.what === 'fired',
      (record) => ({ ...record, at: 2_105 }),
    )(dropping(isGap)(records)),
  );
  expect(verdicts.every(({ status }) => status === 'inconclusive')).toBe(true);
  expect(verdicts.some(({ suspected }) => suspected !== undefined)).toBe(true);
});

test('what is explained about an overdue timer names the freeze', () => {
  expect(explain(judged('serviceFrozenIdle'))).toContain('because its process was frozen when the time was over');
});

test('a session that a kill ended is explained by that kill, where the scenario is at hand', () => {
  expect(explain(judged('serviceKilledIdle'), SITUATIONS.serviceKilledIdle)).toContain(
    "session was ended by the kill of the service's process at 2.000 s, at ",
  );
});
