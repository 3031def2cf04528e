import { textTable } from './table.ts';
import { wrapped } from './wrapped.ts';

/**
 * One thing that Lapse needs. `ready`: now; `obtainable`: the next run gets it; `missing`: a run would stop, or be conducted in
 * process; `absent`: only a run that asks for it by a flag would stop.
 */
export interface Finding {
  readonly part: string;
  readonly state: 'ready' | 'obtainable' | 'missing' | 'absent';
  readonly route: string;
  readonly version: string;
  readonly where: string;
  readonly reasons: readonly string[];
  readonly remedies: readonly string[];
  /** Of a server: what each route to it has, in the order in which they are asked. */
  readonly routes?: readonly RouteFinding[];
}

/** One route to a server. */
export interface RouteFinding {
  readonly route: string;
  readonly state: 'ready' | 'obtainable' | 'nothing';
  /** Where it is, what would get it, or why this route has none. */
  readonly what: string;
}

/** A table of what is here, the routes to each server, then each part that is not here: why, and what would make it appear. No line is broken within a path. */
export function findingsText(parts: readonly Finding[], columns: number): string {
  return wrapped([tableOf(parts, columns), ...parts.flatMap(routesOf), ...parts.flatMap(notesOf)].join('\n'), columns);
}

const ROUTE_STATES = { ready: 'here:', obtainable: 'could get it by', nothing: 'none:' } as const;

/** The route that is taken is marked. */
function routesOf({ part, route: taken, routes = [] }: Finding): readonly string[] {
  if (routes.length === 0) return [];
  const width = Math.max(...routes.map(({ route }) => route.length));
  return [
    '',
    `Routes to ${part}, in the order in which they are asked (> is taken):`,
    ...routes.map(({ route, state, what }) => {
      const mark = route === taken ? '>' : ' ';
      return `  ${mark} ${route.padEnd(width)}  ${ROUTE_STATES[state]} ${what}`;
    }),
  ];
}

/** What a route has against itself stands with the route. */
function notesOf({ part, state, reasons, remedies, routes = [] }: Finding): readonly string[] {
  if (state === 'ready') return [];
  const told = new Set(routes.map(({ what }) => what));
  return [
    '',
    `${part}:`,
    ...reasons.filter((reason) => !told.has(reason)).map((reason) => `  - ${reason}`),
    ...remedies.map((remedy) => `  > ${remedy}`),
  ];
}

/** Where each part is stands beside it, or, where that is too wide, on a line of its own. */
function tableOf(parts: readonly Finding[], columns: number): string {
  const rows = parts.map(({ part, state, route, version, where }) => [part, state, route, version, where]);
  const heading = ['part', 'state', 'route', 'version', 'where'];
  const wide = textTable(heading, rows);
  if (wide.split('\n').every((line) => line.length <= columns)) return wide;
  const narrow = textTable(
    heading.slice(0, -1),
    rows.map((row) => row.slice(0, -1)),
  );
  const [head = '', underline = '', ...lines] = narrow.split('\n');
  return [head, underline, ...lines.flatMap((line, index) => [line, `  ${parts[index]?.where ?? ''}`])].join('\n');
}
