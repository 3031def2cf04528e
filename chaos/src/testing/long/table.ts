import type { RunDocument } from '../lapse.ts';

/** A row for each scenario, in Markdown, as docs/LONG-SESSIONS.md has it. */
export function longTable({ scenarios }: RunDocument): string {
  const rows = scenarios.map(
    ({ scenario, predicted, observed, verdict }) => `| ${scenario} | ${predicted} | ${observed} | ${verdict} |`,
  );
  return ['| scenario | predicted | observed | verdict |', '|---|---|---|---|', ...rows].join('\n');
}
