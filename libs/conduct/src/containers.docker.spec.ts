import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { containersHere, removeContainersOf } from '@lapse/containers';
import { containerSupply } from './containers.ts';
import { ExperimentFolder } from './folder.ts';
import { killHost } from './host-process.ts';
import { Station } from './station.ts';
import { sweepExperiments } from './sweep.ts';
import { CALM, DIRECT, requestFor, stationIn } from './testing/direct-scenario.ts';

let runs: string;
let id: string;
beforeEach(() => {
  runs = mkdtempSync(join(tmpdir(), 'lapse-station-'));
  id = `a-${process.pid}-${Date.now()}`;
});
afterEach(async () => {
  await sweepExperiments(runs, { atOnce: true });
  await removeContainersOf(id);
  rmSync(runs, { recursive: true });
});

const CONTAINED = { ...DIRECT, container: 'host' } as const;
const LONG = { ...CONTAINED, runFor: 60_000 };

async function containerCount(experiment: string): Promise<number> {
  const { engine } = await containerSupply();
  return (await containersHere(engine, experiment)).length;
}

test('an experiment with its service in a container is labelled by image, engine and network', async () => {
  const station = new Station(stationIn(runs));
  await station.start(requestFor(id, CONTAINED), CALM);
  await station.watch(id, CALM);
  const { engine, image } = await containerSupply();
  expect(station.judge(id)).toMatchObject({
    status: 'confirmed',
    labels: { service: 'container', container: { image: image.id, engine: engine.version, network: 'host' } },
  });
  await station.stop(id);
  expect(await containerCount(id)).toBe(0);
});

test('what a host left that was ended by force is taken away when its experiment is stopped', async () => {
  const station = new Station(stationIn(runs));
  await station.start(requestFor(id, LONG), CALM);
  expect(await containerCount(id)).toBe(1);
  killHost(new ExperimentFolder(runs, id));
  await station.stop(id);
  expect(await containerCount(id)).toBe(0);
});
