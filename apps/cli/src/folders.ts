import { rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { systemReason } from '@lapse/scenario-file';
import { EXIT, Refusal } from './endings.ts';
import { standingOf } from './standing.ts';

/** What ends a command whose run cannot be recorded in a folder. */
export function unwritable(folder: string, error: unknown, more = ''): Refusal {
  const sentence = `Runs cannot be recorded in ${folder}: ${whereIn(folder, error)}${systemReason(error)}.`;
  return new Refusal(EXIT.unavailable, `${sentence} --runs <folder> records them elsewhere.${more}`);
}

/** It may be a folder above that is in the way. */
function whereIn(folder: string, error: unknown): string {
  const path = error instanceof Error && 'path' in error ? String(error.path) : folder;
  return path.startsWith(folder) ? '' : `${path}: `;
}

/** Why files could not be written in a folder that is there, or that would have to be created; undefined: they could. Leaves nothing. */
export function whyUnwritable(folder: string): string | undefined {
  const { is } = standingOf(folder);
  if (is === 'nothing' && dirname(folder) !== folder) return whyUnwritable(dirname(folder));
  if (is === 'file') return `${folder} is a file, not a folder`;
  const probe = join(folder, `.lapse-probe-${process.pid}`);
  try {
    writeFileSync(probe, 'x', { flag: 'wx' });
    rmSync(probe);
    return undefined;
  } catch (error) {
    return `nothing can be written in ${folder}: ${systemReason(error)}`;
  }
}
