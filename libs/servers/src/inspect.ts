import { PARTS, type Part, type ServerName } from './parts.ts';
import { type Look, ROUTES, type RouteName } from './routes.ts';
import type { Environment, Surroundings } from './surroundings.ts';

/** What one route has for a server. */
export interface RouteReport {
  readonly route: RouteName;
  /** `ready`: it can be used now; `obtainable`: a run could try to get it; `nothing`: neither. */
  readonly state: 'ready' | 'obtainable' | 'nothing';
  /** Where it is, what would get it, or why this route has none. */
  readonly what: string;
}

/** What there is of one server on this machine. */
export interface PartReport {
  readonly name: ServerName;
  readonly title: string;
  /** `ready`: it can be used now; `obtainable`: the next run tries to get it. */
  readonly state: 'ready' | 'obtainable' | 'missing';
  /** The route that a run would take first; undefined when every route fails. */
  readonly route: RouteName | undefined;
  readonly version: string | undefined;
  /** The address or file, or what would get it. */
  readonly where: string | undefined;
  /** Every route, in the order in which they are asked. */
  readonly routes: readonly RouteReport[];
  /** Why the routes before it, or all of them, had none. */
  readonly reasons: readonly string[];
  /** What would make a missing one appear; empty when it is there. */
  readonly remedies: readonly string[];
}

/** Looks at every server's routes. Nothing is downloaded, built, started or written. */
export function inspectServers(environment: Environment = process.env): Promise<readonly PartReport[]> {
  return Promise.all([inspect(PARTS.temporal, environment), inspect(PARTS.toxiproxy, environment)]);
}

interface Looked {
  readonly route: RouteName;
  readonly look: Look;
}

async function inspect(part: Part, environment: Environment): Promise<PartReport> {
  const surroundings: Surroundings = { environment, progress: () => {}, progressEvery: Number.POSITIVE_INFINITY };
  const looks = await Promise.all(
    ROUTES.map(async ({ name, look }): Promise<Looked> => ({ route: name, look: await look(part, surroundings) })),
  );
  const decidedBy = looks.findIndex(({ look }) => look.type !== 'absent');
  const decided = looks[decidedBy];
  const asked = decidedBy < 0 ? looks : looks.slice(0, decidedBy + 1);
  const report = { name: part.name, title: part.title, routes: looks.map(routeReport) } as const;
  const against = { reasons: asked.flatMap(({ look }) => ('reason' in look ? [look.reason] : [])) } as const;
  const remedies = remediesOf(asked);
  if (decided === undefined || decided.look.type === 'refused' || decided.look.type === 'absent')
    return { ...report, ...against, state: 'missing', ...NOWHERE, remedies };
  const { route, look } = decided;
  if (look.type === 'obtainable') {
    const ways = looks.flatMap((other) => (other.look.type === 'obtainable' ? [other.look.by] : []));
    const tries = `the next run gets it by ${ways.join(', or else by ')}`;
    const found = { route, version: part.version, where: look.by } as const;
    return { ...report, ...against, ...found, state: 'obtainable', remedies: [tries, ...remedies] };
  }
  const where = look.type === 'running' ? look.address : look.file;
  return { ...report, ...against, state: 'ready', route, version: look.version, where, remedies: [] };
}

const NOWHERE = { route: undefined, version: undefined, where: undefined } as const;

function remediesOf(looks: readonly Looked[]): readonly string[] {
  return looks.flatMap(({ look }) => ('remedy' in look && look.remedy !== undefined ? [look.remedy] : []));
}

function routeReport({ route, look }: Looked): RouteReport {
  switch (look.type) {
    case 'running':
      return { route, state: 'ready', what: `${look.address} (${look.version})` };
    case 'executable':
      return { route, state: 'ready', what: `${look.file} (${look.version})` };
    case 'obtainable':
      return { route, state: 'obtainable', what: look.by };
    case 'refused':
    case 'absent':
      return { route, state: 'nothing', what: look.reason };
  }
}
