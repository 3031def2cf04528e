import { expect, test } from '@jest/globals';
import type { Scenario } from '@lapse/experiment';
import { entriesOf, isFinished, isTrouble, type SuiteEntry, type SuiteState, statusOf } from './suite-entries.ts';

const SCENARIO: Scenario = {
  scenario: 'idle',
  about: 'An idle session ends.',
  profile: { client: 'dotnet', service: 'netfx-4.8', processors: 2 },
  scale: 1,
  path: 'proxy',
  binding: { transport: 'tcp', security: 'none', reliableSession: false },
  client: { raw: true, callStyle: 'sync', openTimeout: 60_000, closeTimeout: 60_000, operationTimeout: 60_000 },
  service: {
    openTimeout: 60_000,
    closeTimeout: 60_000,
    receiveTimeout: 600_000,
    sendTimeout: 60_000,
    channelInitializationTimeout: 30_000,
    idleTimeout: 120_000,
    concurrencyMode: 'single',
  },
  workload: [{ at: 0, do: 'connect' }],
  faults: [],
  runFor: 1_000,
};

const entry = (id: string, state: SuiteState): SuiteEntry => ({ id, scenario: 'idle', state });
const judged = (status: 'confirmed' | 'refuted' | 'inconclusive'): SuiteEntry =>
  entry(status, { is: 'judged', status });

test('a suite that continues as new takes over what is finished and lets the rest wait', () => {
  const items = [
    { id: 'a', scenario: SCENARIO },
    { id: 'b', scenario: SCENARIO },
  ];
  const finished = entry('a', { is: 'judged', status: 'refuted' });
  expect(entriesOf(items, [finished])).toEqual([finished, entry('b', { is: 'waiting' })]);
});

test.each([
  [['confirmed', 'confirmed'], 'confirmed'],
  [['confirmed', 'inconclusive'], 'inconclusive'],
  [['inconclusive', 'refuted', 'confirmed'], 'refuted'],
] as const)('a suite of %j is %s: the worst scenario decides', (statuses, expected) => {
  expect(statusOf(statuses.map(judged))).toBe(expected);
});

test('a scenario that broke leaves the suite inconclusive, for nothing was learnt of it', () => {
  expect(statusOf([judged('confirmed'), entry('b', { is: 'failed', message: 'the host left no history' })])).toBe(
    'inconclusive',
  );
});

test('judged, failed and skipped scenarios are finished, waiting and running ones are not', () => {
  const states: SuiteState[] = [
    { is: 'waiting' },
    { is: 'running' },
    { is: 'judged', status: 'confirmed' },
    { is: 'failed', message: '' },
    { is: 'skipped' },
  ];
  expect(states.map((state) => isFinished(entry('a', state)))).toEqual([false, false, true, true, true]);
});

test('what ends a suite that shall stop at the first trouble is a refuted, an inconclusive or a broken scenario', () => {
  const failed = entry('b', { is: 'failed', message: '' });
  const others = [entry('a', { is: 'waiting' }), entry('a', { is: 'running' }), entry('a', { is: 'skipped' })];
  expect([judged('confirmed'), ...others].filter(isTrouble)).toEqual([]);
  const troubles = [judged('refuted'), judged('inconclusive'), failed];
  expect(troubles.filter(isTrouble)).toEqual(troubles);
});
