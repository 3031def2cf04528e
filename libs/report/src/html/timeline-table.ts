import type { TimelineRow } from '@lapse/experiment';
import { html, type Markup } from './markup.ts';

/** All that was measured, a row for each thing that happened: what a picture shows, to be read. */
export function timelineTable(rows: readonly TimelineRow[]): Markup {
  const isNumbered = new Set(rows.flatMap(({ session }) => session ?? [])).size > 1;
  return html`<table class="timeline">
<thead><tr><th scope="col" class="number">Seconds</th>${isNumbered && html`<th scope="col" class="session"><abbr title="session">#</abbr></th>`}<th scope="col">Client</th><th scope="col">Wire, toxics</th><th scope="col">Service</th></tr></thead>
<tbody>${rows.map(
    ({ at, session, client, wire, service }) => html`
<tr><th scope="row" class="number">${(at / 1_000).toFixed(3)}</th>${isNumbered && html`<td>${session}</td>`}<td>${client}</td><td>${wire?.replace('-->', '→').replace('<--', '←')}</td><td>${service}</td></tr>`,
  )}
</tbody>
</table>`;
}
