import { describe, expect, test } from '@jest/globals';
import { assemble } from '../evidence/assemble.ts';
import type { Injection, Scenario, Toxic } from '../scenario.ts';
import { HISTORIES, type HistoryName } from '../testing/histories.ts';
import { HistoryBuilder, linesOf, PORTS, type Recorded } from '../testing/history.ts';
import { adding, changing, dropping } from '../testing/judged.ts';
import { partition, SITUATIONS, scenario } from '../testing/scenarios.ts';
import { prove } from './prove.ts';

type Change = (records: readonly Recorded[]) => readonly Recorded[];

function proofOf(name: HistoryName, change: Change = (records) => records) {
  return prove(SITUATIONS[name], assemble(linesOf(change(HISTORIES[name]()))))[0];
}

function proofIn(of: Scenario, builder: HistoryBuilder, change: Change = (records) => records) {
  return prove(of, assemble(linesOf(change(builder.ends().records))))[0];
}

const withoutCanary = dropping(({ type, source }) => type === 'canary' && source === 'host');
const during = (record: Recorded, from: number) =>
  record.type === 'canary' && record.what === 'answered' && record.at >= from;

describe("a hold, by the session's own bytes", () => {
  test('they were sent during the fault and did not arrive', () => {
    expect(proofOf('openUnanswered', withoutCanary)).toEqual({
      injection: 0,
      proven: true,
      by: "The session's own bytes: 53 sent upstream at 100 did not arrive any more.",
    });
  });

  test('they arrived during the fault: a canary that did not cannot speak for them', () => {
    const escaped: Change = (records) => {
      const accepted = records.findLast(({ type }) => type === 'accepted');
      const { connection = 0 } = accepted ?? {};
      const arrival = { side: 'service', connection, type: 'received', bytes: '00' } as const;
      return adding({ source: 'service', at: 110, ...arrival })(records);
    };
    expect(proofOf('openUnanswered')).toMatchObject({ proven: true });
    expect(proofOf('openUnanswered', escaped)).toMatchObject({ proven: false });
  });

  test('they arrived after the heal', () => {
    expect(proofOf('openUnansweredThenHealed', withoutCanary)).toMatchObject({
      proven: true,
      by: expect.stringContaining('sent upstream at 100 arrived at 5002, after the heal'),
    });
  });

  test('so many as were sent, where the history has kept only their beginning', () => {
    const long = changing(
      ({ type, side }) => (type === 'transmit' && side === 'client') || (type === 'received' && side === 'service'),
      (record) => (record.type === 'transmit' || record.type === 'received' ? { ...record, size: 60_000 } : record),
    );
    const by = (change: Change) => proofOf('openUnansweredThenHealed', (records) => withoutCanary(change(records)))?.by;
    expect(by(long)).toContain('60000 sent upstream at 100 arrived at 5002');
    const part = changing(
      ({ type, at }) => type === 'received' && at === 5_002,
      (record) => ({ ...record, at: 4_000 }),
    );
    expect(by((records) => part(long(records)))).toBe('Neither bytes of the session nor a canary felt it.');
  });

  test('only the part of a cut preamble that was sent during the fault counts', () => {
    expect(proofOf('preambleCut', withoutCanary)).toMatchObject({
      proven: true,
      by: expect.stringContaining('37 sent upstream at 700 did not arrive'),
    });
  });

  test.each([
    [150, false],
    [151, true],
  ])('bytes that were on their way for no more than 50 ms show nothing: until %i, proven %s', (heal, proven) => {
    const brief = { ...SITUATIONS.openUnanswered, faults: [partition(0, heal)] };
    const records = withoutCanary(HISTORIES.openUnanswered()).filter(({ type }) => type !== 'experiment');
    const healed: Recorded = {
      source: 'host',
      at: heal + 3,
      type: 'healed',
      injection: 0,
      before: heal,
      after: heal + 3,
    };
    expect(prove(brief, assemble(linesOf([...records, healed])))[0]?.proven).toBe(proven);
  });

  test('bytes that arrived all the same prove that it did not work, unless the canary says otherwise', () => {
    const arrived: Recorded = {
      source: 'service',
      side: 'service',
      connection: 3,
      at: 150,
      type: 'received',
      bytes: '0001',
    };
    expect(proofOf('openUnanswered', (records) => withoutCanary(adding(arrived)(records)))?.proven).toBe(false);
  });
});

