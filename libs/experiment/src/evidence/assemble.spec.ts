import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { HISTORIES } from '../testing/histories.ts';
import { linesOf, PORTS, type Recorded } from '../testing/history.ts';
import { adding, changing, dropping } from '../testing/judged.ts';
import { assemble } from './assemble.ts';
import { entriesOf, measured } from './evidence.ts';

const kinds = (lines: readonly string[]) => assemble(lines).problems.map(({ kind }) => kind);

describe('instants', () => {
  const evidence = assemble(linesOf(HISTORIES.openUnansweredThenHealed()));

  test('count from zero', () => {
    expect(evidence.entries.find(({ type }) => type === 'zero')?.at).toBe(0);
    expect(evidence.entries[0]).toMatchObject({ type: 'experiment', at: -1_000 });
    expect(evidence.until).toBe(8_000);
  });

  test('inside an entry count from zero too', () => {
    expect(evidence.entries).toContainEqual(
      expect.objectContaining({ type: 'timer', what: 'fired', timer: 'open', since: 100, due: 3_100 }),
    );
    expect(evidence.entries).toContainEqual(expect.objectContaining({ type: 'injected', before: 0, after: 3 }));
    expect(evidence.entries).toContainEqual(expect.objectContaining({ type: 'healed', before: 5_000, after: 5_003 }));
  });

  test('order both sources in one history; at one instant the host stands first, then the lower number', () => {
    const { entries } = assemble(linesOf(HISTORIES.idleThroughProxy()));
    const stamps = entries.map(({ at, source, seq }) => [at, source === 'host' ? 0 : 1, seq]);
    expect(stamps).toEqual([...stamps].sort(([a = 0, b = 0, c = 0], [x = 0, y = 0, z = 0]) => a - x || b - y || c - z));
    expect(entries.filter(({ at }) => at === 100).map(({ source }) => source)).toEqual([
      ...Array(7).fill('host'),
      'service',
      'service',
    ]);
  });
});

describe('canaries', () => {
  test('leave no entry of theirs behind, and their numbers leave no gap in the sessions', () => {
    const { entries, canaries, problems } = assemble(linesOf(HISTORIES.idleThroughProxy()));
    expect(problems).toEqual([]);
    expect(entries.filter(({ type }) => type === 'accepted')).toEqual([
      expect.objectContaining({ connection: 3, session: 1 }),
    ]);
    expect(
      entries
        .filter((entry) => entry.type === 'timer' && entry.timer === 'channelInitialization')
        .map(({ connection }) => connection),
    ).toEqual([3, 3]);
    expect(entries.filter(({ type }) => type === 'canary')).toEqual([]);
    expect(canaries.length).toBeGreaterThan(100);
  });
});

describe('pairing', () => {
  test('through a proxy goes by order of accept', () => {
    const { entries } = assemble(linesOf(HISTORIES.idleThroughProxy()));
    expect(entries.find(({ type }) => type === 'channelAccepted')).toMatchObject({ connection: 3, session: 1 });
  });

  test('goes by port where nothing lies between, whatever else the service accepted first', () => {
    const stranger: Recorded = {
      source: 'service',
      side: 'service',
      connection: 9,
      at: 50,
      type: 'accepted',
      peerPort: 1,
    };
    const evidence = assemble(linesOf(adding(stranger)(HISTORIES.idleDirect())));
    expect(entriesOf(evidence, { side: 'service', session: 1 })[0]).toMatchObject({
      connection: 2,
      peerPort: PORTS.client,
    });
    expect(evidence.problems).toEqual([
      { kind: 'pairing', message: expect.stringContaining('connection 9, which no client') },
    ]);
  });

  test('misses a client whom the service never accepted', () => {
    const lines = linesOf(
      dropping((record) => record.side === 'service' && record.connection === 3)(HISTORIES.idleThroughProxy()),
    );
    expect(assemble(lines).problems).toEqual([
      { kind: 'pairing', message: expect.stringContaining('connected session 1') },
    ]);
  });

  test('misses a port that nobody connected from', () => {
    const other = changing(
      ({ type, connection }) => type === 'accepted' && connection === 2,
      (record) => (record.type === 'accepted' ? { ...record, peerPort: 1 } : record),
    );
    expect(kinds(linesOf(other(HISTORIES.idleDirect())))).toEqual(['pairing', 'pairing']);
  });
});

describe('a broken record', () => {
  const lines = linesOf(HISTORIES.idleDirect());

  test('whose last line was cut off before the measurement ended says so', () => {
    const end = lines.findIndex((line) => line.includes('measurementEnded'));
    const cut = [...lines.slice(0, end), lines[end]?.slice(0, 20) ?? ''];
    expect(kinds(cut)).toEqual(['truncated', 'noEnd']);
  });

  test('whose last line was cut off afterwards is complete', () => {
    expect(kinds([...lines.slice(0, -1), lines.at(-1)?.slice(0, 20) ?? ''])).toEqual([]);
  });

  test('with an unreadable line in its middle says which', () => {
    expect(assemble(lines.toSpliced(4, 0, '{"half')).problems).toEqual([
      { kind: 'unreadable', message: 'Line 5 of the history is no observation.' },
    ]);
  });

  test.each([
    '{"source":"host","seq":0,"at":1,"type":"unheardOf"}',
    '{"source":"host","seq":0,"at":1,"type":"toString"}',
    '{"source":"host","seq":0,"at":1,"type":"timer","what":"fired","timer":"open","since":1}',
    '{"source":"host","seq":0,"at":1,"type":"received","bytes":"0"}',
    '{"source":"host","seq":0,"at":1,"type":"received","bytes":"00","size":"9000"}',
    '{"source":"host","seq":0,"at":1,"type":"transmit","id":1,"bytes":"00","what":"end","size":0.5}',
    '{"source":"host","seq":0,"at":1,"type":"call","call":1,"operation":"OneWay","values":{},"messageId":"m","sizes":[]}',
    '{"source":"host","seq":0.5,"at":1,"type":"zero"}',
    '{"source":"moon","seq":0,"at":1,"type":"zero"}',
    '[]',
    'null',
  ])('takes %s for no observation', (line) => {
    expect(kinds([line, ...lines])).toContain('unreadable');
  });

  test('is complete with empty lines', () => {
    expect(kinds(['', ...lines, ''])).toEqual([]);
  });

  test.each(['host', 'service'])('whose first line of the %s is missing has a gap', (source) => {
    const first = lines.findIndex((line) => line.includes(`"source":"${source}"`));
    expect(kinds(lines.toSpliced(first, 1))).toContain('gap');
  });

  test('with a line twice has a gap', () => {
    expect(kinds([...lines.slice(0, 6), ...lines.slice(5)])).toEqual(['gap']);
  });

  test('of nothing at all', () => {
    expect(kinds([])).toEqual(['noAnchor', 'noZero', 'noEnd']);
  });
});

test('only what precedes the end of measurement is measured', () => {
  const evidence = assemble(linesOf(HISTORIES.idleDirect()));
  expect(measured(evidence).some(({ type }) => type === 'exited')).toBe(false);
  expect(evidence.entries.some(({ type }) => type === 'exited')).toBe(true);
});

test('lines of any text give evidence, never an exception', () => {
  fc.assert(
    fc.property(
      fc.array(fc.oneof(fc.string(), fc.json(), fc.constantFrom(...linesOf(HISTORIES.control())))),
      (lines) => assemble(lines).problems.length >= 0,
    ),
  );
});
