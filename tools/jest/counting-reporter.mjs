// Writes what each test file came to, as it happens, so that a crash or Ctrl-C loses nothing that was seen.
import { appendFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';

const ALIVE_EVERY_MS = 10_000;
const GIVE_UP_AFTER_MS = 10_000;

/** One line a test file in `reports/tests.jsonl` of the project: `{ file, passed, failed: [names], error? }`. */
export default class CountingReporter {
  /** @param {{ readonly rootDir: string }} globalConfig */
  constructor(globalConfig) {
    this.rootDir = globalConfig.rootDir;
    this.file = join(globalConfig.rootDir, 'reports', 'tests.jsonl');
    /** @type {Map<string, number>} */
    this.running = new Map();
  }

  onRunStart() {
    mkdirSync(join(this.rootDir, 'reports'), { recursive: true });
    writeFileSync(this.file, '');
    this.alive = setInterval(() => this.sayAlive(), ALIVE_EVERY_MS);
    this.alive.unref();
  }

  /** @param {{ readonly path: string }} test */
  onTestFileStart(test) {
    this.running.set(test.path, Date.now());
  }

  /**
   * @param {{ readonly path: string }} test
   * @param {import('@jest/test-result').TestResult} result
   */
  onTestFileResult(test, result) {
    this.running.delete(test.path);
    const failed = result.testResults.filter((one) => one.status !== 'passed');
    // A file that does not load has no tests at all: its message is all that shows it.
    const error = failed.length === 0 ? result.failureMessage : null;
    const line = {
      file: this.name(test.path),
      passed: result.testResults.length - failed.length,
      failed: failed.map((one) => (one.status === 'failed' ? one.fullName : `${one.fullName} (${one.status})`)),
      ...(error ? { error } : {}),
    };
    appendFileSync(this.file, `${JSON.stringify(line)}\n`);
  }

  onRunComplete() {
    clearInterval(this.alive);
    // Fires only where something that a test left open keeps this process alive; jest itself would wait for ever.
    setTimeout(() => this.giveUp(), GIVE_UP_AFTER_MS).unref();
  }

  giveUp() {
    const error = 'a test left something open: the process did not end by itself';
    console.error(error);
    appendFileSync(this.file, `${JSON.stringify({ file: '(after the last file)', passed: 0, failed: [], error })}\n`);
    process.exit(1);
  }

  sayAlive() {
    for (const [path, since] of this.running) {
      console.error(`still running after ${Math.round((Date.now() - since) / 1_000)} s: ${this.name(path)}`);
    }
  }

  /** @param {string} path */
  name(path) {
    return relative(this.rootDir, path).split(sep).join('/');
  }
}
