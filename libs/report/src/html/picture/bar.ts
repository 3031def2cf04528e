import { seconds } from '@lapse/experiment';
import { html, type Markup } from '../markup.ts';
import type { Axis } from './axis.ts';
import { LANE, LIFELINE, px } from './places.ts';
import type { Bar } from './timers.ts';

const WIDTH = 14;
/** A letter on a bar is so long. Pixels. */
const LETTER = 6.2;

/** A timer as a bar beside the lifeline of its side, from its arming to what became of it. */
export function barDrawn(bar: Bar, { placed, height }: Axis): Markup {
  const from = placed[bar.since]?.y ?? 0;
  const to = bar.until === undefined ? height - 16 : (placed[bar.until]?.y ?? 0);
  const length = Math.max(to - from, 2);
  return html`<svg x="${placeOf(bar)}%" y="${from}" overflow="visible"><g class="bar ${bar.fate}"><title>${barInWords(bar, placed)}</title>
<rect x="${-WIDTH / 2}" y="0" width="${WIDTH}" height="${length}" rx="2"/>
${bar.resets.map((row) => html`<path class="reset" d="M${-WIDTH / 2} ${(placed[row]?.y ?? from) - from}h${WIDTH}"/>`)}
${nameAlong(bar.name, length)}${endOf(bar, length)}</g></svg>`;
}

function placeOf({ side, lane }: Bar): number {
  const away = LANE.first + lane * LANE.step;
  return px(side === 'client' ? LIFELINE.client - away : LIFELINE.service + away);
}

function barInWords(bar: Bar, placed: Axis['placed']): string {
  const { side, name, since, until, fate, due, by } = bar;
  const at = (row: number | undefined) => seconds(placed[row ?? -1]?.row.at ?? 0);
  const anew = bar.resets.length === 0 ? '' : `, anew at ${bar.resets.map(at).join(', ')}`;
  const end = fate === 'running' ? 'still running' : `${FATES[fate]} at ${at(until)}`;
  return `${side} ${name}: armed at ${at(since)}${anew}, due at ${seconds(due)}, ${end}${by === undefined ? '' : ` (${by})`}`;
}

const FATES = { fired: 'fired', cancelled: 'cancelled', done: 'done', gone: 'gone with its process' } as const;

/** The name stands on the bar where that is long enough. */
function nameAlong(name: string, length: number): Markup | undefined {
  const short = name.replace(/ timeout\b/, '');
  const fitting = [name, short].find((each) => each.length * LETTER + 16 <= length);
  return fitting === undefined
    ? undefined
    : html`<text transform="translate(3.8 ${Math.round(length / 2)})rotate(-90)" text-anchor="middle">${fitting}</text>`;
}

/** A firing is a burst, a cancel a crossbar, and what still runs goes on as dots: shapes, not colours alone. */
function endOf({ fate }: Bar, y: number): Markup {
  switch (fate) {
    case 'fired':
      return html`<path class="burst" d="M0 ${y - 10}l2.6 6.2 6.7-.6-4.4 5 4.4 5-6.7-.6L0 ${y + 11}l-2.6-6-6.7.6 4.4-5-4.4-5 6.7.6Z"/>`;
    case 'cancelled':
    case 'done':
    case 'gone':
      return html`<path class="crossbar" d="M-9 ${y}H9"/>`;
    case 'running':
      return html`<path class="goes-on" d="M0 ${y + 2}v12"/>`;
  }
}
