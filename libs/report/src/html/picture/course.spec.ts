import { describe, expect, test } from '@jest/globals';
import { assemble, type Scenario } from '@lapse/experiment';
import { type Happened, HELD, HELD_HAPPENED, IDLE, IDLE_HAPPENED, linesOf } from '../../testing/recorded.ts';
import { type Course, courseOf } from './course.ts';

const course = (scenario: Scenario, happened: readonly Happened[]): Course =>
  courseOf(assemble(linesOf(scenario, happened)), scenario);

const idle = course(IDLE, IDLE_HAPPENED);
const held = course(HELD, HELD_HAPPENED);
const textAt = ({ rows }: Course, row: number | undefined) => rows[row ?? -1]?.text;

describe('the timers of an idle session', () => {
  test('are bars from their arming to what became of them', () => {
    expect(idle.bars.map(({ side, name, fate, by }) => [side, name, fate, by])).toEqual([
      ['client', 'open timeout', 'cancelled', 'opened'],
      ['service', 'channel initialization timeout', 'cancelled', 'contentTypeRead'],
      ['service', 'receive timeout', 'fired', undefined],
      ['service', 'open timeout', 'cancelled', 'opened'],
    ]);
    const fired = idle.bars.find(({ fate }) => fate === 'fired');
    expect([textAt(idle, fired?.since), textAt(idle, fired?.until)]).toEqual([
      'receive timeout armed',
      'receive timeout FIRED',
    ]);
  });

  test('lie in lanes in which none hides another', () => {
    expect(idle.bars.map(({ lane }) => lane)).toEqual([0, 0, 0, 1]);
  });
});

test('a timer that is started anew has a notch, and one that still runs at the end has no end', () => {
  const since = { timer: 'receive', side: 'service' } as const;
  const { bars, rows } = course(IDLE, [
    [100, 'service', { type: 'timer', what: 'armed', ...since, since: 100, due: 2_100, by: 'channelAccepted' }],
    [900, 'service', { type: 'timer', what: 'rearmed', ...since, since: 900, due: 2_900, by: 'dispatched' }],
  ]);
  expect(bars).toMatchObject([{ fate: 'running', due: 2_900, resets: [2] }]);
  expect(bars[0]).not.toHaveProperty('until');
  expect(rows[2]).toMatchObject({ at: 900, text: 'receive timeout anew' });
});

test('the work of an operation is done; it does not fire as a timeout does', () => {
  const work = { timer: 'execution', call: 1 } as const;
  const { bars, rows } = course(IDLE, [
    [500, 'service', { type: 'timer', what: 'armed', ...work, since: 500, due: 800, by: 'dispatched' }],
    [801, 'service', { type: 'timer', what: 'fired', ...work, since: 500, due: 800 }],
  ]);
  expect(bars).toMatchObject([{ fate: 'done', name: 'work of call 1' }]);
  expect(rows.map(({ tone }) => tone)).not.toContain('fired');
});

describe('what passes between the two', () => {
  test('goes from the row of its sender to that of its reader', () => {
    const told = idle.passages.map(({ kind, from, since, until }) => [
      kind,
      from,
      textAt(idle, since),
      until && idle.rows[until]?.at,
    ]);
    expect(told).toEqual([
      ['connect', 'client', 'connects', 102],
      ['bytes', 'client', 'sends preamble, 53 bytes', 102],
      ['bytes', 'service', 'sends preamble ack, 1 byte', 104],
      ['reset', 'service', 'resets the connection', 2_106],
    ]);
  });

  test('has no end where a toxic holds it', () => {
    const bytes = held.passages.filter(({ kind }) => kind === 'bytes');
    expect(bytes).toMatchObject([{ from: 'client' }]);
    expect(bytes[0]).not.toHaveProperty('until');
    expect(held.toxics).toMatchObject([{ what: 'bandwidth rate 0 on the upstream stream' }]);
    expect(held.toxics[0]).not.toHaveProperty('until');
  });

  test('that arrives only in part is told as a part', () => {
    const partly = IDLE_HAPPENED.slice(0, 7).concat([[130, 'service', { type: 'received', bytes: '00'.repeat(20) }]]);
    expect(course(IDLE, partly).passages).toContainEqual(expect.objectContaining({ kind: 'bytes', isPart: true }));
  });

  test('that arrives in many pieces has one row for them', () => {
    const pieces = Array.from(
      { length: 53 },
      (_, index): Happened => [103 + index, 'service', { type: 'received', bytes: '00' }],
    );
    const sliced = course(IDLE, [...IDLE_HAPPENED.slice(0, 7), ...pieces]);
    expect(sliced.rows.length).toBeLessThan(14);
    expect(sliced.passages.filter(({ kind }) => kind === 'bytes')).toMatchObject([{ until: 7 }]);
  });

  test('is not told as read before it was sent, though the clocks of two processes differ', () => {
    const early = IDLE_HAPPENED.map(([at, who, what]): Happened => [who === 'service' ? at - 6 : at, who, what]);
    const { passages } = course(IDLE, early);
    for (const { since, until, kind } of passages.filter(({ kind: which }) => which === 'bytes'))
      expect({ kind, order: (until ?? 0) > since }).toEqual({ kind, order: true });
  });
});

