import { describe, expect, test } from '@jest/globals';
import { assemble } from '../evidence/assemble.ts';
import { prove } from '../proof/prove.ts';
import { blockedWrite } from '../testing/flood-history.ts';
import { linesOf, type Recorded } from '../testing/history.ts';
import { adding, changing, dropping, judgedLines, timerRecord } from '../testing/judged.ts';
import { SITUATIONS } from '../testing/scenarios.ts';
import { accountOf } from './account.ts';
import { explain } from './explain.ts';
import { timelineOf } from './timeline.ts';

const SCENARIO = SITUATIONS.blockedWrite;

const judged = (records: readonly Recorded[]) => judgedLines(SCENARIO, linesOf(records));
const reasons = (records: readonly Recorded[]) =>
  judged(records)
    .verdicts.filter(({ status }) => status !== 'confirmed')
    .map(({ reason }) => reason);
const returns = (call: number) => (record: Recorded) =>
  record.type === 'completed' && record.operation === 'call' && record.call === call;

describe('a flood whose write blocks', () => {
  test.each([1, 3, 66, 419])('is confirmed, whichever call it is that waits: the one after %i', (taken) => {
    expect(reasons(blockedWrite(taken))).toEqual([]);
  });

  test('is refuted where not even its first call returns', () => {
    expect(reasons(blockedWrite(0))).toEqual([expect.stringContaining('It should have succeeded')]);
  });

  test('is proven by its own bytes, as many as were sent', () => {
    const [proof] = prove(SCENARIO, assemble(linesOf(blockedWrite())));
    expect(proof).toEqual({
      injection: 0,
      proven: true,
      by: "The session's own bytes: 60050 sent upstream at 500 did not arrive any more.",
    });
  });

  test('is not proven where any of it arrived', () => {
    const arrived = { source: 'service', side: 'service', connection: 3, type: 'received', bytes: '06aa' } as const;
    expect(judged(adding({ ...arrived, at: 600, size: 16_384 })(blockedWrite())).status).toBe('inconclusive');
  });

  test('is refuted where its channel is not faulted, and the next call waits as well', () => {
    const survives = dropping(
      (record) =>
        record.side === 'client' && record.at >= 2_500 && ['state', 'disconnect', 'sessionEnded'].includes(record.type),
    );
    const records = dropping(returns(421))(survives(blockedWrite()));
    expect(reasons(records)).toEqual([expect.stringContaining('It did not happen within the measurement')]);
  });

  test('is refuted where one of its calls fails without a timeout', () => {
    const failed = changing(returns(5), (record) => ({
      ...{ source: record.source, side: 'client', connection: 1, at: record.at },
      ...{ type: 'completed', operation: 'call', call: 5, exception: { name: 'CommunicationException', message: 'm' } },
    }));
    expect(reasons(failed(blockedWrite()))).toEqual([
      expect.stringContaining("Unpredicted: the client's call 5 failed with CommunicationException"),
    ]);
  });

  test('is refuted where the sockets take all of it', () => {
    const last = (record: Recorded) => record.side === 'client' && record.at >= 566;
    expect(reasons(dropping(last)(blockedWrite()))).toEqual(
      expect.arrayContaining([expect.stringContaining('It did not happen within the measurement')]),
    );
  });

  test('is refuted where its caller is told of a reply', () => {
    const other = changing(returns(67), (record) =>
      record.type === 'completed'
        ? { ...record, exception: { name: 'TimeoutException', message: 'did not receive a reply' } }
        : record,
    );
    expect(reasons(other(blockedWrite()))).toContainEqual(expect.stringContaining('did not receive a reply'));
  });

  test('is refuted where the timer is another setting', () => {
    const longer = changing(timerRecord('fired', 'send'), (record) =>
      record.type === 'timer' ? { ...record, due: record.due + 1 } : record,
    );
    expect(reasons(longer(blockedWrite()))).toContain('The timer was armed for 2001 ms, not for 2000 ms.');
  });
});

