import { search } from './find.ts';
import { PARTS, type ServerName } from './parts.ts';
import type { RouteName } from './routes.ts';
import type { Environment } from './surroundings.ts';

/** What there is of one server on this machine. */
export interface PartReport {
  readonly name: ServerName;
  readonly title: string;
  /** It can be used now. False with a route `goInstall` means: the next run builds it. */
  readonly ok: boolean;
  /** The route that a run would take; undefined when every route fails. */
  readonly route: RouteName | undefined;
  readonly version: string | undefined;
  /** The address or file, or what would get it. */
  readonly where: string | undefined;
  /** Why the routes before it, or all of them, had none. */
  readonly reasons: readonly string[];
  /** What would make a missing one appear; empty when it is there. */
  readonly remedies: readonly string[];
}

/** Looks at every server's routes in order. Nothing is built, started or written. */
export function inspectServers(environment: Environment = process.env): Promise<readonly PartReport[]> {
  return Promise.all([inspect('temporal', environment), inspect('toxiproxy', environment)]);
}

async function inspect(name: ServerName, environment: Environment): Promise<PartReport> {
  const part = PARTS[name];
  const found = await search(part, { environment, progress: () => {}, progressEvery: Number.POSITIVE_INFINITY });
  const look = found.decided?.look;
  const report = { name, title: part.title, route: found.decided?.route, reasons: found.reasons } as const;
  const missing = { ...report, ok: false, version: undefined, where: undefined, remedies: found.remedies } as const;
  if (look === undefined) return missing;
  switch (look.type) {
    case 'running':
      return { ...report, ok: true, version: look.version, where: look.address, remedies: [] };
    case 'executable':
      return { ...report, ok: true, version: look.version, where: look.file, remedies: [] };
    case 'obtainable': {
      const remedies = [`the next run gets it by ${look.by}`, ...found.remedies];
      return { ...report, ok: false, version: part.version, where: look.by, remedies };
    }
    case 'refused':
      return missing;
  }
}
