import { describe, expect, test } from '@jest/globals';
import { HistoryBuilder, linesOf, PORTS, type Recorded } from '../testing/history.ts';
import { scenario } from '../testing/scenarios.ts';
import { assemble } from './assemble.ts';
import { runningTime } from './stops.ts';

const FROZEN = scenario({
  path: 'direct',
  client: { openTimeout: 1_000 },
  processFaults: [{ at: 0, side: 'service', how: 'freeze' }],
  runFor: 3_000,
});
const STOP: Recorded = { source: 'host', at: 1, type: 'signalled', fault: 0, signal: 'SIGSTOP', before: 0, after: 1 };

function problemsOf(...records: readonly Recorded[]): readonly string[] {
  const history = new HistoryBuilder(FROZEN)
    .begins()
    .client(100, { type: 'connected', localPort: PORTS.client, remotePort: PORTS.service })
    .add(...records)
    .ends();
  return assemble(linesOf(history.records)).problems.map(({ message }) => message);
}

describe('a connection that a frozen service did not accept', () => {
  test('is missing no accept: its kernel connected', () => {
    expect(problemsOf(STOP)).toEqual([]);
  });

  test('is missing one where the service ran', () => {
    expect(problemsOf()).toEqual(['The client connected session 1, but the service accepted no connection for it.']);
  });

  test('is paired when it is accepted too late, although the client is gone and has no port any more', () => {
    const accepted: Recorded = {
      source: 'service',
      side: 'service',
      connection: 2,
      at: 3_001,
      type: 'accepted',
      peerPort: 0,
    };
    expect(problemsOf(STOP, accepted)).toEqual([]);
    expect(problemsOf(STOP, { ...accepted, peerPort: 7 })).toEqual([
      'The service accepted connection 2, which no client of this experiment made.',
    ]);
  });
});

describe('running time', () => {
  const stops = [{ fault: 0, side: 'service', from: 100, until: 300 }] as const;

  test.each([
    ['before the stop', 0, 50, 50],
    ['across it', 50, 350, 100],
    ['within it', 150, 250, 0],
    ['from within it', 200, 350, 50],
  ])('%s', (_, from, until, left) => {
    expect(runningTime(stops, 'service', { from, until })).toBe(left);
  });

  test('of another side is not concerned', () => {
    expect(runningTime(stops, 'client', { from: 50, until: 350 })).toBe(300);
    expect(runningTime(stops, undefined, { from: 50, until: 350 })).toBe(300);
  });
});
