import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join, sep } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Mark } from './marked.ts';

const require = createRequire(import.meta.url);
const JEST = join(dirname(require.resolve('jest/package.json')), 'bin', 'jest.js');
const PRESET = join(import.meta.dirname, '..', '..', 'preset.mjs');
const SAMPLES = join(import.meta.dirname, 'samples');

/** What a run of jest is to test: samples by their names, or a test's text, as a file outside the checkout. */
export type Tested = { readonly samples: readonly string[] } | { readonly text: string };

/** A run of jest, in a folder and a process group of its own, with every process that it starts marked. */
export class JestRun implements AsyncDisposable {
  readonly folder = mkdtempSync(join(tmpdir(), 'lapse-jest-'));
  readonly mark = new Mark();
  readonly ended: Promise<number | NodeJS.Signals | null>;
  output = '';
  readonly #child: ChildProcess;

  constructor(tested: Tested, { workers = 1 }: { readonly workers?: number } = {}) {
    if ('text' in tested) writeFileSync(join(this.folder, 'outside.test.ts'), tested.text);
    const where =
      'text' in tested
        ? { rootDir: this.folder }
        : { rootDir: SAMPLES, testMatch: tested.samples.map((name) => `<rootDir>/${name}.sample.ts`) };
    const config = join(this.folder, 'jest.config.mjs');
    const preset = JSON.stringify(pathToFileURL(PRESET));
    writeFileSync(
      config,
      `import preset from ${preset};\nexport default { ...preset, ...${JSON.stringify(where)} };\n`,
    );
    const flags = ['--config', config, `--maxWorkers=${workers}`, '--ci'];
    this.#child = spawn(process.execPath, ['--experimental-vm-modules', JEST, ...flags], {
      cwd: this.folder,
      env: { ...process.env, ...this.mark.variables },
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
    });
    for (const stream of [this.#child.stdout, this.#child.stderr])
      stream?.on('data', (piece) => {
        this.output += String(piece);
      });
    this.ended = new Promise((done) => this.#child.once('close', (code, signal) => done(code ?? signal)));
  }

  /** To jest itself, or as a terminal does, to it and its workers. */
  signal(signal: NodeJS.Signals, { toGroup = false } = {}): void {
    const { pid = 0 } = this.#child;
    if (pid > 0) process.kill(toGroup ? -pid : pid, signal);
  }

  /** Every line of the histories that were recorded, of experiments whose hosts have come to that type of line. */
  histories(type: string): readonly (readonly { readonly type: string }[])[] {
    const files = readdirSync(this.folder, { recursive: true, encoding: 'utf8' });
    // The newest run has a second name.
    const histories = files
      .filter((file) => file.endsWith('history.jsonl') && !file.split(sep).includes('latest'))
      .map((file) => linesOf(join(this.folder, file)));
    return histories.filter((lines) => lines.some((line) => line.type === type));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.mark.endAll();
    await this.ended;
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** An unfinished last line is left out: the host may be writing it. */
function linesOf(path: string): readonly { readonly type: string }[] {
  const lines = readFileSync(path, 'utf8').split('\n').slice(0, -1);
  return lines.map((line) => JSON.parse(line));
}
