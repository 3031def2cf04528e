import { PARTS, type Part, type ServerName } from './parts.ts';
import { type Look, ROUTES, type Route, type RouteName } from './routes.ts';
import type { Surroundings } from './surroundings.ts';
import type { TemporalAccess } from './temporal-access.ts';

/** A server that is missing: why each route had none, and what would make one appear. */
export interface MissingServer {
  readonly found: false;
  readonly reasons: readonly string[];
  readonly remedies: readonly string[];
}

/** A server that runs already, or an executable that can be started. */
export type Source =
  | {
      readonly type: 'running';
      readonly route: RouteName;
      readonly address: string;
      readonly version: string;
      readonly access?: TemporalAccess;
    }
  | { readonly type: 'executable'; readonly route: RouteName; readonly file: string; readonly version: string };

/** Finds a server, or gets it if a route can. One line says which route was taken. */
export function findServer(name: ServerName, surroundings: Surroundings): Promise<Source | MissingServer> {
  return findPart(PARTS[name], surroundings);
}

/** Asks the routes in order. A route that cannot get the server after all says so in one line, and the next is asked. */
export async function findPart(part: Part, surroundings: Surroundings): Promise<Source | MissingServer> {
  const reasons: string[] = [];
  const remedies: string[] = [];
  for (const route of ROUTES) {
    const answer = await answerOf(route, part, surroundings);
    if ('type' in answer) return say(part, answer, surroundings);
    reasons.push(answer.reason);
    if (answer.remedy !== undefined) remedies.push(answer.remedy);
    if (answer.isFinal) break;
  }
  return { found: false, reasons: distinct(reasons), remedies: distinct(remedies) };
}

/** A route that has no server. `isFinal`: the next must not be asked. */
interface Nothing {
  readonly reason: string;
  readonly remedy?: string;
  readonly isFinal: boolean;
}

async function answerOf(route: Route, part: Part, surroundings: Surroundings): Promise<Source | Nothing> {
  const look = await route.look(part, surroundings);
  switch (look.type) {
    case 'running':
    case 'executable':
      return { ...look, route: route.name };
    case 'obtainable':
      return await obtained(look, route, surroundings);
    case 'refused':
      return { ...withoutType(look), isFinal: true };
    case 'absent':
      return { ...withoutType(look), isFinal: false };
  }
}

async function obtained(
  look: Extract<Look, { type: 'obtainable' }>,
  route: Route,
  surroundings: Surroundings,
): Promise<Source | Nothing> {
  const result = await look.obtain();
  if (result.ok) {
    const { file, version, wasThere } = result;
    return { type: 'executable', route: wasThere ? 'cache' : route.name, file, version };
  }
  if (route !== ROUTES.at(-1)) surroundings.progress(`${result.reason}; the next route is tried`);
  return { reason: result.reason, remedy: result.remedy, isFinal: false };
}

function withoutType<T extends { readonly type: string }>({ type: _, ...rest }: T): Omit<T, 'type'> {
  return rest;
}

/** A cache folder that cannot be written stops each route that would put something there. */
function distinct(sentences: readonly string[]): readonly string[] {
  return [...new Set(sentences)];
}

const ROUTE_SENTENCES: Readonly<Record<RouteName, string>> = {
  environment: 'already running, address from the environment',
  path: 'from PATH',
  cache: 'from the cache',
  download: 'downloaded',
  goInstall: 'built with Go',
};

function say(part: Part, source: Source, surroundings: Surroundings): Source {
  const where = source.type === 'running' ? source.address : source.file;
  surroundings.progress(`${part.title} ${source.version}: ${ROUTE_SENTENCES[source.route]} (${where})`);
  return source;
}
