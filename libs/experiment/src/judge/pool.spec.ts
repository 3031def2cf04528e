import { describe, expect, test } from '@jest/globals';
import { assemble } from '../evidence/assemble.ts';
import { entriesOf } from '../evidence/evidence.ts';
import { prove } from '../proof/prove.ts';
import { HISTORIES } from '../testing/histories.ts';
import { linesOf, type Recorded } from '../testing/history.ts';
import { adding, changing, dropping, judged, rootOf } from '../testing/judged.ts';
import { SITUATIONS } from '../testing/scenarios.ts';

const reasons = (experiment: ReturnType<typeof judged>) =>
  experiment.verdicts.filter(({ status }) => status === 'refuted').map(({ reason }) => reason);
const discarded = (record: Recorded) => record.type === 'discarded';

describe('a reused connection', () => {
  test('is the second session by every instant from which the client uses it', () => {
    const evidence = assemble(linesOf(HISTORIES.reused()));
    expect(evidence.problems).toEqual([]);
    const accepted = entriesOf(evidence, { side: 'service', session: 2 });
    expect(accepted.map(({ type, link }) => [type, link])).toContainEqual(['channelAccepted', 1]);
    expect(accepted.some(({ type }) => type === 'accepted')).toBe(false);
  });

  test('confirms a session that opened on it', () => {
    expect(judged('reused').status).toBe('confirmed');
  });

  test('refutes it where the service accepted another one instead', () => {
    const armed: Recorded = {
      source: 'service',
      side: 'service',
      connection: 2,
      at: 2_001,
      type: 'timer',
      what: 'armed',
      timer: 'channelInitialization',
      since: 2_001,
      due: 17_001,
    };
    expect(rootOf(judged('reused', adding(armed)))?.reason).toContain('said to be not armed, but it was armed at 2001');
  });
});

describe('two attempts of one open', () => {
  test('are confirmed by what was given up and when, and by the one deadline', () => {
    expect(judged('twoAttempts')).toMatchObject({ status: 'confirmed', root: 5 });
  });

  test('have a connection each, and both are of the second session', () => {
    const evidence = assemble(linesOf(HISTORIES.twoAttempts()));
    const links = ['client', 'service'].map((side) =>
      entriesOf(evidence, { side: side === 'client' ? 'client' : 'service', session: 2 }).map(({ link }) => link),
    );
    expect(links.map((each) => [...new Set(each)])).toEqual([
      [undefined, 1, 2],
      [1, 2],
    ]);
  });

  test('are refuted when no connection was given up, or one was and nobody had said so', () => {
    expect(reasons(judged('twoAttempts', dropping(discarded)))).toEqual([
      expect.stringContaining('It did not happen; instead the client'),
    ]);
    const more: Recorded = {
      source: 'host',
      side: 'client',
      connection: 2,
      at: 3_000,
      type: 'discarded',
      why: { code: 'poolIdle' },
    };
    expect(reasons(judged('twoAttempts', adding(more)))).toEqual([
      'Unpredicted: a pooled connection was given up (poolIdle) at 3000.',
    ]);
  });

  test('are refuted when the one was given up long after it had ended', () => {
    const late = changing(discarded, (record) => ({ ...record, at: 2_700 }));
    expect(reasons(judged('twoAttempts', late))).toEqual([expect.stringContaining('outside its window')]);
  });

  test("are refuted when the service's idle timer did not fire", () => {
    const silent = dropping(
      (record) => record.type === 'timer' && record.what === 'fired' && record.timer === 'poolIdle',
    );
    expect(reasons(judged('twoAttempts', silent))).toEqual([expect.stringContaining('It did not happen')]);
  });
});

test('bytes that were lost with one connection, before the fault, prove nothing about another one', () => {
  const { faults, runFor } = SITUATIONS.twoAttempts;
  const proofs = (change: (records: readonly Recorded[]) => readonly Recorded[]) =>
    prove({ faults, runFor }, assemble(linesOf(change(HISTORIES.twoAttempts()))));
  expect(proofs((records) => records)).toMatchObject([{ proven: true }]);
  const lost = {
    source: 'host',
    side: 'client',
    connection: 1,
    at: 700,
    type: 'transmit',
    id: 9,
    what: 'end',
  } as const;
  const arrived = { source: 'service', side: 'service', connection: 4, at: 2_600, type: 'received' } as const;
  const silent = dropping(
    (record) =>
      (record.type === 'canary' && record.source === 'host') || (record.type === 'transmit' && record.at === 2_000),
  );
  const more = adding({ ...lost, bytes: '07'.repeat(60) }, { ...arrived, bytes: '00' });
  expect(proofs((records) => more(silent(records)))).toMatchObject([{ proven: false }]);
});
