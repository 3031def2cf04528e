import { describe, expect, test } from '@jest/globals';
import { assemble } from '../evidence/assemble.ts';
import type { Scenario } from '../scenario.ts';
import { HISTORIES } from '../testing/histories.ts';
import { HistoryBuilder, linesOf, type Recorded } from '../testing/history.ts';
import { adding, changing, dropping } from '../testing/judged.ts';
import { PROCESS_HISTORIES } from '../testing/process-histories.ts';
import { SITUATIONS } from '../testing/scenarios.ts';
import { accountOf } from './account.ts';
import { toxicInWords } from './root.ts';

const ALL = { ...HISTORIES, ...PROCESS_HISTORIES };
const KILL = { signal: 'SIGKILL', before: 3_000, after: 3_001 } as const;
type Name = keyof typeof ALL;
type Change = (records: readonly Recorded[]) => readonly Recorded[];

function account(
  name: Name,
  { change = (records) => records, session = 1 }: { change?: Change; session?: number } = {},
) {
  const scenario: Scenario = SITUATIONS[name];
  return accountOf(assemble(linesOf(change(ALL[name]()))), scenario, session);
}

describe('root, carrier and what the caller saw', () => {
  test.each([
    ['idleDirect', { is: 'timer', side: 'service', timer: 'receive', at: 4_103 }, 'rst', 'Nothing until its next use'],
    ['idleThroughProxy', { is: 'timer', side: 'service', timer: 'receive' }, 'fin', 'Nothing until its next use'],
    [
      'idleDuplexDirect',
      { is: 'timer', side: 'service', timer: 'receive' },
      'rst',
      'Its channel was faulted at 4.104 s',
    ],
    ['silentRawClient', { is: 'timer', side: 'service', timer: 'channelInitialization' }, 'fin', 'a raw client has no'],
    [
      'serviceGivesUpBeforeClient',
      { is: 'timer', timer: 'channelInitialization' },
      'fin',
      'with ProtocolException "The',
    ],
    [
      'openUnanswered',
      { is: 'timer', side: 'client', timer: 'open', at: 3_102 },
      'silence',
      'Open() failed at 3.102 s',
    ],
    ['callTimesOut', { is: 'timer', side: 'client', timer: 'send' }, 'silence', 'The channel is faulted.'],
    ['callTimesOutUnderPump', { is: 'timer', side: 'client', timer: 'send' }, 'silence', 'The channel stays open'],
    ['callLost', { is: 'timer', side: 'service', timer: 'receive' }, 'rst', 'Call 1 failed at 1.503 s'],
    ['refused', { is: 'toxic', at: 0 }, 'refused', 'with EndpointNotFoundException'],
    ['serviceKilledIdle', { is: 'process', side: 'service', at: 2_000 }, 'fin', 'Nothing until its next use'],
    ['serviceFrozenIdle', { is: 'timer', side: 'service', timer: 'receive' }, 'fin', 'Nothing until its next use'],
    [
      'clientFrozenIdle',
      { is: 'timer', side: 'service', timer: 'receive' },
      'rst',
      'Its channel was faulted at 3.003 s',
    ],
    ['control', { is: 'nothing' }, 'nothing', 'No exception.'],
    ['undisturbed', { is: 'nothing' }, 'nothing', 'No exception.'],
  ] as const)('%s', (name, root, carrier, seen) => {
    const told = account(name);
    expect(told.root).toMatchObject(root);
    expect(told.carrier.is).toBe(carrier);
    expect(told.seen.words).toContain(seen);
  });

  test('a reset that Toxiproxy made a FIN of is told as both', () => {
    expect(account('idleThroughProxy').carrier).toEqual({
      is: 'fin',
      at: 4_104,
      words:
        'The service ended its connection by RST at 4.103 s; the client saw FIN at 4.104 s, for Toxiproxy passes a reset on as FIN.',
    });
  });

  test('what lay on the path or on a process when a timer fired is told with it, and how late it was', () => {
    expect(account('openUnanswered').root.words).toBe(
      'The open timeout of the client fired at 3.102 s: 3.000 s had passed since 0.100 s (meanwhile: bandwidth rate 0 on both streams since 0.000 s).',
    );
    expect(account('serviceFrozenIdle').root.words).toContain('2.000 s had passed since 0.101 s, and 0.902 s more');
    expect(account('clientFrozenIdle').root.words).toContain("the client's process frozen since 1.000 s");
  });

  const seenAt = (at: number) =>
    changing(
      ({ type, side }) => side === 'client' && type === 'peerEnded',
      (record) => ({ ...record, at }),
    );

  test('an effect is never told as earlier than its cause: clocks differ, and what comes later is an answer', () => {
    expect(account('idleThroughProxy', { change: seenAt(4_102) }).carrier.words).toBe(
      'The service ended its connection by RST at 4.103 s; the client saw FIN at the same time, for Toxiproxy passes a reset on as FIN.',
    );
    const killed: Recorded = { ...{ source: 'host', at: 3_001, type: 'signalled', fault: 0 }, ...KILL };
    const scenario: Scenario = {
      ...SITUATIONS.idleThroughProxy,
      processFaults: [{ at: 3_000, side: 'service', how: 'kill' }],
    };
    const records = seenAt(3_004)(HISTORIES.idleThroughProxy());
    const all = [killed, ...records].toSorted((one, other) => one.at - other.at);
    expect(accountOf(assemble(linesOf(all)), scenario, 1).carrier.words).toBe('The client saw FIN at 3.004 s.');
  });

  test('an end that never reached the client is silence', () => {
    const change = dropping(({ type, side }) => side === 'client' && (type === 'peerReset' || type === 'sessionEnded'));
    expect(account('idleDirect', { change }).carrier).toEqual({
      is: 'silence',
      words:
        'The service ended its connection by RST at 4.103 s; the client saw nothing of it: it was not reading, or the path held it.',
    });
  });

  test('a framing fault is a carrier of its own', () => {
    const change = changing(
      ({ type, side }) => side === 'client' && type === 'sessionEnded',
      (record) =>
        record.type === 'sessionEnded' ? { ...record, why: { code: 'framingFault', uri: 'urn:x' } } : record,
    );
    expect(account('idleDirect', { change }).carrier.is).toBe('fault');
  });

  test('an end that no timer and no fault of the plan explains is the doing of the other side', () => {
    const change = dropping((record) => record.type === 'timer' && record.what === 'fired');
    expect(
      account('idleDuplexDirect', {
        change: (all) =>
          change(all).filter(({ side, type }) => side !== 'service' || !['state', 'sessionEnded'].includes(type)),
      }).root,
    ).toMatchObject({
      is: 'peer',
      side: 'service',
      at: 4_104,
    });
  });

  test('what the client aborts by itself is nothing that ended against its will', () => {
    const aborts: Recorded = { source: 'host', side: 'client', connection: 1, at: 3_000, type: 'abort' };
    const change: Change = (records) => [
      ...records.filter(({ at }) => at < 3_000),
      aborts,
      ...records.filter(({ at }) => at >= 3_000),
    ];
    expect(account('idleDirect', { change }).root.is).toBe('nothing');
  });

  test('an operation of the service that is done with its work has ended nothing', () => {
    const done: Recorded = {
      source: 'service',
      side: 'service',
      connection: 2,
      at: 2_000,
      type: 'timer',
      what: 'fired',
      timer: 'execution',
      call: 1,
      since: 500,
      due: 2_000,
    };
    const change: Change = (records) => [
      ...records.filter(({ at }) => at < 2_000),
      done,
      ...records.filter(({ at }) => at >= 2_000),
    ];
    expect(account('idleDirect', { change }).root).toMatchObject({ timer: 'receive' });
  });

  test('a toxic that ends connections is the root of their end, and what is put on later is not', () => {
    const scenario = SITUATIONS.downWhileIdle;
    const ended = new HistoryBuilder(scenario)
      .begins()
      .opens(100)
      .preambleArrives(101, 100)
      .acknowledged(102, 100)
      .injects(0)
      .client(2_004, { type: 'peerEnded' })
      .client(2_004, { type: 'sessionEnded', why: { code: 'peerClosedEarly' } })
      .service(2_005, { type: 'peerEnded' })
      .service(2_005, { type: 'disconnect', how: 'end' })
      .ends().records;
    const told = accountOf(assemble(linesOf(ended)), scenario, 1);
    expect(told.root).toEqual({
      is: 'toxic',
      at: 2_000,
      words: 'Toxiproxy ended the connection: down, put on at 2.000 s.',
    });
    expect(told.carrier.words).toBe('Toxiproxy ended the connection; the client saw FIN at 2.004 s.');
    const later: Scenario = { ...scenario, faults: scenario.faults.map((fault) => ({ ...fault, at: 3_000 })) };
    expect(accountOf(assemble(linesOf(ended)), later, 1)).toMatchObject({
      root: { is: 'peer' },
      // The service only answered what it had seen, too.
      carrier: { words: 'The client saw FIN at 2.004 s.' },
    });
  });

  test('a channel whose session ended under a call is open in state only; one that ends later can still be used', () => {
    const endedAt = (at: number) => {
      const records = new HistoryBuilder(SITUATIONS.callTimesOut)
        .begins()
        .opens(100)
        .preambleArrives(101, 100)
        .acknowledged(102, 100)
        .calls(500, 1, { since: 101 })
        .callFails(901, 1, { name: 'CommunicationException', message: 'no meaningful reply' })
        .client(at, { type: 'sessionEnded', why: { code: 'peerEnded' } })
        .ends().records;
      return accountOf(assemble(linesOf(records)), SITUATIONS.callTimesOut, 1).seen.words;
    };
    expect(endedAt(901)).toContain(
      '. The session has ended: its channel is open in state only, and every further call fails.',
    );
    expect(endedAt(1_500)).toContain('The channel stays open');
  });

  test('what a host does that is stopped is no story of its session', () => {
    const records = new HistoryBuilder(SITUATIONS.idleDirect)
      .begins()
      .opens(100)
      .preambleArrives(101, 100)
      .acknowledged(102, 100).records;
    const stopped: readonly Recorded[] = [
      ...records,
      { source: 'host', at: 1_000, type: 'stopped' },
      { source: 'client', side: 'client', connection: 1, at: 1_001, type: 'peerReset' },
    ];
    expect(accountOf(assemble(linesOf(stopped)), SITUATIONS.idleDirect, 1).root).toMatchObject({ is: 'unknown' });
  });

  test('a channel that its own client closes under a call is closed', () => {
    const records = new HistoryBuilder(SITUATIONS.callTimesOut)
      .begins()
      .opens(100)
      .preambleArrives(101, 100)
      .acknowledged(102, 100)
      .calls(500, 1, { since: 101 })
      .client(901, { type: 'state', from: 'opened', to: 'closed', why: 'abort' })
      .callFails(901, 1, { name: 'CommunicationObjectAbortedException', message: 'it has been Aborted' })
      .ends().records;
    expect(accountOf(assemble(linesOf(records)), SITUATIONS.callTimesOut, 1).seen.words).toContain(
      '. The channel is closed.',
    );
  });

  test('a kill after the client has closed its session did nothing to it', () => {
    const scenario: Scenario = { ...SITUATIONS.control, processFaults: [{ at: 2_000, side: 'service', how: 'kill' }] };
    const killed: Recorded = {
      source: 'host',
      at: 2_001,
      type: 'signalled',
      fault: 0,
      signal: 'SIGKILL',
      before: 2_000,
      after: 2_001,
    };
    const lines = linesOf(adding(killed)(HISTORIES.control().filter(({ type }) => type !== 'measurementEnded')));
    expect(accountOf(assemble(lines), scenario, 1).root).toMatchObject({ is: 'unknown' });
    const [before, after] = [
      HISTORIES.control().filter(({ at }) => at < scenario.runFor),
      HISTORIES.control().filter(({ at }) => at >= scenario.runFor),
    ];
    const whole = linesOf([...before, killed, ...after]);
    expect(accountOf(assemble(whole), scenario, 1).root).toMatchObject({ is: 'nothing' });
  });

  test('of several sessions the one that is asked for is told of', () => {
    expect(account('twoAttempts', { session: 2 }).root).toMatchObject({
      is: 'timer',
      side: 'client',
      timer: 'open',
      at: 4_001,
    });
    expect(account('twoAttempts', { session: 1 }).root).toMatchObject({ is: 'nothing' });
  });

  test('a record that is not whole does not say that nothing happened', () => {
    const change = dropping(({ type }) => type === 'measurementEnded');
    for (const told of [
      account('undisturbed', { change }),
      account('undisturbed', { session: 7 }),
      accountOf(assemble([]), SITUATIONS.undisturbed, 1),
    ])
      expect(told).toMatchObject({
        root: { is: 'unknown' },
        carrier: { is: 'nothing' },
        seen: { words: 'The record does not say.' },
      });
    expect(account('idleDirect', { change }).root).toMatchObject({ is: 'timer', timer: 'receive' });
  });
});

