import { normalAddress } from './addresses.ts';
import { buildWithGo, findGo } from './build.ts';
import { cachedExecutable } from './cache-folder.ts';
import { download, findDownload } from './download.ts';
import { askVersion, findOnPath, isExecutable } from './executables.ts';
import { checkHealth, checkTemporal } from './health.ts';
import type { Obtained } from './obtain.ts';
import type { Part } from './parts.ts';
import type { Environment, Surroundings } from './surroundings.ts';
import { type TemporalAccess, temporalAccess, temporalNamedBy } from './temporal-access.ts';

/** Where a server came from. */
export type RouteName = 'environment' | 'path' | 'cache' | 'download' | 'goInstall';

/** What a route has for a server. Looking changes nothing. */
export type Look =
  /** A server runs there already; it is not ours to start or to end. */
  | {
      readonly type: 'running';
      readonly address: string;
      readonly version: string;
      /** Of Temporal. */
      readonly access?: TemporalAccess;
    }
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
  const variable =
    part.name === 'temporal' ? temporalNamedBy(environment) : environment[part.variable] && part.variable;
  if (!variable) return { type: 'absent', reason: `${part.variable} is not set`, remedy: runningOne(part) };
  const named = `${variable}=${environment[variable] ?? ''}`;
  const refused = (reason: string): Look => {
    return { type: 'refused', reason, remedy: `start ${part.title} there, or unset ${variable}` };
  };
  if (part.name === 'temporal') return await lookForNamedTemporal({ environment, named, refused });
  const address = normalAddress(part, environment[variable] ?? '');
  if (address === undefined) return refused(`${named} is no address of a server`);
  const health = await checkHealth(part.name, address);
  if (health.healthy) return { type: 'running', address, version: health.version };
  return refused(`no ${part.title} answers at ${named}: ${health.reason}`);
}

interface Named {
  readonly environment: Environment;
  /** The variable and its value. */
  readonly named: string;
  refused(reason: string): Look;
}

async function lookForNamedTemporal({ environment, named, refused }: Named): Promise<Look> {
  const found = await temporalAccess(environment);
  if (!found.ok) return refused(found.reason);
  const { access } = found;
  const health = await checkTemporal(access);
  if (health.healthy) return { type: 'running', address: access.address, version: health.version, access };
  const how = access.tls ? ' over TLS' : '';
  return refused(`no Temporal answers at ${named}${how}: ${health.reason}`);
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
