import { readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { type JudgedExperiment, placeOf } from '@lapse/experiment';
import {
  htmlReport,
  type RecordedExperiment,
  type RecordedRun,
  type RecordedScenario,
  toldInFull,
} from '@lapse/report';
import { systemReason } from '@lapse/scenario-file';
import { judgeFound } from './judging.ts';
import { RUN_DOCUMENT } from './latest.ts';
import { type FoundRecord, findRecords } from './record.ts';
import { type RecordSummary, recordRows } from './record-summary.ts';
import type { RunSummary, ScenarioSummary } from './summary.ts';

/** The page's name in the folder of a run. */
export const REPORT = 'report.html';

/** Writes the page of a run into its folder and gives its path; what keeps it from that is said, and changes nothing else. */
export function writeRunReport(summary: RunSummary, say: (line: string) => void): string | undefined {
  const path = join(summary.folder, REPORT);
  try {
    writeFileSync(path, htmlReport(conductedRun(summary)));
    return path;
  } catch (error) {
    say(`${path} could not be written: ${systemReason(error)}. The verdict stands all the same.`);
    return undefined;
  }
}

/** A run that has just ended, as it was judged; its records are read where they lie on this machine. */
function conductedRun(summary: RunSummary): RecordedRun {
  const full = toldInFull(summary.scenarios);
  const scenarios = summary.scenarios.map((reported) =>
    full.has(reported) ? withRecords(reported) : { reported, remarks: [], experiments: [] },
  );
  return { ...summary, name: basename(summary.folder), scenarios };
}

function withRecords(reported: ScenarioSummary): RecordedScenario {
  const judged = reported.judged?.experiments ?? [];
  const experiments = judged.flatMap((experiment) => {
    const found = foundAt(experiment.folder);
    return found === undefined ? [] : [recorded(experiment, found)];
  });
  const missing = judged.filter(({ id }) => !experiments.some((one) => one.judged.id === id));
  return {
    reported,
    remarks: missing.map(({ folder }) => `Its record is not on this machine, so there is no picture: ${folder}`),
    experiments,
  };
}

function foundAt(folder: string): FoundRecord | undefined {
  try {
    return findRecords(folder)[0];
  } catch {
    return undefined;
  }
}

function recorded(judged: JudgedExperiment, { request, lines }: FoundRecord): RecordedExperiment {
  return { judged, plan: request.scenario, lines };
}

/** What was recorded earlier, judged by today's rules; `folder` may hold what its run said of itself. */
export function foundRun(found: readonly FoundRecord[], folder: string): RecordedRun {
  const run = runIn(folder);
  const rows = recordRows(found.map(judgeFound));
  const scenarios = rows.map((row) => foundScenario(row, found, run));
  // What broke, or was not started, left no record, only a row.
  const others = (run?.scenarios ?? []).filter(({ id }) => !rows.some((row) => placeOf(row.id).first === id));
  const status = (['refuted', 'inconclusive'] as const).find((worst) => rows.some(({ verdict }) => verdict === worst));
  return {
    ...(run && conditionsOf(run, status ?? 'confirmed')),
    status: status ?? 'confirmed',
    name: basename(folder),
    scenarios: [...scenarios, ...others.map((reported) => ({ reported, remarks: [], experiments: [] }))],
  };
}

/** Where and how it took place; how it ended then is told where it would end so today. */
function conditionsOf(run: RunSummary, today: RunSummary['status']): Partial<RecordedRun> {
  const { conductor, injector, commit, seed, latenessMs, exitCode, note, status } = run;
  return {
    ...{ conductor, injector, commit },
    ...(seed !== undefined && { seed }),
    ...(latenessMs && { latenessMs }),
    ...(status === today && { exitCode, ...(note !== undefined && { note }) }),
  };
}

function foundScenario(
  row: RecordSummary,
  found: readonly FoundRecord[],
  run: RunSummary | undefined,
): RecordedScenario {
  const ran = run?.scenarios.find(({ id }) => placeOf(row.id).first === id);
  const before = ran?.verdict;
  const experiments = (row.judged?.experiments ?? []).flatMap((judged) => {
    const record = found.find(({ request }) => request.id === judged.id);
    return record === undefined ? [] : [recorded(judged, record)];
  });
  const { today, labels: _, ...reported } = row;
  // Of a record that cannot be judged the row knows no more than its id.
  const scenario = found.find(({ request }) => request.id === row.id)?.request.scenario.scenario ?? row.scenario;
  return {
    reported: { ...reported, scenario, ...(ran?.file !== undefined && { file: ran.file }) },
    remarks: [
      ...(today === undefined ? [] : [today.sentence]),
      ...(before === undefined || before === row.verdict ? [] : [`When it was run, the verdict was: ${before}.`]),
    ],
    experiments,
  };
}

/** `run.json` of a run's folder, where one is there and has the form of today's. */
function runIn(folder: string): RunSummary | undefined {
  try {
    const run: unknown = JSON.parse(readFileSync(join(folder, RUN_DOCUMENT), 'utf8'));
    return isRun(run) ? run : undefined;
  } catch {
    return undefined;
  }
}

function isRun(value: unknown): value is RunSummary {
  if (typeof value !== 'object' || value === null || !('scenarios' in value)) return false;
  const { scenarios } = value;
  return Array.isArray(scenarios) && scenarios.every(isRow);
}

function isRow(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return ['scenario', 'id', 'verdict', 'predicted', 'observed', 'sentence'].every(
    (key) => typeof Reflect.get(value, key) === 'string',
  );
}

/** Why a page could not be written. */
export function whyNotWritten(path: string, error: unknown): string {
  return `The report cannot be written to ${path}: ${systemReason(error)}. --out <file> writes it elsewhere.`;
}