describe('what is told of it', () => {
  const evidence = assemble(linesOf(blockedWrite()));

  test('in a sentence: what was waited for, and what the calls before are worth', () => {
    expect(explain(judged(blockedWrite()), SCENARIO)).toBe(
      'The client waited for the sockets to take the message of a one-way call, and gave up 2.000 s after it made that call, at 2.567 s of the run; the next event would have come 26.600 s later. The calls before it had returned, and that says only that a socket had their messages. Change IContextChannel.OperationTimeout, or Binding.SendTimeout, of the client (client.operationTimeoutMs), or let the service read while it works, or send less at a time.',
    );
  });

  test('where only what comes after it is another than was said: what that was', () => {
    const well = changing(returns(421), (record) => ({
      ...{ source: record.source, side: 'client', connection: 1, at: record.at },
      ...{ type: 'completed', operation: 'call', call: 421, results: {} },
    }));
    expect(explain(judged(well(blockedWrite())), SCENARIO)).toBe(
      'The prediction was wrong. It said for the client: call 421 fails with CommunicationObjectFaultedException at 4.000 s. The caller was shown no exception, but should have been shown CommunicationObjectFaultedException.',
    );
  });

  test('in an account: nothing that was called has had an effect', () => {
    expect(accountOf(evidence, SCENARIO, 1)).toMatchObject({
      root: { is: 'timer', side: 'client', timer: 'send' },
      carrier: { is: 'silence', words: expect.stringContaining('The sockets took no more of what the client sent;') },
      seen: { call: 67, words: expect.stringContaining('The channel is faulted.') },
      effect:
        'None: the service never began the operation. Of the 66 calls of OneWay that had returned before it, the service had begun none when the record ends: that a one-way call returns says only that a socket has its message.',
      change: expect.stringContaining('Let the service read while it works'),
    });
  });

  test('of what arrives after a heal it is said how much the service began', () => {
    const begun = {
      source: 'service',
      side: 'service',
      connection: 3,
      type: 'dispatched',
      operation: 'OneWay',
    } as const;
    const healed = assemble(linesOf(adding({ ...begun, at: 4_500 }, { ...begun, at: 4_501 })(blockedWrite())));
    expect(accountOf(healed, SCENARIO, 1).effect).toMatch(/^Of the 66 calls .* the service had begun 2 when/);
  });

  test('in a timeline: its first call, one line for those that went as well, and the one that did not', () => {
    const rows = timelineOf(evidence, SCENARIO).filter(({ at, client }) => at >= 500 && client !== undefined);
    expect(rows.map(({ at, client }) => `${at} ${client}`)).toEqual([
      '500 calls OneWay (call 1)',
      '500 operation timeout of call 1 armed, due 2.500 s',
      '500 sends one way OneWay',
      '500 operation timeout of call 1 cancelled (transmitted)',
      '500 call 1 returns',
      '501 calls OneWay 65 times more (calls 2 to 66, until 0.565 s): each returns',
      '566 calls OneWay (call 67)',
      '566 operation timeout of call 67 armed, due 2.566 s',
      '566 sends one way OneWay',
      '2567 operation timeout of call 67 FIRED',
      '2567 call 67 throws TimeoutException',
      '2567 is faulted (timed out)',
      '2567 resets the connection',
      '2567 session over: operation timeout',
      '4000 calls Echo (call 421)',
      '4000 call 421 throws CommunicationObjectFaultedException',
    ]);
    expect(rows.find(({ client }) => client?.includes('65 times more'))?.wire).toBe(`${65 * 60_050} bytes -->`);
  });

  test('and few calls are told one by one', () => {
    const rows = timelineOf(assemble(linesOf(blockedWrite(4))), SCENARIO);
    expect(rows.filter(({ client }) => client?.startsWith('calls OneWay'))).toHaveLength(5);
    const more = timelineOf(assemble(linesOf(blockedWrite(5))), SCENARIO);
    expect(more.filter(({ client }) => client?.startsWith('calls OneWay'))).toHaveLength(3);
  });
});
