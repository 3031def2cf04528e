import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import {
  EXPERIMENT_FILES,
  type ExperimentFile,
  type JudgedExperiment,
  judgeRecord,
  type Observation,
  predict,
  type Scenario,
} from '@lapse/experiment';

const HOST = resolve(import.meta.dirname, '../main.ts');
const SERVICE = resolve(import.meta.dirname, '../../../mock-service/src/main.ts');

/** A session that is opened at 100 ms and ended by the service's receive timeout of a second, without a proxy. */
export const IDLE_DIRECT: Scenario = {
  scenario: 'idle-direct',
  about: 'An idle session is ended by the receive timeout.',
  profile: { client: 'dotnet', service: 'netfx-4.8', processors: 2 },
  scale: 1,
  path: 'direct',
  binding: { transport: 'tcp', security: 'none', reliableSession: false },
  client: { raw: false, callStyle: 'sync', openTimeout: 3_000, closeTimeout: 3_000, operationTimeout: 60_000 },
  service: {
    openTimeout: 3_000,
    closeTimeout: 3_000,
    receiveTimeout: 1_000,
    sendTimeout: 60_000,
    channelInitializationTimeout: 2_000,
    idleTimeout: 3_000,
    concurrencyMode: 'single',
  },
  workload: [{ at: 100, do: 'open' }],
  faults: [],
  runFor: 1_600,
};

let experiments = 0;

function experimentId(): string {
  experiments += 1;
  return `test-${process.pid}-${Date.now()}-${experiments}`;
}

/** A folder with an experiment.json in it, and the hosts that were started on it. */
export class ExperimentOnDisk {
  readonly folder = mkdtempSync(join(tmpdir(), 'lapse-host-'));
  readonly id = experimentId();
  readonly request: ExperimentFile['request'];
  readonly #hosts: ChildProcess[] = [];

  constructor(scenario: Scenario, changes: Partial<ExperimentFile> = {}) {
    this.request = { id: this.id, scenario, prediction: predict(scenario), conductor: 'inProcess' };
    const file: ExperimentFile = {
      request: this.request,
      serviceEntry: SERVICE,
      labels: {
        conductor: 'inProcess',
        injector: 'none',
        service: 'process',
        fidelity: 'direct',
        versions: {},
        commit: '',
      },
      leaseDuration: 30_000,
      ...changes,
    };
    writeFileSync(this.path('experiment'), JSON.stringify(file));
    writeFileSync(this.path('lease'), '');
  }

  path(name: keyof typeof EXPERIMENT_FILES): string {
    return join(this.folder, EXPERIMENT_FILES[name]);
  }

  start(): ChildProcess {
    const host = spawn(process.execPath, [HOST, this.folder], {
      stdio: ['ignore', 'ignore', 'inherit'],
      detached: true,
    });
    this.#hosts.push(host);
    return host;
  }

  /** Runs the experiment to its end, and returns its history. */
  async run(): Promise<readonly Observation[]> {
    await once(this.start(), 'exit');
    return this.history();
  }

  lines(): readonly string[] {
    return existsSync(this.path('history')) ? readFileSync(this.path('history'), 'utf8').split('\n').slice(0, -1) : [];
  }

  history(): readonly Observation[] {
    return this.lines().map((line) => JSON.parse(line));
  }

  /** What the record of today says. */
  judged(): JudgedExperiment {
    return judgeRecord({ request: this.request, lines: this.lines(), folder: this.folder, digest: '' });
  }

  /** Waits until the history holds a line that fits. */
  async until(fits: (observation: Observation) => boolean): Promise<Observation> {
    for (;;) {
      const found = this.history().find(fits);
      if (found !== undefined) return found;
      await new Promise((next) => setTimeout(next, 20));
    }
  }

  /** Process ids of the children of the host started last. */
  children(): readonly number[] {
    const pid = this.#hosts.at(-1)?.pid;
    const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim();
    return children === '' ? [] : children.split(' ').map(Number);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const host of this.#hosts) {
      if (host.exitCode !== null || host.signalCode !== null) continue;
      host.kill('SIGKILL');
      await once(host, 'exit');
    }
    rmSync(this.folder, { recursive: true, force: true });
  }
}
