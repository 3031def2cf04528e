import { type ChildProcess, spawn } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const ROOT = join(import.meta.dirname, '../../..');

/** What a started bootstrap came to. */
export interface Ended {
  readonly code: number | null;
  readonly lines: readonly string[];
  /** From the start of the process to its first line, ms. */
  readonly firstLineAfter: number;
}

export interface StartOptions {
  readonly args?: readonly string[];
  readonly env?: NodeJS.ProcessEnv;
  /** In which folder of the checkout; absent: in its root. */
  readonly folder?: string;
}

export interface Started {
  readonly process: ChildProcess;
  /** Resolves at the first line that contains a text. */
  readonly said: (text: string) => Promise<void>;
  readonly ended: Promise<Ended>;
}

/**
 * An empty checkout in a folder of its own: the real bootstrap, package.json and lockfile; in place of what it starts,
 * programs that print what they see; in place of npm, one that downloads nothing.
 */
export class Checkout implements Disposable {
  readonly root = realpathSync(mkdtempSync(join(tmpdir(), 'lapse-bootstrap-')));
  readonly #calls = join(this.root, 'npm-calls.txt');
  readonly #started = new Set<ChildProcess>();

  constructor() {
    const copied = ['package.json', 'package-lock.json', 'tools/bootstrap', 'tools/pinned.mjs', 'apps/cli/lapse.mjs'];
    for (const path of copied) cpSync(join(ROOT, path), join(this.root, path), { recursive: true });
    this.write(
      'fake-bin/npm',
      readFileSync(join(import.meta.dirname, 'npm.mjs'), 'utf8').replace(/^#!.*/, `#!${process.execPath}`),
    );
    chmodSync(join(this.root, 'fake-bin/npm'), 0o755);
    this.write('libs/workflows/package.json', '{}');
    this.write('libs/workflows/src/index.ts', 'export {};\n');
    this.write('tools/bundle-workflows.ts', BUNDLER);
    for (const main of ['apps/cli/src/main.ts', 'tools/verification/main.ts']) this.write(main, CHILD);
  }

  write(path: string, text: string): void {
    mkdirSync(dirname(join(this.root, path)), { recursive: true });
    writeFileSync(join(this.root, path), text);
  }

  read(path: string): string {
    return readFileSync(join(this.root, path), 'utf8');
  }

  has(path: string): boolean {
    return existsSync(join(this.root, path));
  }

  remove(path: string): void {
    rmSync(join(this.root, path), { recursive: true });
  }

  /** Arguments of each call of npm so far. */
  npmCalls(): readonly string[] {
    return this.has('npm-calls.txt') ? readFileSync(this.#calls, 'utf8').trimEnd().split('\n') : [];
  }

  /** Resolves once npm is at work. */
  async npmBegan(): Promise<void> {
    while (this.npmCalls().length === 0) await sleep(20);
  }

  /** Starts a script as npm would: in a process group of its own, so that a test can send a signal to all of it. */
  start(script: string, options: StartOptions = {}): Started {
    const began = performance.now();
    const { npm_execpath: _, ...inherited } = process.env;
    const child = spawn(process.execPath, [join(this.root, script), ...(options.args ?? [])], {
      cwd: join(this.root, options.folder ?? '.'),
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: {
        ...inherited,
        PATH: [join(this.root, 'fake-bin'), process.env.PATH].join(delimiter),
        FAKE_NPM_CALLS: this.#calls,
        ...options.env,
      },
    });
    this.#started.add(child);
    return watch(child, began);
  }

  run(script: string, options: StartOptions = {}): Promise<Ended> {
    return this.start(script, options).ended;
  }

  /** Sends a signal to everything that a start has started. */
  signalAll({ process: { pid } }: Started, signal: NodeJS.Signals): void {
    if (pid !== undefined) process.kill(-pid, signal);
  }

  [Symbol.dispose](): void {
    for (const child of this.#started) if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL');
    rmSync(this.root, { recursive: true, maxRetries: 3 });
  }
}

function watch(child: ChildProcess, began: number): Started {
  const texts: string[] = [];
  const listeners: (() => void)[] = [];
  let firstLineAfter = Number.POSITIVE_INFINITY;
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (text: string) => {
      if (texts.length === 0) firstLineAfter = performance.now() - began;
      texts.push(text);
      for (const listener of listeners) listener();
    });
  }
  const ended = new Promise<Ended>((resolve) => {
    child.once('close', (code) => resolve({ code, lines: texts.join('').trimEnd().split('\n'), firstLineAfter }));
  });
  const said = (text: string) =>
    new Promise<void>((resolve, reject) => {
      const look = () => texts.join('').includes(text) && resolve();
      listeners.push(look);
      look();
      void ended.then(({ lines }) => reject(new Error(`ended without "${text}":\n${lines.join('\n')}`)));
    });
  return { process: child, said, ended };
}

/** Does what FAKE_CHILD says, and prints what it was started with. */
const CHILD = `
import { execFileSync } from 'node:child_process';
const { FAKE_CHILD = 'exit 0' } = process.env;
if (FAKE_CHILD.startsWith('exit ')) process.exitCode = Number(FAKE_CHILD.slice(5));
if (FAKE_CHILD === 'die') setTimeout(() => process.kill(process.pid, 'SIGTERM'), 100);
if (FAKE_CHILD === 'wind up') {
  const waiting = setInterval(() => {}, 1_000);
  let signals = 0;
  process.on('SIGINT', () => {
    signals += 1;
    if (signals > 1) return;
    setTimeout(() => { console.log('child healed after ' + signals + ' SIGINT'); clearInterval(waiting); process.exitCode = 130; }, 300);
  });
}
const onPath = execFileSync('node', ['-p', 'process.argv0 + " " + process.env.PATH.split(":")[0]'], { encoding: 'utf8' });
console.log('child ' + JSON.stringify({ cwd: process.cwd(), args: process.argv.slice(2), node: process.argv0, first: process.env.PATH.split(':')[0], onPath: onPath.trim() }));
`;

const BUNDLER = `
import { mkdirSync, writeFileSync } from 'node:fs';
mkdirSync(process.argv[2] + '/dist', { recursive: true });
writeFileSync(process.argv[2] + '/dist/workflow-bundle.js', '');
`;