test('an end that no side sent comes from the path', () => {
  const cut = IDLE_HAPPENED.filter(([, , { type }]) => type !== 'disconnect');
  expect(course(IDLE, cut).passages).toContainEqual(
    expect.objectContaining({ from: 'path', to: 'client', kind: 'reset' }),
  );
});

test('of a service that keeps no record, what it sent comes from the path, and what it was sent is not called lost', () => {
  const seen = IDLE_HAPPENED.filter(([, who]) => who === 'client');
  const external = linesOf(IDLE, seen).map((line) => line.replace('"service":"process"', '"service":"external"'));
  const { isExternal, passages } = courseOf(assemble(external), IDLE);
  expect(isExternal).toBe(true);
  expect(passages.filter(({ kind }) => kind === 'bytes')).toMatchObject([
    { from: 'client', to: 'service' },
    { from: 'path', to: 'client', until: expect.any(Number) },
  ]);
});

test('a process that is frozen stops for a while, one that is killed for good', () => {
  const fault = (how: 'kill' | 'freeze') => ({ ...IDLE, processFaults: [{ at: 500, side: 'service', how }] }) as const;
  const signalled = (at: number, signal: 'SIGKILL' | 'SIGSTOP' | 'SIGCONT'): Happened => [
    ...([at, 'host'] as const),
    { type: 'signalled', fault: 0, signal, before: at, after: at + 1 },
  ];
  const frozen = course(fault('freeze'), [signalled(500, 'SIGSTOP'), signalled(900, 'SIGCONT')]);
  const killed = course(fault('kill'), [signalled(500, 'SIGKILL')]);
  expect([...frozen.stops, ...killed.stops]).toEqual([
    { side: 'service', how: 'frozen', since: 1, until: 2, what: 'service is frozen' },
    { side: 'service', how: 'dead', since: 1, what: 'service is dead' },
  ]);
});

test('a timer of a process that is killed goes with it, and so does the session', () => {
  const killed = { ...IDLE, processFaults: [{ at: 900, side: 'service', how: 'kill' }] } as const;
  const { bars, open, stops } = course(killed, [
    ...IDLE_HAPPENED.filter(([at]) => at < 900),
    [900, 'host', { type: 'signalled', fault: 0, signal: 'SIGKILL', before: 900, after: 901 }],
  ]);
  const death = stops[0]?.since;
  expect(bars.find(({ name }) => name === 'receive timeout')).toMatchObject({ fate: 'gone', until: death });
  expect(open).toContainEqual(expect.objectContaining({ side: 'service', until: death }));
});

test('a flood of calls that return is two rows, not hundreds', () => {
  const flood = Array.from({ length: 300 }, (_, index): readonly Happened[] => {
    const [call, at] = [index + 1, 500 + index];
    return [
      [at, 'client', { type: 'call', call, operation: 'OneWay', values: {}, messageId: `urn:${call}` }],
      [at, 'client', { type: 'timer', what: 'armed', timer: 'send', call, since: at, due: at + 1_000, by: 'call' }],
      [at, 'client', { type: 'transmit', id: call + 1, bytes: '06aa', size: 60_000, what: 'oneWay OneWay' }],
      [
        at,
        'client',
        { type: 'timer', what: 'cancelled', timer: 'send', call, since: at, due: at + 1_000, by: 'transmitted' },
      ],
      [at, 'client', { type: 'completed', operation: 'call', call }],
    ];
  });
  const { rows, bars } = course(IDLE, [...IDLE_HAPPENED.slice(0, 18), ...flood.flat()]);
  expect(rows.length).toBeLessThan(30);
  expect(bars.filter(({ name }) => name.startsWith('operation'))).toHaveLength(1);
  expect(rows.map(({ text }) => text)).toContainEqual(expect.stringMatching(/^calls OneWay 299 times more/));
});
