import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { clearInterval, clearTimeout, setInterval, setTimeout } from 'node:timers';
import type { ConductAnswer, ConductRequest } from '@lapse/report';
import type { Outcome } from './outcome.ts';

/** How an environment is started. */
export interface EnvironmentSettings {
  /** Takes the folder of each start, with the evidence in it. Absent: `.lapse/runs` of the repository. */
  readonly runs?: string;
  /** `in-process` does without a Temporal server: what is measured is the same, but no workflow history proves that predictions came first. */
  readonly conductor?: 'temporal' | 'in-process';
  /** How many scenarios may run at a time, where they are asked for so; 5 if absent. */
  readonly concurrency?: number;
  /** Takes what is told on the way, line by line. Absent: only of a start that takes long. */
  readonly progress?: (line: string) => void;
}

/** What is asked for: a scenario by its name, or as an object. */
export type Asked = { readonly name: string } | { readonly scenario: unknown };

/** The scenario is none, or cannot be run; the message has every reason. Nothing was started for it. */
export class ScenarioRefused extends Error {
  override readonly name = 'ScenarioRefused';
}

/** Nothing came of a scenario, for no fault of its own; the message says what went wrong. */
export class RunFailed extends Error {
  override readonly name = 'RunFailed';
}

/** The environment is not there: it could not start, or has ended. */
export class EnvironmentEnded extends Error {
  override readonly name = 'EnvironmentEnded';
}

const LAUNCHER = join(import.meta.dirname, '..', '..', '..', 'apps', 'cli', 'lapse.mjs');
/** A start that takes longer tells what it is busy with: servers are being built. */
const QUIET_FOR = 10_000;
/** Healing, and the end of worker and servers, take a few seconds. */
const ENDING = 30_000;
const KEPT_LINES = 40;
const LOOK_EVERY = 1_000;

/**
 * Servers and a worker that run scenarios: `lapse conduct` as a child. It lives as long as its standard input is open, so it ends with
 * this process in whatever way that ends; in a process group of its own, so that a Ctrl-C reaches it as that end.
 */
export class Environment {
  /** Resolves with the folder that takes the evidence. */
  readonly ready: Promise<string>;
  readonly #child: ChildProcess;
  readonly #gone: Promise<void>;
  readonly #lines: string[] = [];
  readonly #waiting = new Map<number, PromiseWithResolvers<Outcome>>();
  readonly #starting = Promise.withResolvers<string>();
  #ended: EnvironmentEnded | undefined;
  #asked = 0;

  constructor(settings: EnvironmentSettings = {}) {
    this.ready = this.#starting.promise;
    // Whoever does not wait for the start hears of it from the first run.
    this.ready.catch(() => undefined);
    const { NODE_OPTIONS: _, ...env } = process.env;
    this.#child = spawn(process.execPath, [LAUNCHER, 'conduct', ...flagsOf(settings)], {
      ...{ env, detached: true, windowsHide: true },
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    this.#gone = new Promise((resolve) => {
      this.#child.once('close', (code, signal) => resolve(this.#end(signal ?? `exit code ${code}`)));
      this.#child.once('error', ({ message }) => resolve(this.#end(message)));
    });
    // Writing to somebody who has gone is no event of its own.
    this.#child.stdin?.on('error', () => undefined);
    this.#listen(settings.progress);
    this.#endWithJest();
  }

  /** Runs one scenario; several may be asked for at a time. @throws ScenarioRefused, RunFailed, EnvironmentEnded */
  async run(asked: Asked): Promise<Outcome> {
    await this.ready;
    if (this.#ended !== undefined) throw this.#ended;
    const run = ++this.#asked;
    const waiting = Promise.withResolvers<Outcome>();
    this.#waiting.set(run, waiting);
    const request: ConductRequest = { run, ...asked };
    this.#child.stdin?.write(`${JSON.stringify(request)}\n`);
    return await waiting.promise;
  }

  /** Ends everything that was started, and resolves when it is gone. What runs is healed first. */
  async stop(): Promise<void> {
    this.#child.stdin?.end();
    const { pid } = this.#child;
    const late = setTimeout(() => pid && process.kill(process.platform === 'win32' ? pid : -pid, 'SIGKILL'), ENDING);
    await this.#gone;
    clearTimeout(late);
  }

  /** A worker of jest lives on after a jest that was killed, for as long as its test waits. */
  #endWithJest(): void {
    const isWorker = typeof process.send === 'function';
    const jest = process.ppid;
    if (!isWorker) return;
    const look = setInterval(() => {
      if (!isAlive(jest)) void this.stop();
    }, LOOK_EVERY);
    look.unref();
    void this.#gone.then(() => clearInterval(look));
  }

  #listen(progress: EnvironmentSettings['progress']): void {
    const { stdout, stderr } = this.#child;
    if (stdout === null || stderr === null) return;
    const began = performance.now();
    let isStarting = true;
    const settled = () => {
      isStarting = false;
    };
    this.ready.then(settled, settled);
    createInterface({ input: stdout }).on('line', (line) => this.#hear(JSON.parse(line)));
    createInterface({ input: stderr }).on('line', (line) => {
      this.#lines.push(line);
      if (this.#lines.length > KEPT_LINES) this.#lines.shift();
      if (progress) progress(line);
      else if (isStarting && performance.now() - began > QUIET_FOR) process.stderr.write(`lapse: ${line}\n`);
    });
  }

  #hear(answer: ConductAnswer): void {
    if (answer.is === 'ready') {
      this.#starting.resolve(answer.folder);
      return;
    }
    const { run = 0 } = answer;
    const waiting = this.#waiting.get(run);
    this.#waiting.delete(run);
    if (answer.is === 'conducted') waiting?.resolve({ ...answer.outcome, accounts: answer.accounts });
    else waiting?.reject(answer.is === 'refused' ? new ScenarioRefused(answer.why) : new RunFailed(answer.why));
  }

  #end(how: string): void {
    this.#ended = new EnvironmentEnded(`The environment has ended (${how}).\n${this.#lines.join('\n')}`);
    this.#starting.reject(this.#ended);
    for (const waiting of this.#waiting.values()) waiting.reject(this.#ended);
    this.#waiting.clear();
  }
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

function flagsOf({ runs, conductor = 'temporal', concurrency }: EnvironmentSettings): readonly string[] {
  return [
    ...['--conductor', conductor],
    ...(runs === undefined ? [] : ['--runs', runs]),
    ...(concurrency === undefined ? [] : ['--concurrency', String(concurrency)]),
  ];
}