describe('a hold on a silent session, by a canary', () => {
  const silent = scenario({ faults: [partition(2_000, 4_000)] });
  const opened = (answers: (at: number) => boolean) =>
    new HistoryBuilder(silent).begins(answers).opens(100).preambleArrives(101, 100).acknowledged(102, 100).injects(0);

  test('answered before, not during, again after the heal', () => {
    const proof = proofIn(
      silent,
      opened((at) => at < 2_000 || at >= 4_000),
    );
    expect(proof).toMatchObject({
      proven: true,
      by: expect.stringMatching(/none was answered during the fault, and it was answered again at 4/),
    });
  });

  test('answered during the fault: no proof', () => {
    expect(
      proofIn(
        silent,
        opened(() => true),
      )?.proven,
    ).toBe(false);
  });

  test('never answered before: it may have been dead all the time', () => {
    expect(
      proofIn(
        silent,
        opened((at) => at >= 4_000),
      )?.proven,
    ).toBe(false);
  });

  test('not answered again after the heal: something else may have ended it', () => {
    expect(
      proofIn(
        silent,
        opened((at) => at < 2_000),
      )?.proven,
    ).toBe(false);
  });

  test('no canary at all', () => {
    expect(
      proofIn(
        silent,
        opened((at) => at < 2_000 || at >= 4_000),
        withoutCanary,
      ),
    ).toEqual({ injection: 0, proven: false, by: 'Neither bytes of the session nor a canary felt it.' });
  });

  test.each([
    [4_250, true],
    [4_251, false],
  ])('a canary has 250 ms to answer again: silent in a measurement that ends at %i, proven %s', (runFor, proven) => {
    const short = { ...silent, runFor };
    const builder = new HistoryBuilder(short)
      .begins((at) => at < 2_000)
      .opens(100)
      .preambleArrives(101, 100)
      .acknowledged(102, 100)
      .injects(0);
    expect(proofIn(short, builder)?.proven).toBe(proven);
  });

  test('not healed although the plan says so', () => {
    const unhealed = dropping(({ type }) => type === 'healed');
    expect(
      proofIn(
        silent,
        opened((at) => at < 2_000),
        unhealed,
      ),
    ).toMatchObject({ proven: false, by: 'It was to be healed, and was not.' });
  });
});

describe('what the injector has to have said', () => {
  test.each([
    ['injected', 'It was never made.'],
    ['readBack', 'It was not read back.'],
  ])('without %s there is no proof', (missing, by) => {
    expect(
      proofOf(
        'openUnanswered',
        dropping(({ type }) => type === missing),
      ),
    ).toEqual({ injection: 0, proven: false, by });
  });

  test('another toxic than asked for is no proof', () => {
    const other = changing(
      ({ type }) => type === 'readBack',
      (record) => (record.type === 'readBack' ? { ...record, same: false, found: 'nothing' } : record),
    );
    expect(proofOf('openUnanswered', other)).toMatchObject({
      proven: false,
      by: 'Something else was read back: nothing',
    });
  });
});

