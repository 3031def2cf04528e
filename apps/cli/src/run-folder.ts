import { randomBytes } from 'node:crypto';
import { mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Scenario } from '@lapse/experiment';
import { makeFolder } from '@lapse/servers';
import { unwritable } from './folders.ts';

/** One run of scenarios: its folder, and the word in every name that must be unique on a shared server. */
export interface Run {
  readonly name: string;
  readonly folder: string;
  readonly token: string;
}

/** Creates `<root>/<utc-stamp>-<n>`; `n` counts the runs that began within the same second. @throws Refusal where nothing can be written. */
export async function createRun(root: string, now: Date): Promise<Run> {
  try {
    await makeFolder(root);
    return firstFree(root, now);
  } catch (error) {
    throw unwritable(root, error, ' Nothing was started.');
  }
}

/** A name that such a folder has; the names of experiments, and what people put there, are others. */
const RUN_NAME = /^(\d{4})(\d\d)(\d\d)-(\d\d)(\d\d)(\d\d)-(\d+)$/;

/** The names of the runs that have their folders in this one, newest first. @throws a system error */
export function runNamesIn(root: string): readonly string[] {
  return readdirSync(root).filter(isRunName).toSorted(newestFirst);
}

export function isRunName(name: string): boolean {
  return RUN_NAME.test(name);
}

/** When a run began, to the second, as ISO 8601 has it in UTC. */
export function beganAt(name: string): string {
  return name.replace(RUN_NAME, '$1-$2-$3T$4:$5:$6Z');
}

/** Those that began within the same second are counted. */
function newestFirst(one: string, other: string): number {
  const stamp = (name: string) => name.slice(0, 'yyyymmdd-hhmmss'.length);
  const number = (name: string) => Number(name.slice('yyyymmdd-hhmmss-'.length));
  return stamp(one) === stamp(other) ? number(other) - number(one) : stamp(one) < stamp(other) ? 1 : -1;
}

function firstFree(root: string, now: Date): Run {
  const stamp = now.toISOString().slice(0, 19).replaceAll(/[-:]/g, '').replace('T', '-');
  for (let n = 1; ; n++) {
    const name = `${stamp}-${n}`;
    const folder = join(root, name);
    if (isCreated(folder)) return { name, folder, token: `${name}-${randomBytes(2).toString('hex')}` };
  }
}

/** Ids of experiments, in the order of their scenarios: `[a-z0-9-]`, for they become names of proxies and of workflows. */
export function experimentIds(scenarios: readonly Scenario[], token: string): readonly string[] {
  return scenarios.map(({ scenario }, index) => {
    const before = scenarios.slice(0, index).filter((other) => other.scenario === scenario).length;
    return before === 0 ? `${scenario}-${token}` : `${scenario}-${token}-${before + 1}`;
  });
}

/** False: somebody else has created it. */
function isCreated(folder: string): boolean {
  try {
    mkdirSync(folder);
    return true;
  } catch (error) {
    if (typeof error === 'object' && error && 'code' in error && error.code === 'EEXIST') return false;
    throw error;
  }
}
