import { join } from 'node:path';
import { type ExperimentRequest, predict, type Scenario } from '@lapse/experiment';
import type { Pulse, StationSettings } from '../station.ts';

const ROOT = join(import.meta.dirname, '..', '..', '..', '..');

/** An idle session that the service's receive timeout ends after 0.8 s; no injector is needed. */
export const DIRECT: Scenario = {
  scenario: 'idle-direct',
  about: 'An idle session is ended by the receive timeout of its service.',
  profile: { client: 'dotnet', service: 'netfx-4.8', processors: 2 },
  scale: 1,
  path: 'direct',
  binding: { transport: 'tcp', security: 'none', reliableSession: false },
  client: { raw: false, callStyle: 'sync', openTimeout: 600, closeTimeout: 600, operationTimeout: 60_000 },
  service: {
    openTimeout: 600,
    closeTimeout: 600,
    receiveTimeout: 800,
    sendTimeout: 60_000,
    channelInitializationTimeout: 600,
    idleTimeout: 1_000,
    concurrencyMode: 'single',
  },
  workload: [{ at: 100, do: 'open' }],
  faults: [],
  runFor: 1_500,
};

export function requestFor(id: string, scenario: Scenario = DIRECT): ExperimentRequest {
  return { id, scenario, prediction: predict(scenario), conductor: 'inProcess' };
}

/** A station of the real parts, recording beneath a folder of the test's own. */
export function stationIn(runsFolder: string, changes: Partial<StationSettings> = {}): StationSettings {
  return {
    station: 'tested',
    runsFolder,
    hostEntry: join(ROOT, 'apps', 'experiment-host', 'src', 'main.ts'),
    serviceEntry: join(ROOT, 'apps', 'mock-service', 'src', 'main.ts'),
    capacity: 3,
    versions: { node: process.versions.node },
    commit: 'unknown',
    ...changes,
  };
}

/** Nobody listens to progress, and nobody gives up. */
export const CALM: Pulse = { report: () => undefined, signal: new AbortController().signal };
