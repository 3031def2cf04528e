import type { ReportedScenario } from '../reported-run.ts';
import { html, type Markup } from './markup.ts';

const SIGNS = { confirmed: '✓', refuted: '✗', inconclusive: '?', broken: '!', skipped: '–' } as const;

/** A verdict by its word, a sign and a colour. */
export function badge(verdict: ReportedScenario['verdict']): Markup {
  return html`<span class="badge ${verdict}"><span aria-hidden="true">${SIGNS[verdict]} </span>${verdict}</span>`;
}
