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
}

/** A table of what is here, then each part that is not: why, and what would make it appear. No line is broken within a path. */
export function findingsText(parts: readonly Finding[], columns: number): string {
  const notes = parts
    .filter(({ state }) => state !== 'ready')
    .flatMap(({ part, reasons, remedies }) => [
      '',
      `${part}:`,
      ...reasons.map((reason) => `  - ${reason}`),
      ...remedies.map((remedy) => `  > ${remedy}`),
    ]);
  return wrapped([tableOf(parts, columns), ...notes].join('\n'), columns);
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