describe("the session's path", () => {
  test('a client that is connected to another port than the proxy feels no toxic', () => {
    const past = changing(
      ({ type }) => type === 'connected',
      (record) => (record.type === 'connected' ? { ...record, remotePort: PORTS.service } : record),
    );
    expect(proofOf('openUnanswered', past)).toMatchObject({
      proven: false,
      by: 'The client was not connected to the proxy.',
    });
  });

  test('a service that accepted the client itself is not behind a proxy', () => {
    const itself = changing(
      ({ type, connection }) => type === 'accepted' && connection === 3,
      (record) => (record.type === 'accepted' ? { ...record, peerPort: PORTS.client } : record),
    );
    expect(proofOf('openUnanswered', itself)).toMatchObject({
      proven: false,
      by: 'The client was connected to the service itself.',
    });
  });

  test('a client that never connected proves nothing', () => {
    expect(
      proofOf(
        'openUnanswered',
        dropping(({ type }) => type === 'connected'),
      ),
    ).toMatchObject({ proven: false, by: 'The client never connected.' });
  });
});

describe('down', () => {
  test('ends the canary and refuses the connect', () => {
    expect(proofOf('refused')).toMatchObject({
      proven: true,
      by: "The canary's connection ended at 2, and the session's connect was refused at 101.",
    });
  });

  test.each([
    [
      'the canary lived on',
      ({ type, ...record }: Recorded) => type === 'canary' && 'what' in record && record.what === 'ended',
    ],
    ['the connect was not refused', ({ type }: Recorded) => type === 'connectFailed'],
  ])('is not proven when %s', (_, which) => {
    expect(proofOf('refused', dropping(which))?.proven).toBe(false);
  });

  test('is proven by the canary alone when the session begins after the heal', () => {
    const of = scenario({ faults: [{ at: 0, heal: 40, stream: 'both', toxic: { type: 'down' } }] });
    const canaryEnds = (at: number): Recorded => ({
      source: 'host',
      at,
      type: 'canary',
      what: 'ended',
      purpose: 'proof',
    });
    const opened = () =>
      new HistoryBuilder(of)
        .begins((at) => at < 0)
        .injects(0)
        .opens(100)
        .preambleArrives(101, 100)
        .acknowledged(102, 100);
    expect(proofIn(of, opened(), adding(canaryEnds(2)))).toMatchObject({
      proven: true,
      by: "The canary's connection ended at 2; the session began only after the heal.",
    });
    expect(proofIn(of, opened(), adding(canaryEnds(60)))?.proven).toBe(false);
    expect(proofIn(of, opened())?.proven).toBe(false);
  });

  test('is proven by the canary alone when every session before it was over', () => {
    const of = scenario({ faults: [{ at: 2_000, heal: 3_000, stream: 'both', toxic: { type: 'down' } }] });
    const closed = () =>
      new HistoryBuilder(of)
        .begins((at) => at < 2_000)
        .injects(0)
        .opens(100)
        .preambleArrives(101, 100)
        .acknowledged(102, 100)
        .closes(1_000);
    const canaryEnds = adding({ source: 'host', at: 2_002, type: 'canary', what: 'ended', purpose: 'proof' });
    expect(proofIn(of, closed(), canaryEnds)).toMatchObject({
      proven: true,
      by: "The canary's connection ended at 2002; no session was under way.",
    });
    expect(proofIn(of, closed())?.proven).toBe(false);
    const alive = dropping(({ type, side }) => type === 'disconnect' && side === 'client');
    expect(proofIn(of, closed(), (records) => alive(canaryEnds(records)))?.proven).toBe(false);
    const busy = adding({ source: 'host', side: 'client', connection: 1, at: 2_500, type: 'open' });
    expect(proofIn(of, closed(), (records) => busy(canaryEnds(records)))?.proven).toBe(false);
  });
});

