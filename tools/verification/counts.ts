import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join, posix } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import type { Project } from '../checks/workspace.ts';
import type { Tally } from './tally.ts';

/** A line of the counting reporter: what one test file came to. */
interface FileResult {
  readonly file: string;
  readonly passed: number;
  readonly failed: readonly string[];
  readonly error?: string;
}

/** Counts of an earlier run must not pass for this one's. */
export function forgetCounts(root: string, project: Project): void {
  rmSync(countsFile(root, project), { force: true });
}

/**
 * What a project's tests came to: from what the reporter wrote, and from what it did not write.
 * A spec file without a result, a run without tests and an exit code that no failure explains count as failed.
 */
export function tallyOfTests(root: string, project: Project, exitCode: number | undefined): Tally {
  const results = readResults(countsFile(root, project));
  const seen = new Set(results.map((result) => result.file));
  const silent = specFilesOf(project).filter((file) => !seen.has(file));
  const passed = results.reduce((sum, result) => sum + result.passed, 0);
  const failures = [
    ...results.flatMap((result) => result.failed.map((test) => `${result.file}: ${test}`)),
    ...results.flatMap((result) => (result.error === undefined ? [] : [`${result.file}: ${firstLine(result.error)}`])),
    ...results.filter(isEmpty).map((result) => `${result.file}: no test in it`),
    ...silent.map((file) => `${file}: never finished`),
  ];
  const isUnexplained = exitCode !== 0 && failures.length === 0;
  return {
    name: project.name,
    passed,
    failures: isUnexplained ? [`jest ended with ${exitCode ?? 'no result'}, though no test failed`] : failures,
  };
}

/** Spec files, relative to the project. */
export function specFilesOf(project: Project): readonly string[] {
  return project.sources
    .map(({ path }) => posix.relative(project.folder, path))
    .filter((path) => path.endsWith('.spec.ts'));
}

function isEmpty(result: FileResult): boolean {
  return result.passed + result.failed.length === 0 && result.error === undefined;
}

function countsFile(root: string, project: Project): string {
  return join(root, project.folder, 'reports', 'tests.jsonl');
}

function readResults(file: string): readonly FileResult[] {
  if (!existsSync(file)) return [];
  const lines = readFileSync(file, 'utf8').split('\n');
  return lines.filter((line) => line !== '').map((line): FileResult => JSON.parse(line));
}

function firstLine(text: string): string {
  const lines = stripVTControlCharacters(text)
    .split('\n')
    .map((line) => line.trim());
  return lines.find((line) => line !== '' && !line.startsWith('●')) ?? '';
}
