import { type Claim, type Evidence, type Scenario, type Side, seconds, type Verdict } from '@lapse/experiment';
import { describeClaim } from '../../words.ts';
import { html, type Markup } from '../markup.ts';
import { type Axis, axisOf, type Placed } from './axis.ts';
import { barDrawn } from './bar.ts';
import { type Course, courseOf, type Passage } from './course.ts';
import { LIFELINE, MIDDLE, px } from './places.ts';

/** What a picture is of. `id` is a name for elements within it, of letters that need no escaping. */
export interface Pictured {
  readonly id: string;
  readonly scenario: Scenario;
  readonly evidence: Evidence;
  /** The verdict on the claim that answers "which timeout". */
  readonly root?: Verdict;
}

/** A spacetime picture: two lifelines, time running down, as one inline drawing whose widths are shares of the paper. */
export function pictureOf({ id, scenario, evidence, root }: Pictured): Markup {
  const course = courseOf(evidence, scenario);
  const axis = axisOf(course.rows, course);
  return html`<svg class="picture" role="img" width="100%" height="${axis.height}" aria-labelledby="${id}.title ${id}.words">
<title id="${id}.title">Spacetime picture of ${scenario.scenario}</title>
<desc id="${id}.words">${inWords(course)}</desc>
${headings(scenario)}
${course.toxics.map(({ since, until, what }, index) => toxicDrawn({ from: yOfRow(axis, since), to: yOfRow(axis, until), what, index }))}
${lifelines(course, axis)}
${root?.claim && windowDrawn(root.claim, axis)}
${silencesDrawn(course, axis)}
${frozenDrawn(course, axis)}
${course.bars.map((bar) => barDrawn(bar, axis))}
${course.passages.map((passage) => passageDrawn(passage, axis, course.isExternal))}
${axis.placed.map(rowDrawn)}
</svg>`;
}

/** What the picture shows, for who cannot see it; the rows themselves are in the table below it. */
function inWords({ passages, bars, toxics, stops, isExternal }: Course): string {
  const messages = passages.filter(({ kind }) => kind === 'bytes');
  const lost = isExternal ? 0 : messages.filter(({ until }) => until === undefined).length;
  const counted = messages.length === 1 ? '1 message' : `${messages.length} messages`;
  const timers = bars.map(({ side, name, fate }) => `${side} ${name} ${FATES[fate]}`);
  return [
    'The client on the left, the service on the right, time running down.',
    `There ${messages.length === 1 ? 'is' : 'are'} ${counted}${lost === 0 ? '' : `, ${lost} of them not seen to arrive`}.`,
    ...(toxics.length === 0 ? [] : [`On the path: ${toxics.map(({ what }) => what).join('; ')}.`]),
    ...(stops.length === 0 ? [] : [`Processes: ${stops.map(({ what }) => what).join('; ')}.`]),
    `Timers: ${timers.join('; ') || 'none'}.`,
    'The table of the timeline says the same row by row.',
  ].join(' ');
}

const FATES = {
  fired: 'fired',
  cancelled: 'was cancelled',
  done: 'was done',
  gone: 'went with its process',
  running: 'was still running at the end',
} as const;

function headings({ path, faults, target }: Scenario): Markup {
  const middle = path === 'direct' ? 'direct' : faults.length === 0 ? 'proxy' : 'proxy, toxics';
  return html`<g class="heading"><text x="0" y="14">seconds</text>
<text x="${LIFELINE.client}%" y="14" text-anchor="middle">client</text>
<text x="${MIDDLE}%" y="14" text-anchor="middle">${middle}</text>
<text x="${LIFELINE.service}%" y="14" text-anchor="middle">service${target && ' (no record)'}</text></g>`;
}

function yOfRow({ placed, height }: Axis, row: number | undefined): number {
  return row === undefined ? height - 16 : (placed[row]?.y ?? 0);
}

interface Span {
  readonly from: number;
  readonly to: number;
}

function toxicDrawn({ from, to, what, index }: Span & { readonly what: string; readonly index: number }): Markup {
  const width = LIFELINE.service - LIFELINE.client;
  const height = Math.max(to - from, 3);
  return html`<g><title>toxic: ${what}</title><rect class="toxic" x="${LIFELINE.client}%" width="${width}%" y="${from}" height="${height}"/><rect class="toxic-band" x="${px(MIDDLE - 1.5 + index * 4)}%" width="14" y="${from}" height="${height}"/></g>`;
}

function lifelines({ stops, open }: Course, axis: Axis): Markup {
  const yOf = (row: number | undefined) => yOfRow(axis, row);
  const sides = (['client', 'service'] as const).map((side) => {
    const death = stops.find((stop) => stop.side === side && stop.how === 'dead');
    const end = yOf(death?.since);
    return html`<line class="life" x1="${LIFELINE[side]}%" x2="${LIFELINE[side]}%" y1="22" y2="${end}"/>${death && cross(side, end)}`;
  });
  return html`${sides}
${open.map(
  ({ side, since, until }) =>
    html`<line class="life open" x1="${LIFELINE[side]}%" x2="${LIFELINE[side]}%" y1="${yOf(since)}" y2="${yOf(until)}"/>`,
)}`;
}

