import { mkdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { EXIT, messageOf, Refusal } from './endings.ts';

/**
 * Creates a folder and the folders above it. Node's own recursive mkdir never ends below /proc, where a folder "does not exist" although
 * the one above it does. @throws the system's error.
 */
export function makeFolder(folder: string): void {
  try {
    mkdirSync(folder);
  } catch (error) {
    if (isFolder(folder)) return;
    const above = dirname(folder);
    if (above === folder || statusOf(above) !== undefined) throw error;
    makeFolder(above);
    makeFolder(folder);
  }
}

/** Does what writes, and says in one sentence why that is impossible. @throws Refusal */
export function writing<T>(folder: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw new Refusal(
      EXIT.unavailable,
      `Runs cannot be recorded in ${folder}: ${messageOf(error)}. --runs <folder> records them elsewhere.`,
    );
  }
}

/** Why files could not be written in a folder that is there, or that would have to be created; undefined: they could. Leaves nothing. */
export function whyUnwritable(folder: string): string | undefined {
  const status = statusOf(folder);
  if (status === undefined && dirname(folder) !== folder) return whyUnwritable(dirname(folder));
  const probe = join(folder, `.lapse-probe-${process.pid}`);
  try {
    writeFileSync(probe, 'x', { flag: 'wx' });
    return undefined;
  } catch (error) {
    return messageOf(error);
  } finally {
    rmSync(probe, { force: true });
  }
}

function isFolder(path: string): boolean {
  return statusOf(path)?.isDirectory() ?? false;
}

/** Undefined where nothing is, or nothing may be looked at. */
function statusOf(path: string) {
  try {
    return statSync(path);
  } catch {
    return undefined;
  }
}
