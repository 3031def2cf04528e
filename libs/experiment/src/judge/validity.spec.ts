import { describe, expect, test } from '@jest/globals';
import { HISTORIES } from '../testing/histories.ts';
import { linesOf, type Recorded } from '../testing/history.ts';
import { adding, changing, dropping, judged, judgedLines, rootOf, timerRecord } from '../testing/judged.ts';
import { SITUATIONS } from '../testing/scenarios.ts';

const broken: readonly (readonly [string, Recorded, string])[] = [
  [
    'the service ended unplanned',
    { source: 'host', at: 500, type: 'exited', process: 'service', planned: false, how: 'SIGKILL' },
    'ended unplanned at 500 (SIGKILL)',
  ],
  [
    'the injector failed',
    { source: 'host', at: 500, type: 'injectorFailed', message: 'connect ECONNREFUSED' },
    'injector failed at 500: connect ECONNREFUSED',
  ],
  ['the lease expired', { source: 'host', at: 500, type: 'leaseExpired' }, 'lease expired at 500'],
  ['the host crashed', { source: 'host', at: 500, type: 'crashed', message: 'boom' }, 'crashed at 500: boom'],
  [
    "the container's clock is another",
    { source: 'host', at: 500, type: 'clocksCompared', apart: 1.001 },
    'may be 1.001 ms apart',
  ],
  ['the experiment was stopped', { source: 'host', at: 500, type: 'stopped' }, 'was stopped at 500'],
];

describe('validity comes first (a)', () => {
  test.each(broken)('%s: nothing is confirmed', (_, record, reason) => {
    const { status, verdicts } = judged('idleDirect', adding(record));
    expect(status).toBe('inconclusive');
    for (const verdict of verdicts) {
      expect(verdict).toMatchObject({ status: 'inconclusive', reason: expect.stringContaining(reason) });
      expect(verdict.byNoise).toBeUndefined();
      expect(verdict.suspected).toBeUndefined();
    }
  });

  test('clocks that may be a millisecond apart, as the floor of an instant is, are one', () => {
    const compared: Recorded = { source: 'host', at: -100, type: 'clocksCompared', apart: 1 };
    expect(judged('idleDirect', adding(compared)).status).toBe('confirmed');
  });

  test('what broke is said before what is missing because of it', () => {
    const killed: Recorded = {
      source: 'host',
      at: 90,
      type: 'exited',
      process: 'service',
      planned: false,
      how: 'SIGKILL',
    };
    const unaccepted = dropping((record) => record.source === 'service' && record.at > 90);
    const { verdicts } = judged('idleDirect', (records) => adding(killed)(unaccepted(records)));
    expect(verdicts[0]?.reason).toBe('The service ended unplanned at 90 (SIGKILL).');
  });

  test.each(broken)('after the end of measurement it does not matter that %s', (_, record) => {
    expect(judged('idleDirect', adding({ ...record, at: 8_010 })).status).toBe('confirmed');
  });

  test('what would have been refuted is kept as suspected', () => {
    const wrong = changing(timerRecord('fired', 'receive'), (record) =>
      record.type === 'timer' ? { ...record, since: record.since - 1 } : record,
    );
    const experiment = judged('idleDirect', (records) =>
      adding({ source: 'host', at: 500, type: 'leaseExpired' })(wrong(records)),
    );
    expect(rootOf(experiment)).toMatchObject({
      status: 'inconclusive',
      suspected: 'The timer was armed for 4001 ms, not for 4000 ms.',
    });
  });

  test('a history without the end of measurement', () => {
    const { status, verdicts } = judged(
      'idleDirect',
      dropping(({ type }) => type === 'measurementEnded' || type === 'ended'),
    );
    expect(status).toBe('inconclusive');
    expect(verdicts[0]?.reason).toBe('The history ends before the measurement did.');
  });

  test('a history without zero', () => {
    expect(
      rootOf(
        judged(
          'idleDirect',
          dropping(({ type }) => type === 'zero'),
        ),
      )?.reason,
    ).toContain('no zero');
  });

  test('a history without its clock anchor', () => {
    expect(
      rootOf(
        judged(
          'idleDirect',
          dropping(({ type }) => type === 'experiment'),
        ),
      )?.reason,
    ).toContain('clock anchor');
  });

  test.each(['host', 'service'])('a gap in the numbers of the %s', (source) => {
    const lines = linesOf(HISTORIES.idleDirect());
    const index = lines.findIndex((line, position) => position > 5 && line.includes(`"source":"${source}"`));
    const { status, verdicts } = judgedLines(SITUATIONS.idleDirect, lines.toSpliced(index, 1));
    expect(status).toBe('inconclusive');
    expect(verdicts[0]?.reason).toContain(`The ${source}'s history has a gap`);
  });

  test('a history that was recorded for another prediction', () => {
    const lines = linesOf(HISTORIES.idleThroughProxy());
    expect(judgedLines(SITUATIONS.openUnanswered, lines).verdicts[0]?.reason).toContain('another prediction');
  });

  test('a toxic that was read back different', () => {
    const different = changing(
      ({ type }) => type === 'readBack',
      (record) => (record.type === 'readBack' ? { ...record, same: false, found: 'rate 7' } : record),
    );
    expect(rootOf(judged('openUnanswered', different))?.reason).toContain('rate 7');
  });

  test('an injection without proof', () => {
    const { status, verdicts, proofs } = judged(
      'openUnanswered',
      dropping(({ type }) => type === 'injected'),
    );
    expect(proofs).toEqual([{ injection: 0, proven: false, by: 'It was never made.' }]);
    expect(status).toBe('inconclusive');
    expect(verdicts[0]?.reason).toBe('Fault 1 has no proof of effect. It was never made.');
  });

  test('an unpredicted firing in a broken experiment is suspected, not refuted', () => {
    const firing: Recorded = {
      source: 'service',
      side: 'service',
      connection: 2,
      at: 600,
      type: 'timer',
      what: 'fired',
      timer: 'open',
      since: 0,
      due: 600,
    };
    const { verdicts } = judged('idleDirect', adding(firing, { source: 'host', at: 500, type: 'leaseExpired' }));
    expect(verdicts.at(-1)).toMatchObject({
      status: 'inconclusive',
      suspected: expect.stringContaining('Unpredicted'),
    });
  });
});