/** Over the silence in it, which a frozen process has to have. */
function frozenDrawn({ stops }: Course, axis: Axis): readonly Markup[] {
  return stops
    .filter(({ how }) => how === 'frozen')
    .map(({ side, since, until, what }) => {
      const from = yOfRow(axis, since);
      return html`<svg x="${LIFELINE[side]}%" y="${from}" overflow="visible"><rect class="frozen" x="-8" y="0" width="16" height="${yOfRow(axis, until) - from}"><title>${what}</title></rect></svg>`;
    });
}

function cross(side: Side, y: number): Markup {
  return html`<svg x="${LIFELINE[side]}%" y="${y}" overflow="visible"><path class="cross" d="M-7-7L7 7M7-7L-7 7"/></svg>`;
}

/** Where the prediction said that it would happen: a frame about the lifeline. */
function windowDrawn(claim: Claim, { yOf }: Axis): Markup | undefined {
  if (claim.outcome.is === 'survives') return undefined;
  const { earliest, latest } = claim.within;
  const [from, to] = [yOf(earliest) - 4, yOf(latest) + 4];
  return html`<svg x="${LIFELINE[claim.subject.side]}%" y="${from}" overflow="visible"><rect class="window" x="-10" y="0" width="20" height="${Math.max(to - from, 8)}"><title>predicted: ${describeClaim(claim)}, window ${seconds(earliest)} to ${seconds(latest)}</title></rect></svg>`;
}

/** A zigzag in every lifeline that goes on, and beside them how long nothing happened. */
function silencesDrawn({ stops }: Course, axis: Axis): readonly Markup[] {
  const ends = (side: Side) => yOfRow(axis, stops.find((stop) => stop.side === side && stop.how === 'dead')?.since);
  return axis.silences.map(({ from, to, lasts }) => {
    const y = Math.round((from + to) / 2);
    const alive = (['client', 'service'] as const).filter((side) => y < ends(side));
    const length = (lasts / 1_000).toFixed(lasts < 10_000 ? 1 : 0);
    return html`${alive.map((side) => zigzag(LIFELINE[side], y))}<text class="silence" x="0" y="${y + 4}">+${length} s</text>`;
  });
}

function zigzag(x: number, y: number): Markup {
  return html`<svg x="${x}%" y="${y}" overflow="visible"><path class="gap" d="M-6-9H6V9H-6Z"/><path class="zigzag" d="M0-9L5-5L-5 1L5 5L0 9"/></svg>`;
}

function passageDrawn(passage: Passage, { placed }: Axis, isExternal: boolean): Markup {
  const { kind, from, since, to, until, isPart } = passage;
  const y1 = placed[since]?.y ?? 0;
  const y2 = until === undefined ? y1 + 8 : (placed[until]?.y ?? 0);
  const x1 = from === 'path' ? MIDDLE : LIFELINE[from];
  const isStopped = until === undefined && !isExternal;
  const x2 = isStopped ? MIDDLE : LIFELINE[to];
  return html`<line class="${kind}${isPart && ' part'}" x1="${x1}%" y1="${y1}" x2="${x2}%" y2="${y2}"/>${until !== undefined && head(x2, y2, to)}${isStopped && lostAt(y2)}`;
}

function lostAt(y: number): Markup {
  return html`<svg x="${MIDDLE}%" y="${y}" overflow="visible"><path class="lost" d="M-5-5L5 5M5-5L-5 5"><title>not seen to arrive</title></path></svg>`;
}

/** The head of an arrow, pointing at its reader. */
function head(x: number, y: number, to: Side): Markup {
  return html`<svg x="${x}%" y="${y}" overflow="visible"><path class="head" d="${to === 'service' ? 'M-1 0L-10-4V4Z' : 'M1 0L10-4V4Z'}"/></svg>`;
}

function rowDrawn({ row, lines, y, textY, isDated }: Placed): Markup {
  const { of, tone, at } = row;
  const place = of === 'path' ? MIDDLE : of === 'client' ? LIFELINE.client + 2.6 : LIFELINE.service - 2.6;
  const anchor = of === 'path' ? 'middle' : of === 'client' ? 'start' : 'end';
  const dot =
    of !== 'path' &&
    html`<circle class="dot ${tone}" cx="${LIFELINE[of]}%" cy="${y}" r="${tone === 'minor' ? 2 : 3.5}"/>`;
  const texts = lines.map(
    (line, index) =>
      html`<text class="${tone}" x="${px(place)}%" y="${textY + 4 + index * 14}" text-anchor="${anchor}">${line}</text>`,
  );
  return html`${isDated && html`<text class="instant" x="0" y="${textY + 4}">${(at / 1_000).toFixed(3)}</text>`}${dot}${texts}`;
}
