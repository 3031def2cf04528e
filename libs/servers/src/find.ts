import { PARTS, type Part, type ServerName } from './parts.ts';
import { type Decision, ROUTES, type RouteName } from './routes.ts';
import type { Surroundings } from './surroundings.ts';

/** A server that is missing: why each route had none, and what would make one appear. */
export interface MissingServer {
  readonly found: false;
  readonly reasons: readonly string[];
  readonly remedies: readonly string[];
}

/** A server that runs already, or an executable that can be started. */
export type Source =
  | { readonly type: 'running'; readonly route: RouteName; readonly address: string; readonly version: string }
  | { readonly type: 'executable'; readonly route: RouteName; readonly file: string; readonly version: string };

/** The first answer of the routes that decides, and what the routes said against themselves. */
interface Search {
  /** Absent when no route has anything. */
  readonly decided?: { readonly route: RouteName; readonly look: Decision };
  readonly reasons: readonly string[];
  readonly remedies: readonly string[];
}

/** Finds a server, or gets it if a route can. One line says which route was taken. */
export async function findServer(name: ServerName, surroundings: Surroundings): Promise<Source | MissingServer> {
  const part = PARTS[name];
  const { decided, reasons, remedies } = await search(part, surroundings);
  if (decided === undefined || decided.look.type === 'refused') return { found: false, reasons, remedies };
  const { route, look } = decided;
  if (look.type !== 'obtainable') return say(part, { ...look, route }, surroundings);
  const obtained = await look.obtain();
  if (!obtained.ok)
    return { found: false, reasons: [...reasons, obtained.reason], remedies: [...remedies, obtained.remedy] };
  return say(part, { type: 'executable', route, file: obtained.file, version: obtained.version }, surroundings);
}

/** Asks the routes in order, without getting anything. */
export async function search(part: Part, surroundings: Surroundings): Promise<Search> {
  const reasons: string[] = [];
  const remedies: string[] = [];
  for (const route of ROUTES) {
    const look = await route.look(part, surroundings);
    if (look.type === 'absent' || look.type === 'refused') {
      reasons.push(look.reason);
      if (look.remedy !== undefined) remedies.push(look.remedy);
    }
    if (look.type !== 'absent') return { decided: { route: route.name, look }, reasons, remedies };
  }
  return { reasons, remedies };
}

const ROUTE_SENTENCES: Readonly<Record<RouteName, string>> = {
  environment: 'already running, address from the environment',
  path: 'from PATH',
  cache: 'from the cache',
  goInstall: 'built with Go',
};

function say(part: Part, source: Source, surroundings: Surroundings): Source {
  const where = source.type === 'running' ? source.address : source.file;
  surroundings.progress(`${part.title} ${source.version}: ${ROUTE_SENTENCES[source.route]} (${where})`);
  return source;
}
