import { randomBytes } from 'node:crypto';
import { lstatSync, readFileSync, readlinkSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join, sep } from 'node:path';
import { systemReason } from '@lapse/scenario-file';
import { isRunName, runNamesIn } from './run-folder.ts';
import { standingOf } from './standing.ts';

/** Beside the folders of runs, what stands for the newest run that has ended: a symbolic link, on Windows a file with its name. */
export const LATEST = 'latest';

/** What a run writes last of all that its verdict needs. */
export const RUN_DOCUMENT = 'run.json';

/**
 * Lets `latest` stand for the newest finished run of a folder. Of several runs that end at once each looks again after it has put its name
 * in place, so the last one to do so has seen all. What fails is said, for no verdict depends on it.
 */
export function pointToNewest(root: string, say: (line: string) => void): void {
  try {
    for (
      let newest = newestIn(root);
      newest !== undefined && newest !== namedBy(join(root, LATEST));
      newest = newestIn(root)
    )
      pointTo(root, newest, process.platform === 'win32' ? 'file' : 'link');
  } catch (error) {
    say(
      `${join(root, LATEST)} does not stand for the newest run: ${systemReason(error)}. The verdict stands all the same.`,
    );
  }
}

function newestIn(root: string): string | undefined {
  return runNamesIn(root).find((name) => standingOf(join(root, name, RUN_DOCUMENT)).is === 'file');
}

/** Whoever looks finds the old name or the new one. @throws a system error */
export function pointTo(root: string, name: string, by: 'link' | 'file'): void {
  const draft = join(root, `.${LATEST}-${randomBytes(6).toString('hex')}`);
  try {
    if (by === 'file') writeFileSync(draft, `${name}\n`);
    else linkOrWrite(draft, name);
    renameSync(draft, join(root, LATEST));
  } catch (error) {
    rmSync(draft, { force: true });
    throw error;
  }
}

/** Not every file system has links. */
function linkOrWrite(draft: string, name: string): void {
  try {
    symlinkSync(name, draft, 'dir');
  } catch {
    writeFileSync(draft, `${name}\n`);
  }
}

/** A path with the run that `latest` in it stands for in its place; the path itself where nothing in it is such a `latest`. */
export function followLatest(path: string): string {
  const steps = path.split(sep === '/' ? '/' : /[\\/]/);
  for (const [index, step] of steps.entries()) {
    if (step !== LATEST) continue;
    const at = steps.slice(0, index + 1).join(sep);
    const name = namedBy(at);
    if (name !== undefined) return join(dirname(at), name, ...steps.slice(index + 1));
  }
  return path;
}

/** More than any name has. */
const MOST_BYTES = 100;

/** The run that a `latest` stands for; undefined where it is something else, cannot be read, or is not there. */
function namedBy(path: string): string | undefined {
  try {
    const status = lstatSync(path);
    const isFile = status.isFile() && status.size <= MOST_BYTES;
    const name = status.isSymbolicLink() ? readlinkSync(path) : isFile ? readFileSync(path, 'utf8').trim() : '';
    return isRunName(name) ? name : undefined;
  } catch {
    return undefined;
  }
}
