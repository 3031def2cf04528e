import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { EXPERIMENT_FILES, type Observation } from '@lapse/experiment';
import type { WatchProgress } from '@lapse/workflows';
import { ExperimentFolder } from './folder.ts';
import { runningHost } from './host-process.ts';
import { Station } from './station.ts';
import { sweepExperiments } from './sweep.ts';
import { CALM, DIRECT, requestFor, stationIn } from './testing/direct-scenario.ts';

let runs: string;
beforeEach(() => {
  runs = mkdtempSync(join(tmpdir(), 'lapse-station-'));
});
afterEach(async () => {
  await sweepExperiments(runs, { atOnce: true });
  rmSync(runs, { recursive: true });
});

const folderOf = (id: string) => new ExperimentFolder(runs, id);
const LONG = { ...DIRECT, runFor: 60_000 };

function historyOf(id: string): readonly Observation[] {
  const text = readFileSync(folderOf(id).file(EXPERIMENT_FILES.history), 'utf8');
  return text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
}

function typesIn(id: string): readonly string[] {
  return historyOf(id).map(({ type }) => type);
}

test('an experiment is started, watched to its end, judged on its own prediction, and stopped', async () => {
  const station = new Station(stationIn(runs));
  const heard: WatchProgress[] = [];
  await station.start(requestFor('a'), CALM);
  expect(typesIn('a')).toContain('zero');
  await station.watch('a', { ...CALM, report: (progress) => heard.push(progress) });
  expect(typesIn('a').at(-1)).toBe('ended');
  expect(heard.at(-1)?.lastInstant).toBeGreaterThanOrEqual(DIRECT.runFor);
  expect(station.judge('a')).toMatchObject({ id: 'a', status: 'confirmed', scenario: 'idle-direct' });
  await station.stop('a');
  expect(runningHost(folderOf('a'))).toBeUndefined();
});

test('starting an experiment twice starts one host, and the second start waits for the same zero', async () => {
  const station = new Station(stationIn(runs));
  await station.start(requestFor('a'), CALM);
  const host = runningHost(folderOf('a'));
  expect(host).toBeDefined();
  await new Station(stationIn(runs)).start(requestFor('a'), CALM);
  expect(runningHost(folderOf('a'))).toBe(host);
  expect(typesIn('a').filter((type) => type === 'experiment')).toHaveLength(1);
});

test('hosts boot one after another: the second one starts after the zero of the first', async () => {
  const station = new Station(stationIn(runs));
  await Promise.all([station.start(requestFor('a', LONG), CALM), station.start(requestFor('b', LONG), CALM)]);
  const anchor = (id: string) => {
    const first = historyOf(id)[0];
    return first?.type === 'experiment' ? Number(BigInt(first.monotonicNs) / 1_000_000n) : Number.NaN;
  };
  const zero = historyOf('a').find(({ type }) => type === 'zero')?.at ?? Number.NaN;
  expect(anchor('b')).toBeGreaterThan(anchor('a') + zero);
});

test('an experiment that was stopped before its host started is never started', async () => {
  const station = new Station(stationIn(runs));
  await station.stop('a');
  await expect(station.start(requestFor('a'), CALM)).rejects.toThrow('stopped before it started');
  expect(folderOf('a').has(EXPERIMENT_FILES.pid)).toBe(false);
});

test('a host that leaves no history fails the start with what it said', async () => {
  const broken = join(runs, 'broken-host.mjs');
  writeFileSync(broken, 'throw new Error("no such part");\n');
  const station = new Station(stationIn(runs, { hostEntry: broken }));
  await expect(station.start(requestFor('a'), CALM)).rejects.toThrow('no such part');
});

test('a watcher that comes later re-attaches to the running experiment and sees its end', async () => {
  await new Station(stationIn(runs)).start(requestFor('a'), CALM);
  const giveUp = new AbortController();
  const first = new Station(stationIn(runs)).watch('a', { ...CALM, signal: giveUp.signal });
  giveUp.abort();
  await expect(first).rejects.toThrow('abort');
  await new Station(stationIn(runs)).watch('a', CALM);
  expect(typesIn('a')).toContain('measurementEnded');
});

test('a host that was killed stops the history, and the watcher ends by that alone', async () => {
  const station = new Station(stationIn(runs));
  await station.start(requestFor('a', LONG), CALM);
  const host = runningHost(folderOf('a'));
  process.kill(-(host ?? Number.NaN), 'SIGKILL');
  const began = performance.now();
  await station.watch('a', CALM);
  expect(performance.now() - began).toBeGreaterThan(4_900);
  expect(folderOf('a').has(EXPERIMENT_FILES.done)).toBe(false);
  expect(station.judge('a').status).toBe('inconclusive');
});

test('watching keeps the lease, so that the host does not end for want of a watcher', async () => {
  const station = new Station(stationIn(runs));
  await station.start(requestFor('a'), CALM);
  const giveUp = new AbortController();
  const watching = station.watch('a', { ...CALM, signal: giveUp.signal }).catch(() => undefined);
  await sleep(600);
  expect(folderOf('a').age(EXPERIMENT_FILES.lease)).toBeLessThan(500);
  giveUp.abort();
  await watching;
});

test('stopping a running experiment lets its host heal, end and say so, and gives the place back', async () => {
  const station = new Station(stationIn(runs, { capacity: 1 }));
  station.reserve('a');
  await station.start(requestFor('a', LONG), CALM);
  expect(station.reserve('b')).toBe(false);
  await station.stop('a');
  expect(typesIn('a')).toEqual(expect.arrayContaining(['stopped', 'ended']));
  expect(runningHost(folderOf('a'))).toBeUndefined();
  expect(station.reserve('b')).toBe(true);
});

test('a host that does not heal in time is ended by force', async () => {
  const station = new Station(stationIn(runs));
  await station.start(requestFor('a', LONG), CALM);
  const host = runningHost(folderOf('a')) ?? Number.NaN;
  process.kill(host, 'SIGSTOP');
  await station.stop('a');
  expect(runningHost(folderOf('a'))).toBeUndefined();
}, 15_000);

test('a pid file that names a process of somebody else ends nobody', async () => {
  const folder = folderOf('a');
  folder.writeExperiment({
    request: requestFor('a'),
    serviceEntry: '',
    labels: {
      conductor: 'inProcess',
      injector: 'none',
      service: 'process',
      fidelity: 'direct',
      versions: {},
      commit: '',
    },
    leaseDuration: 1,
  });
  writeFileSync(folder.file(EXPERIMENT_FILES.pid), `${process.pid}\n`);
  await new Station(stationIn(runs)).stop('a');
  expect(existsSync(runs)).toBe(true);
});

test('a sweep stops every experiment that is not done, and names them', async () => {
  const station = new Station(stationIn(runs));
  await station.start(requestFor('a'), CALM);
  await station.watch('a', CALM);
  await station.start(requestFor('b', LONG), CALM);
  expect(await sweepExperiments(runs)).toEqual(['b']);
  expect(typesIn('b')).toContain('stopped');
});

test.each(['../a', 'A', 'a b', ''])(
  'an experiment cannot be named %j, for the name becomes a folder and a proxy',
  (id) => {
    expect(() => folderOf(id)).toThrow('consists of');
  },
);
