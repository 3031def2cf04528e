import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { EXPERIMENT_FILES, type ExperimentRequest } from '@lapse/experiment';
import { systemReason } from '@lapse/scenario-file';
import { EXIT, Refusal } from './endings.ts';
import { followLatest, LATEST } from './latest.ts';
import { standingOf } from './standing.ts';

/** What is left of an experiment: its history, and what it was started with. */
export interface FoundRecord {
  /** The experiment's folder, or the file that was named. */
  readonly folder: string;
  readonly lines: readonly string[];
  /** SHA-256 of the history. */
  readonly digest: string;
  /** As it was recorded, of whatever version. */
  readonly request: Pick<ExperimentRequest, 'id' | 'scenario' | 'prediction'>;
}

/** What a record may be: a history, the folder of an experiment, the folder of a run. @throws Refusal for anything else. */
export function findRecords(named: string): readonly FoundRecord[] {
  if (named.trim() === '') throw new Refusal(EXIT.usage, 'An empty name is no record.');
  const path = followLatest(named);
  const standing = standingOf(path);
  if (standing.is === 'nothing' && path !== named)
    throw new Refusal(EXIT.usage, `${named} stands for ${path}, and there is no such record.`);
  if (standing.is === 'nothing') throw new Refusal(EXIT.usage, `There is no record ${path}.`);
  if (standing.is === 'useless') throw new Refusal(EXIT.usage, `${path} ${standing.why}.`);
  if (standing.is === 'file') return [readRecord(resolve(path), path)];
  if (isExperiment(path)) return [readRecord(join(resolve(path), EXPERIMENT_FILES.history), path)];
  const inside = experimentsIn(path);
  if (inside.length > 0)
    return inside.map((folder) => readRecord(join(resolve(folder), EXPERIMENT_FILES.history), folder));
  throw new Refusal(EXIT.usage, noRecordIn(path));
}

function experimentsIn(folder: string): readonly string[] {
  return foldersIn(folder).filter(isExperiment);
}

/** In the order of their names. */
function foldersIn(path: string): readonly string[] {
  return reading(path, () => readdirSync(path, { withFileTypes: true }))
    .filter((entry) => !entry.isFile() && entry.name !== LATEST)
    .map(({ name }) => join(path, name))
    .toSorted();
}

/** Where every run has its folder, the one to give is named: names begin with the time of the run. */
function noRecordIn(path: string): string {
  const newest = foldersIn(path).findLast(
    (folder) => standingOf(folder).is === 'folder' && experimentsIn(folder).length > 0,
  );
  if (newest !== undefined) return `${path} holds runs, not a record. Give one of them; the newest is ${newest}`;
  return `${path} holds no record: neither ${EXPERIMENT_FILES.history} nor a folder with one is in it.`;
}

function isExperiment(folder: string): boolean {
  return [EXPERIMENT_FILES.history, EXPERIMENT_FILES.experiment].some(
    (name) => standingOf(join(folder, name)).is !== 'nothing',
  );
}

/** `named` is what stands on the command line, for messages. A host may have ended before it wrote a history. */
function readRecord(history: string, named: string): FoundRecord {
  const bytes = regularBytes(history, named) ?? new Uint8Array();
  const lines = new TextDecoder().decode(bytes).split('\n');
  // A history that was copied elsewhere, under another name, has strangers beside it.
  const isHistory = basename(history) === EXPERIMENT_FILES.history;
  const started = isHistory ? startedWith(join(dirname(history), EXPERIMENT_FILES.experiment), named) : undefined;
  const request = started ?? anchorOf(lines[0] ?? '');
  if (request === undefined)
    throw new Refusal(EXIT.usage, `${named} is no record of an experiment: ${whatIsWrong(lines)}.`);
  return {
    folder: isHistory ? dirname(history) : history,
    lines,
    digest: createHash('sha256').update(bytes).digest('hex'),
    request,
  };
}

/** The bytes of a file; undefined: there is none. Reading from a pipe or a device might never end. */
function regularBytes(path: string, named: string): Uint8Array | undefined {
  const standing = standingOf(path);
  if (standing.is === 'nothing') return undefined;
  if (standing.is === 'useless') throw new Refusal(EXIT.usage, `${path} ${standing.why}.`);
  if (standing.is === 'folder') throw new Refusal(EXIT.usage, `${path} is a folder, not a regular file.`);
  return reading(named, () => readFileSync(path));
}

function reading<T>(named: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw new Refusal(EXIT.usage, `${named} cannot be read: ${systemReason(error)}.`);
  }
}

/** What the station was asked for, where the folder still says so. */
function startedWith(path: string, named: string): FoundRecord['request'] | undefined {
  const bytes = regularBytes(path, named);
  const file = bytes && parsed(new TextDecoder().decode(bytes));
  return isRecord(file) && isRequest(file.request) ? file.request : undefined;
}

/** The first line of a history holds the same. */
function anchorOf(line: string): FoundRecord['request'] | undefined {
  const anchor = parsed(line);
  return isRecord(anchor) && anchor.type === 'experiment' && isRequest(anchor) ? anchor : undefined;
}

function whatIsWrong(lines: readonly string[]): string {
  const [first = ''] = lines;
  if (lines.every((line) => line.trim() === ''))
    return 'its history is empty, and nothing else says what was predicted';
  if (first.startsWith('{') && parsed(first) === undefined)
    return 'its history is cut off in its first line, and nothing else says what was predicted';
  return 'its first line does not say what was predicted';
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** As much as every version must have; what this version needs of it is found out by judging. */
function isRequest(value: unknown): value is FoundRecord['request'] {
  if (!isRecord(value) || typeof value.id !== 'string') return false;
  return isRecord(value.scenario) && typeof value.scenario.scenario === 'string' && isRecord(value.prediction);
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
