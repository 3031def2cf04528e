// A lock between processes: a file that its holder keeps touching. A holder that was killed is noticed by its silence.
import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const TOUCH_EVERY_MS = 1_000;
const SILENT_AFTER_MS = 10_000;
const LOOK_EVERY_MS = 200;

/**
 * Does the work while holding the lock; waits, however long, for another holder that is alive.
 * @template T
 * @param {string} file
 * @param {{ readonly onWait: (holder: string) => void, readonly work: () => Promise<T> }} options
 * @returns {Promise<T>}
 */
export async function withLock(file, { onWait, work }) {
  mkdirSync(dirname(file), { recursive: true });
  let told = '';
  while (!take(file)) {
    const holder = holderOf(file);
    if (holder !== undefined && isAbandoned(file, holder)) remove(file, holder);
    else if (holder !== undefined && holder !== told) onWait(holder);
    told = holder ?? told;
    await sleep(LOOK_EVERY_MS);
  }
  const touching = setInterval(() => touch(file), TOUCH_EVERY_MS);
  try {
    return await work();
  } finally {
    clearInterval(touching);
    if (holderOf(file) === String(process.pid)) rmSync(file, { force: true });
  }
}

/** @param {string} file */
function touch(file) {
  try {
    utimesSync(file, new Date(), new Date());
  } catch {
    // Taken away while this process slept too long: there is nothing left to keep.
  }
}

/** @param {string} file */
function take(file) {
  try {
    writeFileSync(file, String(process.pid), { flag: 'wx' });
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false;
    throw error;
  }
}

/**
 * @param {string} file
 * @returns {string | undefined} the holder's process id; undefined where nobody holds it
 */
function holderOf(file) {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}

/**
 * Process ids are used again, and the holder may live in another container: silence counts as well as absence.
 * @param {string} file
 * @param {string} holder
 */
function isAbandoned(file, holder) {
  const touched = statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? Date.now();
  return Date.now() - touched > SILENT_AFTER_MS || (Date.now() - touched > 2 * TOUCH_EVERY_MS && !isAlive(holder));
}

/** @param {string} pid */
function isAlive(pid) {
  try {
    return process.kill(Number(pid), 0);
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

/**
 * Takes an abandoned lock away. Another waiter may have been quicker and hold a new one by now: then it is put back.
 * @param {string} file
 * @param {string} holder
 */
function remove(file, holder) {
  const aside = `${file}.${process.pid}`;
  try {
    renameSync(file, aside);
    if (readFileSync(aside, 'utf8') !== holder) linkSync(aside, file);
  } catch {
    // Somebody else took it away, or holds it again; the next look shows which.
  }
  rmSync(aside, { force: true });
}
