import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { aborted } from './interruption.ts';

/** What the worker of a run is told; the same words as the flags of `lapse worker`. */
export interface WorkerArguments {
  readonly address: string;
  readonly namespace: string;
  readonly queue: string;
  readonly station: string;
  readonly runs: string;
  readonly capacity: number;
  /** Absent: the station runs nothing that goes through a proxy. */
  readonly toxiproxyUrl?: string;
  /** JSON object of names and versions. */
  readonly versions: string;
}

/** What to start as a worker. */
export interface WorkerProgram {
  readonly command: readonly [string, ...string[]];
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** The file that takes its output. */
  readonly log: string;
}

export interface WorkerSupervision {
  /** Resolves, with the reason, when the worker died so often that another start is hopeless. */
  readonly hopeless: Promise<string>;
  /** Ends the worker and waits until it is gone; it heals what still runs on its station, unless hurried. */
  end(hurried: AbortSignal): Promise<void>;
}

/** Of a run whose experiments are left to the workers of others. */
export const NO_WORKER: WorkerSupervision = {
  hopeless: new Promise(() => {}),
  end: async () => {},
};

/** A worker that heals its station needs 2 s to shut down and 5 s to heal. */
const ENDING = 10_000;
/** Deaths in a row, each soon after the start, that make another start hopeless. */
const QUICK_DEATHS = 5;
const QUICK = 5_000;

/**
 * Keeps one worker alive, in a process group of its own, so that a Ctrl-C does not reach it. Its stdin is a pipe from
 * us: at its end it retires, however we ended. Experiments outlive a worker that dies.
 */
export function superviseWorker(program: WorkerProgram, say: (line: string) => void): WorkerSupervision {
  const hopeless = Promise.withResolvers<string>();
  let ending = false;
  let quickDeaths = 0;
  let worker: ChildProcess;
  let gone: Promise<void>;
  const start = () => {
    const began = performance.now();
    worker = spawnWorker(program);
    gone = new Promise((resolve) => worker.once('close', () => resolve()).once('error', () => resolve()));
    worker.once('error', ({ message }) => hopeless.resolve(`The worker could not be started: ${message}`));
    worker.once('exit', (code, signal) => {
      if (ending) return;
      quickDeaths = performance.now() - began < QUICK ? quickDeaths + 1 : 0;
      if (quickDeaths >= QUICK_DEATHS)
        return hopeless.resolve(`The worker ended ${QUICK_DEATHS} times. Its log: ${program.log}`);
      say(`The worker ended (${signal ?? `exit ${code}`}); starting another one. Running experiments go on.`);
      start();
    });
  };
  start();
  return {
    hopeless: hopeless.promise,
    async end(hurried) {
      ending = true;
      worker.kill('SIGTERM');
      const inTime = await Promise.race([
        gone.then(() => true),
        sleep(ENDING, false, { ref: false }),
        aborted(hurried).then(() => false),
      ]);
      if (!inTime) worker.kill('SIGKILL');
      await gone;
    },
  };
}

/** The flags of `lapse worker` for a worker that belongs to this process. */
export function workerFlags({ address, namespace, queue, station, ...rest }: WorkerArguments): readonly string[] {
  return [
    'worker',
    '--end-with-stdin',
    ...['--address', address, '--namespace', namespace, '--queue', queue, '--station', station],
    ...['--runs', rest.runs, '--capacity', String(rest.capacity)],
    ...(rest.toxiproxyUrl === undefined ? [] : ['--toxiproxy-url', rest.toxiproxyUrl]),
    ...['--versions', rest.versions],
  ];
}

function spawnWorker({ command: [program, ...args], environment, log }: WorkerProgram): ChildProcess {
  const file = openSync(log, 'a');
  try {
    return spawn(program, args, { detached: true, stdio: ['pipe', file, file], env: environment });
  } finally {
    closeSync(file);
  }
}
