import type { Verdict } from '@lapse/experiment';
import { html, type Markup } from './markup.ts';

const WIDTH = 170;
const EDGE = 12;

/** A window to scale, with the predicted instant as a line and the observed one as a diamond; undefined where there is no instant. */
export function gauge({ claim, observed }: Verdict): Markup | undefined {
  if (claim === undefined || claim.outcome.is === 'survives') return undefined;
  const { at, within } = claim;
  const least = Math.min(within.earliest, observed?.at ?? at);
  const most = Math.max(within.latest, observed?.at ?? at);
  const scale = (WIDTH - 2 * EDGE) / Math.max(most - least, 1);
  const x = (instant: number) => Math.round((EDGE + (instant - least) * scale) * 10) / 10;
  const words = `Window from ${signed(within.earliest - at)} to ${signed(within.latest - at)} ms about the predicted instant${observed === undefined ? '' : `, observed at ${signed(observed.at - at)} ms`}`;
  const diamond = observed && html`<path class="instant" d="M${x(observed.at)} 3l6 7-6 7-6-7Z"/>`;
  return html`<svg class="gauge" role="img" width="${WIDTH}" height="34" aria-label="${words}"><rect class="span" x="${x(within.earliest)}" y="5" width="${Math.max(x(within.latest) - x(within.earliest), 2)}" height="10"/><path class="predicted" d="M${x(at)} 1v18"/>${diamond}<text x="${x(within.earliest)}" y="31" text-anchor="start">${signed(within.earliest - at)}</text><text x="${x(within.latest)}" y="31" text-anchor="end">${signed(within.latest - at)} ms</text></svg>`;
}

function signed(milliseconds: number): string {
  return milliseconds < 0 ? `−${-milliseconds}` : `+${milliseconds}`;
}