describe('what delays, cuts or limits', () => {
  const faulted = (toxic: Toxic, stream: Injection['stream'] = 'upstream') =>
    scenario({ faults: [{ at: 0, stream, toxic }] });
  const arriving = (of: Scenario, at: number) =>
    new HistoryBuilder(of).begins().injects(0).opens(100).preambleArrives(at, 100);

  test.each<readonly [string, Toxic, number, boolean]>([
    ['latency of 200', { type: 'latency', latency: 200, jitter: 0 }, 300, true],
    ['latency of 200, 2 ms less by rounding', { type: 'latency', latency: 200, jitter: 0 }, 298, true],
    ['latency of 200, 3 ms less', { type: 'latency', latency: 200, jitter: 0 }, 297, false],
    ['latency of 20', { type: 'latency', latency: 20, jitter: 0 }, 121, true],
    ['latency of 19, which the path itself may add', { type: 'latency', latency: 19, jitter: 0 }, 121, false],
    ['latency of 200 that was not there', { type: 'latency', latency: 200, jitter: 0 }, 101, false],
    [
      'a slicer of 52 pauses of 10 ms',
      { type: 'slicer', average_size: 1, size_variation: 0, delay: 10_000 },
      620,
      true,
    ],
    [
      'a slicer that was much too fast',
      { type: 'slicer', average_size: 1, size_variation: 0, delay: 10_000 },
      400,
      false,
    ],
    ['a bandwidth of 1 KB/s', { type: 'bandwidth', rate: 1 }, 153, true],
    ['a bandwidth of 1 KB/s that was not there', { type: 'bandwidth', rate: 1 }, 101, false],
  ])('%s', (_, toxic, at, proven) => {
    const of = faulted(toxic);
    expect(proofIn(of, arriving(of, at), withoutCanary)?.proven).toBe(proven);
  });

  test('a latency that is healed before it has passed: its removal lets go of the bytes', () => {
    const of = scenario({
      faults: [{ at: 0, heal: 1_000, stream: 'upstream', toxic: { type: 'latency', latency: 5_000, jitter: 0 } }],
    });
    expect(proofIn(of, arriving(of, 1_001), withoutCanary)?.proven).toBe(true);
    expect(proofIn(of, arriving(of, 900), withoutCanary)?.proven).toBe(false);
  });

  test('a limit of 10 bytes: exactly those arrived, then the end', () => {
    const of = faulted({ type: 'limit_data', bytes: 10 });
    const cut = (bytes: number) =>
      new HistoryBuilder(of).begins().injects(0).opens(100).partArrives(101, bytes).service(102, { type: 'peerEnded' });
    expect(proofIn(of, cut(10))).toMatchObject({
      proven: true,
      by: expect.stringContaining('10 passed upstream, then the connection ended at 102'),
    });
    expect(proofIn(of, cut(11))?.proven).toBe(false);
  });

  test('a canary that is answered at once refutes a latency on a silent session, even if only one answer is', () => {
    const of = scenario({
      faults: [{ at: 2_000, stream: 'upstream', toxic: { type: 'latency', latency: 200, jitter: 0 } }],
    });
    const opened = () =>
      new HistoryBuilder(of).begins().opens(100).preambleArrives(101, 100).acknowledged(102, 100).injects(0);
    const late = (except: number) =>
      changing(
        (record) => during(record, 2_000) && record.at !== except,
        (record) => ({ ...record, at: record.at + 200 }),
      );
    expect(proofIn(of, opened(), late(0))?.proven).toBe(true);
    expect(proofIn(of, opened(), late(3_001))?.proven).toBe(false);
    expect(proofIn(of, opened())?.proven).toBe(false);
  });

  test('a canary that is answered late proves a latency on a silent session', () => {
    const of = scenario({
      faults: [{ at: 2_000, stream: 'upstream', toxic: { type: 'latency', latency: 200, jitter: 0 } }],
    });
    const opened = new HistoryBuilder(of)
      .begins()
      .opens(100)
      .preambleArrives(101, 100)
      .acknowledged(102, 100)
      .injects(0);
    const late = changing(
      (record) => during(record, 2_000),
      (record) => ({ ...record, at: record.at + 200 }),
    );
    expect(proofIn(of, opened, late)).toMatchObject({
      proven: true,
      by: expect.stringContaining('got the answer to its ping of 2100 only at 2301'),
    });
  });
});

test('a plan without faults needs no proof', () => {
  expect(prove(SITUATIONS.control, assemble(linesOf(HISTORIES.control())))).toEqual([]);
});
