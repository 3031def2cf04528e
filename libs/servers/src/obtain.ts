import { mkdtemp, open, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { buildKey, cachedExecutable, serversFolder } from './cache-folder.ts';
import { askVersion, isExecutable } from './executables.ts';
import type { Ending } from './keeper-orders.ts';
import { type Command, Keeper } from './kept.ts';
import { tryLock } from './lock.ts';
import { makeFolder } from './make-folder.ts';
import type { Part } from './parts.ts';
import { type Surroundings, systemCodeOf } from './surroundings.ts';
import { Ticker } from './ticker.ts';

/** An executable that is in its place now, or why it could not be got. */
export type Obtained =
  /** `wasThere`: another process had put it there in the meantime, by whatever route. */
  | { readonly ok: true; readonly file: string; readonly version: string; readonly wasThere: boolean }
  | { readonly ok: false; readonly reason: string; readonly remedy: string };

/** An executable that was made but not tried yet, or why there is none. */
export type Made = { readonly ok: true; readonly file: string } | { readonly ok: false; readonly why: string };

/** A folder beside the final place in which an executable comes into being. Its keeper deletes it, however this process ends. */
export interface Site {
  readonly folder: string;
  /** Runs a program that ends with this process, and with the signal of the surroundings. Its output goes to `log`. */
  run(command: Omit<Command, 'folder'>): Promise<Ending>;
}

/** One way to make an executable. */
export interface Making {
  /** Progress and failures begin with it: `building Toxiproxy 2.12.0 with Go 1.26.1`. */
  readonly what: string;
  readonly remedy: string;
  /** An abort of the signal throws its reason. */
  make(site: Site): Promise<Made>;
}

/** Milliseconds between two looks at another process's lock. */
const LOOK_EVERY = 200;
/** Lines of a failed program that are repeated to people. */
const LAST_LINES = 5;

/**
 * Gets an executable into the cache folder, or waits for the process that does so already: of several that want the same, one makes it.
 * Failures are values with a sentence; an abort of the signal throws its reason.
 */
export async function obtain(part: Part, making: Making, surroundings: Surroundings): Promise<Obtained> {
  const folder = serversFolder(surroundings.environment);
  try {
    await makeFolder(folder);
    return await obtainLocked(part, making, surroundings);
  } catch (error) {
    const code = systemCodeOf(error);
    if (code === undefined || surroundings.signal?.aborted === true) throw error;
    const reason = `the cache folder ${folder} cannot be written (${code}), so no ${part.title} can be put there`;
    return { ok: false, reason, remedy: 'set LAPSE_CACHE to a folder that can be written' };
  }
}

async function obtainLocked(part: Part, making: Making, surroundings: Surroundings): Promise<Obtained> {
  const folder = serversFolder(surroundings.environment);
  const lockFile = join(folder, `${buildKey(part)}.lock`);
  const ticker = new Ticker(surroundings);
  for (;;) {
    surroundings.signal?.throwIfAborted();
    const lock = await tryLock(lockFile);
    if (lock.held) {
      try {
        return await obtainUnlessThere(part, making, surroundings);
      } finally {
        await lock.release();
      }
    }
    ticker.tick({ what: `waiting for process ${lock.by}, which gets ${part.title} ${part.version}` });
    await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY));
  }
}

/** The process that held the lock before may have got the very executable. */
async function obtainUnlessThere(part: Part, making: Making, surroundings: Surroundings): Promise<Obtained> {
  const file = cachedExecutable(part, surroundings.environment);
  if (await isExecutable(file)) return { ok: true, file, version: part.version, wasThere: true };
  const cache = serversFolder(surroundings.environment);
  await removeAbandoned(part, cache);
  const folder = await mkdtemp(join(cache, sitePrefix(part)));
  const keeper = new Keeper(join(folder, 'keeper.log'));
  // From here on the keeper deletes the site, however this process ends.
  keeper.discard(folder);
  try {
    const made = await making.make({ folder, run: (command) => run({ ...command, folder }, keeper, surroundings) });
    surroundings.signal?.throwIfAborted();
    return await putInPlace(made, { part, making, surroundings });
  } finally {
    await keeper.close();
  }
}

async function run(command: Command, keeper: Keeper, { signal }: Surroundings): Promise<Ending> {
  await writeFile(command.log, '');
  const process = keeper.start(command);
  const stop = (): void => void process.end();
  signal?.addEventListener('abort', stop);
  if (signal?.aborted === true) stop();
  try {
    return await process.ended;
  } finally {
    signal?.removeEventListener('abort', stop);
  }
}

interface Order {
  readonly part: Part;
  readonly making: Making;
  readonly surroundings: Surroundings;
}

/**
 * Tried first. Renamed within one file system, after its bytes have reached the disk: there is never half a server under the final name.
 */
async function putInPlace(made: Made, { part, making, surroundings }: Order): Promise<Obtained> {
  const failed = (why: string): Obtained => ({
    ok: false,
    reason: `${making.what} failed: ${why}`,
    remedy: making.remedy,
  });
  if (!made.ok) return failed(made.why);
  const answer = await askVersion(part, made.file, surroundings.environment);
  if (!answer.ok) return failed(answer.reason);
  const handle = await open(made.file, 'r+');
  await handle.sync().finally(() => handle.close());
  const file = cachedExecutable(part, surroundings.environment);
  await makeFolder(dirname(file));
  await rename(made.file, file);
  return { ok: true, file, version: part.version, wasThere: false };
}

function sitePrefix(part: Part): string {
  return `.obtaining-${buildKey(part)}-`;
}

/** Sites whose keeper was killed. The lock is ours, so nobody alive works in one. */
async function removeAbandoned(part: Part, cache: string): Promise<void> {
  for (const entry of (await readdir(cache)).sort()) {
    if (entry.startsWith(sitePrefix(part))) await rm(join(cache, entry), { recursive: true, force: true });
  }
}

/** How a program failed, and its last words. */
export async function lastWords(log: string, ending: Ending): Promise<string> {
  if (ending.how === 'notStarted') return ending.reason;
  const text = (await readFile(log, 'utf8')).trim();
  const how = ending.how === 'exit' ? `exit code ${ending.code}` : `ended by ${ending.signal}`;
  return [how, ...text.split('\n').slice(-LAST_LINES)].filter((line) => line !== '').join('\n  ');
}
