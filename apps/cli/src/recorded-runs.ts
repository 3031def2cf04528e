import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Status } from '@lapse/experiment';
import { countedVerdicts, type ReportedRun } from '@lapse/report';
import { systemReason } from '@lapse/scenario-file';
import { RUN_DOCUMENT } from './latest.ts';
import { beganAt } from './run-folder.ts';
import { standingOf } from './standing.ts';

/** What the folder of a run says of it. */
export type RecordedRun = { readonly name: string; readonly folder: string; readonly beganAt: string } & (
  | {
      readonly state: 'finished';
      readonly status: Status;
      readonly exitCode: number;
      readonly scenarios: number;
      readonly counts: Readonly<Partial<Record<Verdict, number>>>;
      readonly conductor: string;
      readonly commit: string;
      readonly seed?: string;
    }
  /** `unfinished`: it goes on, or it was ended before it came to a verdict. `why` follows the name of the run. */
  | { readonly state: 'unfinished' | 'unreadable'; readonly why: string }
);

type Verdict = ReportedRun['scenarios'][number]['verdict'];

/** Reads what became of a run. */
export function recordedRun(root: string, name: string): RecordedRun {
  const folder = join(root, name);
  return { name, folder, beganAt: beganAt(name), ...outcomeOf(join(folder, RUN_DOCUMENT)) };
}

type Outcome = RecordedRun extends infer Run
  ? Run extends unknown
    ? Omit<Run, 'name' | 'folder' | 'beganAt'>
    : never
  : never;

function outcomeOf(file: string): Outcome {
  const standing = standingOf(file);
  if (standing.is === 'nothing') return { state: 'unfinished', why: whyEnded(dirname(file)) };
  if (standing.is !== 'file') return { state: 'unreadable', why: `has no file ${RUN_DOCUMENT}` };
  try {
    return told(JSON.parse(readFileSync(file, 'utf8')));
  } catch (error) {
    const why = error instanceof SyntaxError ? 'it is no JSON' : systemReason(error);
    return { state: 'unreadable', why: `has a ${RUN_DOCUMENT} that cannot be read: ${why}` };
  }
}

/** Says in the folder of a run why it has no verdicts, for whoever lists the runs later. `why` follows the name of the run. */
export function leaveWord(folder: string, why: string): void {
  try {
    writeFileSync(join(folder, WORD), `${why}\n`);
  } catch {
    // Where nothing can be written nothing is left to say.
  }
}

const WORD = 'unfinished.txt';

function whyEnded(folder: string): string {
  const word = join(folder, WORD);
  if (standingOf(word).is !== 'file') return `has no ${RUN_DOCUMENT}: it goes on, or was killed`;
  return readFileSync(word, 'utf8').trimEnd();
}

function told(document: unknown): Outcome {
  if (!isRun(document)) return { state: 'unreadable', why: `has a ${RUN_DOCUMENT} that is not of a run` };
  const { status, exitCode, scenarios, conductor, commit, seed } = document;
  const counts = Object.fromEntries(countedVerdicts({ scenarios }).map(({ verdict, count }) => [verdict, count]));
  return {
    ...{ state: 'finished', status, exitCode, scenarios: scenarios.length, counts, conductor, commit },
    ...(seed !== undefined && { seed }),
  };
}

const STATUSES: readonly unknown[] = ['confirmed', 'refuted', 'inconclusive'];

/** As much as is read of it here. */
function isRun(value: unknown): value is Omit<ReportedRun, 'latenessMs' | 'note'> {
  if (!isObject(value) || !Array.isArray(value.scenarios) || !STATUSES.includes(value.status)) return false;
  const hasTexts = [value.commit, value.conductor].every((text) => typeof text === 'string');
  const isSeed = value.seed === undefined || typeof value.seed === 'string';
  const hasVerdicts = value.scenarios.every((one) => isObject(one) && VERDICTS.includes(one.verdict));
  return hasTexts && isSeed && hasVerdicts && typeof value.exitCode === 'number';
}

const VERDICTS: readonly unknown[] = [...STATUSES, 'broken', 'skipped'];

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}
