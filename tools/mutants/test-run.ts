import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';

/** What tests came to. */
export type TestOutcome =
  | { readonly is: 'passed' }
  | { readonly is: 'failed'; readonly test: string }
  /** A file of tests could not even be loaded, or no test ran. */
  | { readonly is: 'broken'; readonly message: string };

export interface TestsWanted {
  /** Folder of the workspace. */
  readonly root: string;
  /** Folder of the project, relative to the workspace. */
  readonly project: string;
  /** Only tests that a change of this file can reach; absent: all. */
  readonly reaching?: string;
}

/** A change that makes a test run for ever is noticed, too. */
const AT_MOST = 120_000;

/** Runs tests of one project until the first file of tests that fails. */
export async function runTests({ root, project, reaching }: TestsWanted): Promise<TestOutcome> {
  const report = join(root, project, 'reports', 'tests.jsonl');
  rmSync(report, { force: true });
  const jest = spawn(
    process.execPath,
    [
      ...['--experimental-vm-modules', '--disable-warning=ExperimentalWarning'],
      join(root, 'node_modules', 'jest', 'bin', 'jest.js'),
      ...['-c', join(project, 'jest.config.mjs'), '--bail', '--runInBand', '--forceExit', '--silent'],
      ...(reaching === undefined ? [] : ['--findRelatedTests', join(root, reaching)]),
    ],
    { cwd: root, stdio: ['ignore', 'ignore', 'pipe'], timeout: AT_MOST, killSignal: 'SIGKILL' },
  );
  let said = '';
  jest.stderr.on('data', (chunk) => {
    said += String(chunk);
  });
  const [exitCode, signal] = await once(jest, 'close');
  if (signal !== null) return { is: 'failed', test: `(no end: ${signal} after ${AT_MOST / 1_000} s)` };
  const files = existsSync(report) ? filesIn(readFileSync(report, 'utf8')) : [];
  return outcomeOf(files) ?? (exitCode === 0 ? { is: 'passed' } : { is: 'broken', message: said.trim() });
}

/** A line of what the counting reporter of our jest writes. */
interface FileOfTests {
  readonly passed: number;
  readonly failed: readonly string[];
  readonly error?: string;
}

function filesIn(report: string): readonly FileOfTests[] {
  return report
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line));
}

/** Undefined: nothing speaks against it that the tests have passed. */
function outcomeOf(files: readonly FileOfTests[]): TestOutcome | undefined {
  const test = files.flatMap(({ failed }) => failed)[0];
  if (test !== undefined) return { is: 'failed', test };
  const message = files.find(({ error }) => error !== undefined)?.error;
  if (message !== undefined) return { is: 'broken', message };
  return files.some(({ passed }) => passed > 0) ? undefined : { is: 'broken', message: 'no test ran' };
}
