import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { systemReason } from '@lapse/scenario-file';

/** Shows a file in the browser of the machine, which outlives us; answers why that could not be, or undefined. */
export async function openInBrowser(path: string): Promise<string | undefined> {
  const [program, ...words] = OPENERS[process.platform] ?? ['xdg-open'];
  const child = spawn(program, [...words, path], { detached: true, stdio: 'ignore' });
  try {
    await once(child, 'spawn');
  } catch (error) {
    return `${program}: ${systemReason(error)}`;
  }
  const ended = once(child, 'exit').then(([code]) =>
    code === 0 ? undefined : `${program} ended with exit code ${code}`,
  );
  const trouble = await Promise.race([ended, sleep(LOOKS_WELL_AFTER, undefined)]);
  child.unref();
  return trouble;
}

/** An opener that finds no browser says so at once. */
const LOOKS_WELL_AFTER = 1_500;

type Opener = readonly [program: string, ...words: string[]];

/** `start` takes its first word in quotes for the title of a window. */
const OPENERS: Readonly<Partial<Record<NodeJS.Platform, Opener>>> = {
  darwin: ['open'],
  win32: ['cmd', '/c', 'start', '""'],
};
