import { buildWithGo, findGo } from './build.ts';
import { cachedExecutable } from './cache-folder.ts';
import { download, findDownload } from './download.ts';
import { askVersion, findOnPath, isExecutable } from './executables.ts';
import { checkHealth, normalAddress } from './health.ts';
import type { Obtained } from './obtain.ts';
import type { Part } from './parts.ts';
import type { Surroundings } from './surroundings.ts';

/** Where a server came from. */
export type RouteName = 'environment' | 'path' | 'cache' | 'download' | 'goInstall';

/** What a route has for a server. Looking changes nothing. */
export type Look =
  /** A server runs there already; it is not ours to start or to end. */
  | { readonly type: 'running'; readonly address: string; readonly version: string }
  | { readonly type: 'executable'; readonly file: string; readonly version: string }
  /** It is not there yet, and `obtain` would try to get it. */
  | { readonly type: 'obtainable'; readonly by: string; obtain(): Promise<Obtained> }
  /** Somebody asked for exactly this and it does not work: taking another route in silence would be a surprise. */
  | { readonly type: 'refused'; readonly reason: string; readonly remedy: string }
  /** This route has nothing; the next is asked. */
  | { readonly type: 'absent'; readonly reason: string; readonly remedy?: string };

/** One way to a server. */
export interface Route {
  readonly name: RouteName;
  look(part: Part, surroundings: Surroundings): Promise<Look>;
}

/** All ways, in the order in which they are tried. */
export const ROUTES: readonly Route[] = [
  { name: 'environment', look: lookInEnvironment },
  { name: 'path', look: lookOnPath },
  { name: 'cache', look: lookInCache },
  { name: 'download', look: lookForDownload },
  { name: 'goInstall', look: lookForGo },
];

async function lookInEnvironment(part: Part, { environment }: Surroundings): Promise<Look> {
  const written = environment[part.variable];
  if (!written) return { type: 'absent', reason: `${part.variable} is not set`, remedy: runningOne(part) };
  const address = normalAddress(part, written);
  const remedy = `start ${part.title} there, or unset ${part.variable}`;
  if (address === undefined)
    return { type: 'refused', reason: `${part.variable}=${written} is no address of a server`, remedy };
  const health = await checkHealth(part.name, address);
  if (health.healthy) return { type: 'running', address, version: health.version };
  return {
    type: 'refused',
    reason: `no ${part.title} answers at ${part.variable}=${written}: ${health.reason}`,
    remedy,
  };
}

function runningOne({ variable, container }: Part): string {
  return `set ${variable} to a running one, perhaps of: ${container}`;
}

async function lookOnPath(part: Part, { environment }: Surroundings): Promise<Look> {
  const remedy = `install ${part.executable} and put it on PATH: ${part.website}`;
  const file = await findOnPath(part.executable, environment);
  if (file === undefined) return { type: 'absent', reason: `${part.executable} is not on PATH`, remedy };
  const answer = await askVersion(part, file, environment);
  if (!answer.ok)
    return { type: 'absent', reason: `${part.executable} on PATH does not run: ${answer.reason}`, remedy };
  return { type: 'executable', file, version: answer.text };
}

/** The folder's name says the version; the file is whole, because only what is finished and tried is renamed to it. */
async function lookInCache(part: Part, { environment }: Surroundings): Promise<Look> {
  const file = cachedExecutable(part, environment);
  if (await isExecutable(file)) return { type: 'executable', file, version: part.version };
  return { type: 'absent', reason: `it was not got before (${file})` };
}

async function lookForDownload(part: Part, surroundings: Surroundings): Promise<Look> {
  const found = await findDownload(part, surroundings.environment);
  if (!found.ok) return { type: 'absent', ...found };
  const by = `downloading it from ${new URL(found.archive.url).host} (its SHA-256 is pinned)`;
  return { type: 'obtainable', by, obtain: () => download(part, found, surroundings) };
}

async function lookForGo(part: Part, surroundings: Surroundings): Promise<Look> {
  const go = await findGo(part, surroundings.environment);
  if (!go.ok)
    return { type: 'absent', reason: go.reason, remedy: `install Go 1.${part.go.minor} or newer: https://go.dev/dl/` };
  const by = `building it with Go ${go.version} (${part.go.duration})`;
  return { type: 'obtainable', by, obtain: () => buildWithGo(part, go, surroundings) };
}
