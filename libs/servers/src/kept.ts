import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { Ending, KeeperOrder, KeeperReport } from './keeper-orders.ts';
import type { Environment } from './surroundings.ts';

const KEEPER = fileURLToPath(new URL('keeper.ts', import.meta.url));

/** What to start, and where its outputs go. */
export interface Command {
  readonly command: string;
  readonly args: readonly string[];
  readonly environment: Environment;
  readonly folder: string;
  readonly log: string;
}

/** A process that the keeper keeps. */
export interface KeptProcess {
  /** Resolves when it ended, in whatever way; never rejects. */
  readonly ended: Promise<Ending>;
  /** How it ended, once it has. */
  ending(): Ending | undefined;
  /** Its process id, as soon as the keeper has told it; undefined when it ended before that. */
  readonly pid: Promise<number | undefined>;
  /** Asks the keeper to end it. */
  end(): Promise<void>;
}

/** The caller's end of a keeper process. It lives until `close`, or until this process ends in whatever way. */
export class Keeper {
  readonly #process: ChildProcess;
  readonly #entries = new Map<number, Entry>();
  readonly #gone: Promise<unknown>;
  readonly #discarded: string[] = [];
  #closing = false;

  /** @param log - the file for what the keeper itself has to complain about */
  constructor(log: string) {
    const complaints = openSync(log, 'a');
    this.#process = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', KEEPER], {
      detached: true,
      stdio: ['pipe', 'pipe', complaints],
      env: withoutNodeOptions(process.env),
    });
    closeSync(complaints);
    this.#gone = new Promise((resolve) => {
      this.#process.once('close', resolve);
      this.#process.once('error', resolve);
    }).then(() => this.#orphaned());
    // Writing to a keeper that is gone is no event of its own: `exit` tells it.
    this.#process.stdin?.on('error', () => {});
    if (this.#process.stdout !== null) {
      createInterface({ input: this.#process.stdout }).on('line', (line) => this.#hear(JSON.parse(line)));
    }
  }

  /** Its process id; undefined when it could not be started. */
  get pid(): number | undefined {
    return this.#process.pid;
  }

  start(command: Command): KeptProcess {
    const id = this.#entries.size;
    const entry = new Entry();
    this.#entries.set(id, entry);
    this.#order({ order: 'start', id, ...command, environment: definedOnly(command.environment) });
    return {
      ended: entry.ended,
      ending: () => entry.ending,
      pid: entry.told,
      end: async () => {
        this.#order({ order: 'end', id });
        await entry.ended;
      },
    };
  }

  /** The folder is deleted when the keeper ends, however that comes about. */
  discard(folder: string): void {
    this.#discarded.push(folder);
    this.#order({ order: 'discard', folder });
  }

  /** Ends every kept process (SIGTERM, after 2 s SIGKILL) and resolves when they, the folders to discard and the keeper are gone. */
  async close(): Promise<void> {
    if (!this.#closing) this.#process.stdin?.end();
    this.#closing = true;
    await this.#gone;
  }

  #order(order: KeeperOrder): void {
    this.#process.stdin?.write(`${JSON.stringify(order)}\n`);
  }

  #hear(report: KeeperReport): void {
    const entry = this.#entries.get(report.id);
    if (report.report === 'started') entry?.started(report.pid);
    else entry?.end(report.ending);
  }

  /** A keeper that was killed can neither end what it kept nor delete folders: this process does it then. */
  async #orphaned(): Promise<void> {
    for (const entry of this.#entries.values()) entry.kill();
    for (const folder of this.#discarded) await rm(folder, { recursive: true, force: true, maxRetries: 3 });
  }
}

class Entry {
  readonly ended: Promise<Ending>;
  ending: Ending | undefined;
  readonly told: Promise<number | undefined>;
  #resolve: (ending: Ending) => void = () => {};
  #tell: (pid: number | undefined) => void = () => {};
  pid: number | undefined;

  constructor() {
    this.ended = new Promise((resolve) => {
      this.#resolve = resolve;
    });
    this.told = new Promise((tell) => {
      this.#tell = tell;
    });
  }

  started(pid: number): void {
    this.pid = pid;
    this.#tell(pid);
  }

  end(ending: Ending): void {
    this.ending ??= ending;
    this.#resolve(ending);
    this.#tell(undefined);
  }

  kill(): void {
    if (this.ending !== undefined) return;
    if (this.pid !== undefined) killGroup(this.pid);
    this.end(
      this.pid === undefined ? { how: 'notStarted', reason: 'the keeper ended' } : { how: 'signal', signal: 'SIGKILL' },
    );
  }
}

function killGroup(pid: number): void {
  try {
    process.kill(process.platform === 'win32' ? pid : -pid, 'SIGKILL');
  } catch {
    // It is gone already, which is what was wanted.
  }
}

/** Options meant for the caller (a debugger's port, a test runner's loader) must not reach the keeper. */
function withoutNodeOptions(environment: Environment): Environment {
  const { NODE_OPTIONS: _, ...rest } = environment;
  return rest;
}

function definedOnly(environment: Environment): Record<string, string> {
  const defined: Record<string, string> = {};
  for (const [name, value] of Object.entries(environment)) if (value !== undefined) defined[name] = value;
  return defined;
}
