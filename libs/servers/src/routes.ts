import { buildWithGo, findGo, type Obtained } from './build.ts';
import { cachedExecutable } from './cache-folder.ts';
import { askVersion, findOnPath, isExecutable } from './executables.ts';
import { checkHealth, normalAddress } from './health.ts';
import type { Part } from './parts.ts';
import type { Surroundings } from './surroundings.ts';

/** Where a server came from. */
export type RouteName = 'environment' | 'path' | 'cache' | 'goInstall';

/** What a route has for a server. Looking changes nothing. */
export type Look =
  | Decision
  /** This route has nothing; the next is asked. */
  | { readonly type: 'absent'; readonly reason: string; readonly remedy?: string };

/** An answer after which no other route is asked. */
export type Decision =
  /** A server runs there already; it is not ours to start or to end. */
  | { readonly type: 'running'; readonly address: string; readonly version: string }
  | { readonly type: 'executable'; readonly file: string; readonly version: string }
  /** It is not there yet, and `obtain` would get it. */
  | { readonly type: 'obtainable'; readonly by: string; obtain(): Promise<Obtained> }
  /** Somebody asked for exactly this and it does not work: taking another route in silence would be a surprise. */
  | { readonly type: 'refused'; readonly reason: string; readonly remedy: string };

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
  { name: 'goInstall', look: lookForGo },
];

async function lookInEnvironment(part: Part, { environment }: Surroundings): Promise<Look> {
  const written = environment[part.variable];
  if (!written)
    return { type: 'absent', reason: `${part.variable} is not set`, remedy: `set ${part.variable} to a running one` };
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

async function lookOnPath(part: Part, { environment }: Surroundings): Promise<Look> {
  const remedy = `install ${part.executable} and put it on PATH: ${part.website}`;
  const file = await findOnPath(part.executable, environment);
  if (file === undefined) return { type: 'absent', reason: `${part.executable} is not on PATH`, remedy };
  const answer = await askVersion(part, file, environment);
  if (!answer.ok)
    return { type: 'absent', reason: `${part.executable} on PATH does not run: ${answer.reason}`, remedy };
  return { type: 'executable', file, version: answer.text };
}

/** The folder's name says the version; the file is whole, because only a finished and tried build is renamed to it. */
async function lookInCache(part: Part, { environment }: Surroundings): Promise<Look> {
  const file = cachedExecutable(part, environment);
  if (await isExecutable(file)) return { type: 'executable', file, version: part.version };
  return { type: 'absent', reason: `it was not built before (${file})` };
}

async function lookForGo(part: Part, surroundings: Surroundings): Promise<Look> {
  const go = await findGo(part, surroundings.environment);
  if (!go.ok)
    return { type: 'absent', reason: go.reason, remedy: `install Go 1.${part.go.minor} or newer: https://go.dev/dl/` };
  const by = `building it with Go ${go.version} (${part.go.duration})`;
  return { type: 'obtainable', by, obtain: () => buildWithGo(part, go, surroundings) };
}
