import { randomUUID } from 'node:crypto';
import { link, readFile, unlink, writeFile } from 'node:fs/promises';
import { ownStart, startOf } from './process-start.ts';
import { systemCodeOf } from './surroundings.ts';

/** Who holds a lock. The start tells a living holder from a later process with the same number. */
interface Holder {
  readonly pid: number;
  readonly start: string;
}

/** A lock that is held, or the process that holds it instead. */
export type LockAttempt =
  | { readonly held: true; release(): Promise<void> }
  | { readonly held: false; readonly by: number };

/**
 * Tries once to take the lock file. A lock whose holder is dead is taken over.
 * The file appears together with its content (a hard link to a written file), so that no reader sees half of it.
 * @throws the system's error when the folder cannot be written.
 */
export async function tryLock(file: string): Promise<LockAttempt> {
  if (await create(file)) return { held: true, release: () => remove(file) };
  const holder = await read(file);
  if (holder === undefined) return tryLock(file);
  if (await isAlive(holder)) return { held: false, by: holder.pid };
  await removeStale(file);
  return tryLock(file);
}

/** Two processes that both saw a dead holder must not remove each other's new lock: removal happens under a lock of its own, after a second look. */
async function removeStale(file: string): Promise<void> {
  const right = await tryLock(`${file}.takeover`);
  if (!right.held) return;
  try {
    const holder = await read(file);
    if (holder !== undefined && !(await isAlive(holder))) await remove(file);
  } finally {
    await right.release();
  }
}

async function create(file: string): Promise<boolean> {
  const written = `${file}.${randomUUID()}`;
  const holder: Holder = { pid: process.pid, start: await ownStart() };
  await writeFile(written, JSON.stringify(holder));
  try {
    await link(written, file);
    return true;
  } catch (error) {
    if (systemCodeOf(error) === 'EEXIST') return false;
    throw error;
  } finally {
    await remove(written);
  }
}

async function read(file: string): Promise<Holder | undefined> {
  try {
    const holder: Holder = JSON.parse(await readFile(file, 'utf8'));
    return holder;
  } catch (error) {
    if (systemCodeOf(error) === 'ENOENT') return undefined;
    throw error;
  }
}

async function isAlive(holder: Holder): Promise<boolean> {
  return (await startOf(holder.pid)) === holder.start;
}

async function remove(file: string): Promise<void> {
  try {
    await unlink(file);
  } catch (error) {
    if (systemCodeOf(error) !== 'ENOENT') throw error;
  }
}
