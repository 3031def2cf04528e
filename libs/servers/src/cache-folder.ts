import { homedir } from 'node:os';
import { isAbsolute, join, resolve } from 'node:path';
import type { Part } from './parts.ts';
import type { Environment } from './surroundings.ts';

/**
 * The folder of servers that Lapse built: `LAPSE_CACHE` if it is set, else the platform's own place for caches.
 * The XDG specification demands that a relative XDG_CACHE_HOME is ignored.
 */
export function serversFolder(environment: Environment): string {
  return resolve(environment.LAPSE_CACHE || cacheFolder(environment), 'servers');
}

/** Names one build of one server for one kind of machine. */
export function buildKey(part: Part): string {
  return `${part.name}-${part.version}-${process.platform}-${process.arch}`;
}

/** Where the finished executable of a server stands. */
export function cachedExecutable(part: Part, environment: Environment): string {
  return join(serversFolder(environment), buildKey(part), executableName(part.executable));
}

/** A program's file name on this platform. */
export function executableName(name: string): string {
  return process.platform === 'win32' ? `${name}.exe` : name;
}

function cacheFolder(environment: Environment): string {
  const home = environment.HOME || homedir();
  switch (process.platform) {
    case 'darwin':
      return join(home, 'Library', 'Caches', 'lapse');
    case 'win32':
      return join(environment.LOCALAPPDATA || join(homedir(), 'AppData', 'Local'), 'lapse', 'Cache');
    default: {
      const xdg = environment.XDG_CACHE_HOME;
      return join(xdg && isAbsolute(xdg) ? xdg : join(home, '.cache'), 'lapse');
    }
  }
}
