import { expect, test } from '@jest/globals';
import { assemble } from '../evidence/assemble.ts';
import type { Scenario } from '../scenario.ts';
import { HISTORIES } from '../testing/histories.ts';
import { HistoryBuilder, linesOf, type Recorded } from '../testing/history.ts';
import { dropping } from '../testing/judged.ts';
import { PROCESS_HISTORIES } from '../testing/process-histories.ts';
import { SITUATIONS } from '../testing/scenarios.ts';
import { accountsOf } from './accounts.ts';

const ALL = { ...HISTORIES, ...PROCESS_HISTORIES };

function accounts(scenario: Scenario, records: readonly Recorded[]) {
  return accountsOf(assemble(linesOf(records)), scenario);
}

function of(name: keyof typeof ALL) {
  return accounts(SITUATIONS[name], ALL[name]());
}

test.each([
  ['idleDirect', { at: 4_103, words: "the service's receive timer fired" }],
  ['silentRawClient', { words: "the service's channelInitialization timer fired" }],
  ['openUnanswered', { words: "the client's open timer fired" }],
  ['callTimesOut', { words: expect.stringContaining("the client's") }],
  ['refused', { words: expect.stringContaining("the client's connect failed") }],
  ['serviceKilledIdle', { at: 2_000, words: "the service's process was killed" }],
  ['serviceFrozenIdle', { words: "the service's receive timer fired" }],
] as const)('%s: the session was ended', (name, end) => {
  expect(of(name)).toMatchObject([{ session: 1, end }]);
});

test.each(['control', 'undisturbed'] as const)('%s: nothing ended the session, and nothing is its root', (name) => {
  const [account, ...others] = of(name);
  expect(others).toEqual([]);
  expect(account?.root.is).toBe('nothing');
  expect(account).not.toHaveProperty('end');
});

test('a call that fails and leaves its session alone is a root, with its number and its setting, and no end', () => {
  const [account] = of('callTimesOutUnderPump');
  expect(account?.root).toMatchObject({ is: 'timer', side: 'client', timer: 'send', call: 1 });
  expect(account?.root.span).toBe(SITUATIONS.callTimesOutUnderPump.client.operationTimeout);
  expect(account).not.toHaveProperty('end');
});

test('every session has an account of its own, in the order of their numbers', () => {
  const told = of('twoAttempts');
  expect(told.map(({ session }) => session)).toEqual([1, 2]);
  expect(told[0]).not.toHaveProperty('end');
  expect(told[1]).toMatchObject({ root: { timer: 'open', span: expect.any(Number) }, end: { at: 4_001 } });
});

test('what the service makes of the end that its client wanted ends nothing', () => {
  const left = (last: (history: HistoryBuilder) => HistoryBuilder) =>
    accounts(
      SITUATIONS.aborted,
      last(
        new HistoryBuilder(SITUATIONS.aborted).begins().opens(100).preambleArrives(101, 100).acknowledged(102, 100),
      ).ends().records,
    )[0];
  const reset = { type: 'sessionEnded', why: { code: 'connectionReset' } } as const;
  expect(left((history) => history.client(1_000, { type: 'abort' }).service(1_000, reset))).not.toHaveProperty('end');
  expect(left((history) => history.service(999, reset).client(1_000, { type: 'abort' }))).toMatchObject({
    end: { at: 999, words: "the service's session ended (connectionReset)" },
  });
});

test('a kill ends no session that its client had closed before', () => {
  const scenario: Scenario = { ...SITUATIONS.control, processFaults: [{ at: 2_000, side: 'service', how: 'kill' }] };
  const kill = { source: 'host', type: 'signalled', fault: 0, signal: 'SIGKILL' } as const;
  const killedAt = (at: number) => {
    const records = HISTORIES.control();
    const killed: Recorded = { ...kill, at, before: at, after: at + 1 };
    const later = records.findIndex((record) => record.at > at && record.type !== 'measurementEnded');
    const place = later < 0 ? records.findIndex(({ type }) => type === 'measurementEnded') : later;
    return accounts(scenario, records.toSpliced(place, 0, killed))[0];
  };
  expect(killedAt(200)).toMatchObject({ end: { at: 200, words: "the service's process was killed" } });
  expect(killedAt(2_000)).not.toHaveProperty('end');
});

test('a record that is not whole tells of an end that it holds, and of no survival', () => {
  const cut = dropping(({ type }) => type === 'measurementEnded');
  expect(accounts(SITUATIONS.undisturbed, cut(HISTORIES.undisturbed()))).toMatchObject([{ root: { is: 'unknown' } }]);
  expect(accounts(SITUATIONS.idleDirect, cut(HISTORIES.idleDirect()))).toMatchObject([{ end: { at: 4_103 } }]);
  expect(accounts(SITUATIONS.undisturbed, [])).toEqual([]);
});
