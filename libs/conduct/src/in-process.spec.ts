import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import type { Scenario } from '@lapse/experiment';
import { type Conducted, conductInProcess, type InProcessSuite } from './in-process.ts';
import type { Sight } from './sight.ts';
import { sweepExperiments } from './sweep.ts';
import { DIRECT, stationIn } from './testing/direct-scenario.ts';

// Real hosts and services; each experiment lasts two seconds.
jest.setTimeout(60_000);

let runs: string;
let giveUp: AbortController;
let sights: [string, Sight][];
let ended: Conducted[];
beforeEach(() => {
  runs = mkdtempSync(join(tmpdir(), 'lapse-in-process-'));
  giveUp = new AbortController();
  sights = [];
  ended = [];
});
afterEach(async () => {
  await sweepExperiments(runs, { atOnce: true });
  rmSync(runs, { recursive: true });
});

const LONG: Scenario = { ...DIRECT, runFor: 60_000 };

function suiteOf(scenarios: InProcessSuite['scenarios'], changes: Partial<InProcessSuite> = {}): InProcessSuite {
  return {
    ...{ scenarios, concurrency: 1, signal: giveUp.signal },
    onSight: (id, sight) => void sights.push([id, sight]),
    onEnd: (conducted) => void ended.push(conducted),
    ...changes,
  };
}

const phasesOf = (id: string) =>
  sights.flatMap(([of, sight]) => (of === id && sight.is === 'running' && sight.phase ? [sight.phase] : []));
const placesTaken = () => (existsSync(join(runs, '.places')) ? readdirSync(join(runs, '.places')) : []);

test('scenarios are predicted, measured and judged in their order, and the evidence says who conducted', async () => {
  const scenarios = ['a', 'b'].map((id) => ({ id, scenario: DIRECT }));
  const results = await conductInProcess(stationIn(runs), suiteOf(scenarios));
  expect(results).toMatchObject([
    { id: 'a', is: 'judged', judged: { status: 'confirmed', experiments: [{ labels: { conductor: 'inProcess' } }] } },
    { id: 'b', is: 'judged', judged: { status: 'confirmed', experiments: [{ labels: { conductor: 'inProcess' } }] } },
  ]);
  expect(ended.map(({ id }) => id)).toEqual(['a', 'b']);
  expect([...new Set(phasesOf('a'))]).toEqual(['starting', 'measuring']);
  expect(sights.findIndex(([id]) => id === 'b')).toBeGreaterThan(sights.findLastIndex(([id]) => id === 'a'));
  expect(placesTaken()).toEqual([]);
});

test('a scenario waits while the station is full, and two lanes on one place never measure at a time', async () => {
  const scenarios = ['a', 'b'].map((id) => ({ id, scenario: DIRECT }));
  const suite = suiteOf(scenarios, { concurrency: 2 });
  const results = await conductInProcess(stationIn(runs, { capacity: 1 }), suite);
  expect(results.map(({ is }) => is)).toEqual(['judged', 'judged']);
  expect(phasesOf('b')[0]).toBe('waiting for a station');
  const measuringB = sights.findIndex(
    ([id, sight]) => id === 'b' && sight.is === 'running' && sight.phase === 'measuring',
  );
  expect(measuringB).toBeGreaterThan(sights.findLastIndex(([id]) => id === 'a'));
});

test('a scenario whose host breaks is told with what the host said, and the others are run, or skipped if that is wanted', async () => {
  const broken = join(runs, 'broken-host.mjs');
  writeFileSync(
    broken,
    `import { existsSync } from 'node:fs';
     if (process.argv[2].endsWith('a')) throw new Error('no such part');
     await import(${JSON.stringify(stationIn(runs).hostEntry)});`,
  );
  const scenarios = ['a', 'b'].map((id) => ({ id, scenario: DIRECT }));
  const results = await conductInProcess(stationIn(runs, { hostEntry: broken }), suiteOf(scenarios));
  const failed = { id: 'a', is: 'failed', message: expect.stringContaining('no such part') };
  expect(results).toMatchObject([failed, { id: 'b', is: 'judged' }]);
  rmSync(join(runs, 'a'), { recursive: true });
  rmSync(join(runs, 'b'), { recursive: true });
  const untilTrouble = suiteOf(scenarios, { failFast: true });
  expect(await conductInProcess(stationIn(runs, { hostEntry: broken }), untilTrouble)).toMatchObject([
    failed,
    { id: 'b', is: 'skipped' },
  ]);
  expect(existsSync(join(runs, 'b'))).toBe(false);
  expect(placesTaken()).toEqual([]);
});

test('a suite that is given up heals what runs, and starts nothing more', async () => {
  const scenarios = ['a', 'b'].map((id) => ({ id, scenario: LONG }));
  const onSight: InProcessSuite['onSight'] = (id, sight) => {
    sights.push([id, sight]);
    if (sight.is === 'running' && sight.phase === 'measuring') giveUp.abort();
  };
  const results = await conductInProcess(stationIn(runs), suiteOf(scenarios, { onSight }));
  expect(results).toEqual([
    { id: 'a', is: 'cancelled' },
    { id: 'b', is: 'cancelled' },
  ]);
  expect(phasesOf('a').at(-1)).toBe('healing');
  expect(existsSync(join(runs, 'a', 'done'))).toBe(true);
  expect(existsSync(join(runs, 'b'))).toBe(false);
  expect(placesTaken()).toEqual([]);
});
