import type { Duration } from '@lapse/protocol';
import type { Labels } from './observation.ts';
import type { ExperimentRequest } from './sequence.ts';

/**
 * `experiment.json` in the folder of an experiment: all that its host is told. Written by the station before the host starts.
 *
 * Beside it lie `history.jsonl` (one observation a line, appended by the host alone), `host.pid` (created exclusively: that
 * makes the start idempotent), `host.log` (the host's stdout and stderr), `lease` (touched by whoever watches), `stop`
 * (created by whoever wants the host to heal and end) and `done` (written last by the host, when nothing of it is left).
 */
export interface ExperimentFile {
  readonly request: ExperimentRequest;
  /** Address of Toxiproxy's API, without a trailing slash; absent when the path is direct. */
  readonly toxiproxyUrl?: string;
  /** Absolute path of the mock service's entry file. */
  readonly serviceEntry: string;
  /** Name of the image of the mock service, where the scenario wants it in a container. */
  readonly image?: string;
  readonly labels: Labels;
  /** Nobody has touched `lease` for this long: the host heals, stops, and leaves a history that is inconclusive. */
  readonly leaseDuration: Duration;
}

/** Names of the files in an experiment's folder. */
export const EXPERIMENT_FILES = {
  experiment: 'experiment.json',
  history: 'history.jsonl',
  pid: 'host.pid',
  log: 'host.log',
  lease: 'lease',
  stop: 'stop',
  done: 'done',
} as const;

/**
 * Proxies of an experiment are named by it, so that they can be found and deleted by prefix: `lapse-<id>--session`. What is
 * appended to an id, of a second experiment or of a round, has one dash: no name begins with another experiment's prefix.
 */
export function proxyName(experimentId: string, purpose: 'session' | 'twin' | 'noise'): string {
  return `${proxyPrefix(experimentId)}${purpose}`;
}

export function proxyPrefix(experimentId: string): string {
  return `lapse-${experimentId}--`;
}
