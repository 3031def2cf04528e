import { expect, test } from '@jest/globals';
import { assemble } from '../evidence/assemble.ts';
import type { Scenario } from '../scenario.ts';
import { HISTORIES, type HistoryName } from '../testing/histories.ts';
import { linesOf, type Recorded } from '../testing/history.ts';
import { PROCESS_HISTORIES } from '../testing/process-histories.ts';
import { SITUATIONS } from '../testing/scenarios.ts';
import { timelineOf } from './timeline.ts';

const timeline = (records: readonly Recorded[], scenario: Scenario) => timelineOf(assemble(linesOf(records)), scenario);
const of = (name: HistoryName) => timeline(HISTORIES[name](), SITUATIONS[name]);

test('an idle session from its open to its reset: who did what, what passed, which timer ran and fired', () => {
  expect(of('idleDirect')).toEqual([
    { at: 100, session: 1, client: 'Open()' },
    { at: 100, session: 1, client: 'is opening (open)' },
    { at: 100, session: 1, client: 'open timeout armed, due 3.100 s' },
    { at: 100, session: 1, client: 'connects' },
    { at: 100, session: 1, client: 'is connected' },
    { at: 100, session: 1, client: 'sends preamble', wire: '53 bytes -->' },
    { at: 100, session: 1, service: 'accepts a connection' },
    { at: 100, session: 1, service: 'channel initialization timeout armed, due 15.100 s' },
    { at: 101, session: 1, service: 'receives', wire: '53 bytes -->' },
    { at: 101, session: 1, service: 'channel initialization timeout cancelled (content type read)' },
    { at: 101, session: 1, service: 'has a session' },
    { at: 101, session: 1, service: 'is opening (channel accepted)' },
    { at: 101, session: 1, service: 'receive timeout armed, due 4.101 s' },
    { at: 101, session: 1, service: 'open timeout armed, due 20.101 s' },
    { at: 101, session: 1, service: 'open timeout cancelled (opened)' },
    { at: 101, session: 1, service: 'is opened (opened)' },
    { at: 101, session: 1, service: 'sends preamble ack', wire: '<-- 1 byte' },
    { at: 102, session: 1, client: 'receives', wire: '<-- 1 byte' },
    { at: 102, session: 1, client: 'open timeout cancelled (opened)' },
    { at: 102, session: 1, client: 'is opened (acknowledged)' },
    { at: 102, session: 1, client: 'Open() returns' },
    { at: 4_103, session: 1, service: 'receive timeout FIRED' },
    { at: 4_103, session: 1, service: 'is faulted (receive timed out)' },
    { at: 4_103, session: 1, service: 'session over: receive timeout' },
    { at: 4_103, session: 1, service: 'resets the connection', wire: '<-- RST' },
    { at: 4_104, session: 1, client: 'sees a reset', wire: '<-- RST' },
    { at: 4_104, session: 1, client: 'session over: connection reset' },
    { at: expect.any(Number), wire: 'end of measurement' },
  ]);
});

test('long bytes are told by their size, of which the history keeps the beginning', () => {
  const records = HISTORIES.idleDirect().map((record) =>
    record.type === 'transmit' || record.type === 'received' ? { ...record, size: 60_000 } : record,
  );
  const wires = timeline(records, SITUATIONS.idleDirect).flatMap(({ wire }) => (wire?.includes('bytes') ? [wire] : []));
  expect(wires).toEqual(['60000 bytes -->', '60000 bytes -->', '<-- 60000 bytes', '<-- 60000 bytes']);
});

test('toxics stand on the wire when they are put on and taken off', () => {
  const wires = of('openUnansweredThenHealed').flatMap(({ at, wire }) =>
    wire?.startsWith('toxic') ? [[at, wire]] : [],
  );
  expect(wires).toEqual([
    [3, 'toxic on: bandwidth rate 0 on both streams'],
    [5_003, 'toxic off: bandwidth rate 0 on both streams'],
  ]);
});

