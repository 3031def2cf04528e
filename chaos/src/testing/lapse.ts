import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { JudgedScenario, Status } from '@lapse/experiment';

const CLI = resolve(import.meta.dirname, '../../../apps/cli/lapse.mjs');
const MARK = 'LAPSE_TEST_MARK';

/** What `--json` prints at the end of a run. */
export interface RunDocument {
  readonly exitCode: number;
  readonly status: Status;
  readonly conductor: string;
  readonly injector: string;
  readonly service?: string;
  readonly folder: string;
  readonly scenarios: readonly {
    readonly scenario: string;
    readonly id: string;
    readonly verdict: string;
    readonly predicted: string;
    readonly observed: string;
    readonly sentence: string;
    readonly judged?: JudgedScenario;
  }[];
}

/** One run of the command line, in a folder of its own, with every process that it starts marked. */
export class Lapse implements AsyncDisposable {
  readonly folder = mkdtempSync(join(tmpdir(), 'lapse-run-'));
  readonly mark = randomUUID();
  readonly child: ChildProcess;
  readonly ended: Promise<number | NodeJS.Signals | null>;
  stdout = '';
  stderr = '';

  constructor(args: readonly string[], environment: Readonly<Record<string, string | undefined>> = {}) {
    this.child = spawn(process.execPath, [CLI, ...args], {
      cwd: this.folder,
      env: { ...process.env, ...environment, [MARK]: this.mark },
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
    });
    this.child.stdout?.on('data', (chunk) => {
      this.stdout += String(chunk);
    });
    this.child.stderr?.on('data', (chunk) => {
      this.stderr += String(chunk);
    });
    this.ended = new Promise((done) => this.child.once('close', (code, signal) => done(code ?? signal)));
  }

  /** Waits for the end, and returns what `--json` printed. */
  async document(): Promise<RunDocument> {
    await this.ended;
    try {
      return JSON.parse(this.stdout);
    } catch {
      throw new Error(`no document was printed; stderr: ${this.stderr.slice(-3_000)}`);
    }
  }

  /** The processes of this run that live: those that inherited its mark. */
  processes(): readonly { readonly pid: number; readonly command: string }[] {
    const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
    return pids.flatMap((pid) => {
      const { environ, command } = lookInto(pid);
      return environ.includes(`${MARK}=${this.mark}`) ? [{ pid: Number(pid), command }] : [];
    });
  }

  /** Waits for a process whose command line holds `text`. */
  async process(text: string): Promise<number> {
    return until(() => this.processes().find(({ command }) => command.includes(text))?.pid);
  }

  /** Waits until no process of this run is left; says which are when the time is over. */
  async nothingLeft(within: number): Promise<void> {
    const deadline = Date.now() + within;
    while (this.processes().length > 0) {
      if (Date.now() > deadline) throw new Error(`left: ${JSON.stringify(this.processes())}`);
      await pause();
    }
  }

  /** Waits for a line of any experiment's history that fits. */
  async observed(
    fits: (line: { readonly [key: string]: unknown }) => boolean,
  ): Promise<{ readonly [key: string]: unknown }> {
    return until(() => this.histories().flat().find(fits));
  }

  histories(): readonly (readonly { readonly [key: string]: unknown }[])[] {
    return this.historyFiles().map(linesOf);
  }

  /** Absolute paths. */
  historyFiles(): readonly string[] {
    const files = readdirSync(this.folder, { recursive: true, encoding: 'utf8' });
    return files.filter((file) => file.endsWith('history.jsonl')).map((file) => join(this.folder, file));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const { pid } of this.processes()) kill(pid, 'SIGKILL');
    await this.ended;
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** Nought would be the process group of the tests themselves. */
export function kill(pid: number, signal: NodeJS.Signals): void {
  if (pid === 0) throw new Error(`nobody to send ${signal} to: the process has no id`);
  try {
    process.kill(pid, signal);
  } catch {
    // It has ended by itself.
  }
}

/** Asks again and again until there is an answer. The test's own time limit bounds it. */
export async function until<T>(ask: () => T | undefined | Promise<T | undefined>): Promise<T> {
  for (;;) {
    const answer = await ask();
    if (answer !== undefined) return answer;
    await pause();
  }
}

export function pause(): Promise<void> {
  return new Promise((done) => setTimeout(done, 25));
}

function lookInto(pid: string): { readonly environ: string; readonly command: string } {
  try {
    const state = /^State:\s+(\S)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
    if (state === 'Z') return { environ: '', command: '' };
    const environ = readFileSync(`/proc/${pid}/environ`, 'utf8');
    return { environ, command: readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ') };
  } catch {
    return { environ: '', command: '' };
  }
}

/** An unfinished last line is left out: the host may be writing it. */
function linesOf(path: string): readonly { readonly [key: string]: unknown }[] {
  const lines = readFileSync(path, 'utf8').split('\n').slice(0, -1);
  return lines.map((line) => JSON.parse(line));
}