test('of a call that failed it is told whether it took effect, and of nothing else', () => {
  expect(account('callTimesOut')).toMatchObject({
    seen: { call: 1 },
    effect: expect.stringContaining('began the operation'),
  });
  expect(account('openUnanswered')).not.toHaveProperty('effect');
  expect(account('idleDirect')).not.toHaveProperty('effect');
});

describe('what to change', () => {
  test('names the setting of the timer, the side, and the behaviour', () => {
    expect(account('idleDirect').change).toMatch(
      /^The setting is Binding\.ReceiveTimeout of the service\. .*or close sessions that are done\.$/,
    );
    expect(account('openUnanswered').change).toMatch(/^The setting is Binding\.OpenTimeout of the client\. /);
    expect(account('callTimesOut').change).toMatch(
      /^The setting is IContextChannel\.OperationTimeout, or Binding\.SendTimeout, of the client \(client\.operationTimeoutMs\)\. /,
    );
  });

  test('names the operation timeout where it was a call that opened the channel', () => {
    const change = changing(
      ({ type }) => type === 'open',
      ({ at }): Recorded => ({
        ...{ source: 'host', side: 'client', connection: 1, at, type: 'call', call: 1, operation: 'Echo' },
        ...{ values: {}, messageId: 'urn:uuid:1' },
      }),
    );
    const told = account('openUnanswered', { change });
    expect(told.root).toMatchObject({ side: 'client', timer: 'open' });
    expect(told.change).toMatch(
      /^The setting is IContextChannel\.OperationTimeout, .*OpenTimeout counts for nothing\. /,
    );
  });

  test('tells an idle session from one that was ended under its operation', () => {
    expect(account('idleDirect').change).toContain('call something small more often');
    expect(account('callLost').change).toContain('longer than its longest operation');
  });

  test('is about behaviour where no timer decided', () => {
    expect(account('refused').change).toContain('make a new channel and try again');
    expect(account('serviceKilledIdle').change).toContain('make a new channel and try again');
    expect(account('control').change).toBe('Nothing.');
  });
});

test('a toxic is told with its attributes and its stream', () => {
  expect(toxicInWords({ at: 0, stream: 'upstream', toxic: { type: 'latency', latency: 50, jitter: 5 } })).toBe(
    'latency latency 50 jitter 5 on the upstream stream',
  );
  expect(toxicInWords({ at: 0, stream: 'both', toxic: { type: 'down' } })).toBe('down');
});