test('signals and ends of processes stand with the side that they happened to', () => {
  const { serviceKilledIdle, clientFrozenIdle } = SITUATIONS;
  expect(timeline(PROCESS_HISTORIES.serviceKilledIdle(), serviceKilledIdle)).toEqual(
    expect.arrayContaining([
      { at: 2_001, service: 'killed (SIGKILL)' },
      { at: 2_004, service: 'process ended: SIGKILL' },
      { at: 2_003, session: 1, client: 'sees the end', wire: '<-- FIN' },
    ]),
  );
  expect(timeline(PROCESS_HISTORIES.clientFrozenIdle(), clientFrozenIdle)).toEqual(
    expect.arrayContaining([
      { at: 1_001, client: 'frozen (SIGSTOP)' },
      { at: 3_001, client: 'runs again (SIGCONT)' },
    ]),
  );
});

test('a call is told from its start to its end, with the timer that is its own', () => {
  const rows = of('callTimesOut').filter(({ at }) => at >= 500);
  expect(rows.map(({ client, service }) => client ?? service)).toEqual(
    expect.arrayContaining([
      'calls Echo (call 1)',
      'operation timeout of call 1 armed, due 2.500 s',
      'begins Echo',
      'operation timeout of call 1 FIRED',
      'call 1 throws TimeoutException',
      'Close() throws CommunicationObjectFaultedException',
    ]),
  );
  expect(of('callTimesOutUnderPump')).toEqual(
    expect.arrayContaining([expect.objectContaining({ at: 3_003, client: 'drops a message that nobody waits for' })]),
  );
});

test('pooled connections, refusals and parts of a preamble have their words', () => {
  const words = (name: HistoryName) => of(name).flatMap(({ client, wire }) => [client, wire]);
  expect(words('reused')).toEqual(expect.arrayContaining(['keeps the connection', 'takes a pooled connection']));
  expect(words('twoAttempts')).toEqual(expect.arrayContaining(['gives a pooled connection up: peer closed early']));
  expect(words('refused')).toEqual(
    expect.arrayContaining(['connect fails: ECONNREFUSED', 'Open() throws EndpointNotFoundException']),
  );
  expect(words('preambleCut')).toEqual(expect.arrayContaining(['only 16 of 53 bytes']));
});

test('what went before zero, what comes after the measurement, canaries and noise are left out', () => {
  for (const name of Object.keys(HISTORIES).filter((one): one is HistoryName => one in HISTORIES)) {
    const rows = of(name);
    expect(rows.every(({ at }, index) => at >= 0 && at >= (rows[index - 1]?.at ?? 0))).toBe(true);
    expect(rows.at(-1)).toEqual({ at: SITUATIONS[name].runFor, wire: 'end of measurement' });
    expect(rows.every(({ client, wire, service }) => [client, wire, service].some((cell) => cell !== undefined))).toBe(
      true,
    );
  }
});

test('the work of an operation is no timeout, and on the service the send timeout bounds a reply', () => {
  const timer = (timer: 'execution' | 'send', what: 'armed' | 'fired'): Recorded => ({
    ...{ source: 'service', side: 'service', connection: 2, at: 2_000, type: 'timer', call: 1, since: 500 },
    ...{ what, timer, due: 2_000 },
  });
  const records = HISTORIES.idleDirect();
  const more = [
    timer('execution', 'armed'),
    timer('execution', 'fired'),
    timer('send', 'armed'),
    timer('send', 'fired'),
  ];
  const all = [...records.filter(({ at }) => at < 2_000), ...more, ...records.filter(({ at }) => at >= 2_000)];
  expect(timeline(all, SITUATIONS.idleDirect).flatMap(({ at, service }) => (at === 2_000 ? [service] : []))).toEqual([
    'work of call 1 armed, due 2.000 s',
    'work of call 1 is done',
    'send timeout of call 1 armed, due 2.000 s',
    'send timeout of call 1 FIRED',
  ]);
});
