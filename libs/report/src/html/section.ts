import { type Account, accountOf, assemble, type Evidence, timelineOf } from '@lapse/experiment';
import type { RecordedExperiment, RecordedRun, RecordedScenario } from '../recorded-run.ts';
import { badge } from './badge.ts';
import { claimsTable, losersTable } from './claims.ts';
import { labelsOf, proofsTable } from './evidence.ts';
import { factsOf } from './facts.ts';
import { html, type Markup } from './markup.ts';
import { type Pictured, pictureOf } from './picture/picture.ts';
import { reproduction } from './reproduction.ts';
import { timelineTable } from './timeline-table.ts';

/** A scenario's place on the page. */
export interface Section {
  readonly scenario: RecordedScenario;
  readonly run: RecordedRun;
  readonly anchor: string;
  readonly next: string | undefined;
}

/** All that is to be told of one scenario; of one without a record its row in a sentence. */
export function sectionOf({ scenario, run, anchor, next }: Section): Markup {
  const { reported, remarks, experiments } = scenario;
  return html`<section class="scenario" id="${anchor}" aria-labelledby="${anchor}.name" data-verdict="${reported.verdict}">
<h2 id="${anchor}.name">${reported.scenario} ${badge(reported.verdict)}</h2>
${reported.about !== undefined && html`<p class="about">${reported.about}</p>`}
<p class="sentence">${reported.sentence}</p>
${remarks.map((remark) => html`<p class="remark">${remark}</p>`)}
${shortFacts(scenario)}
${experiments.map((experiment, index) => guarded(() => recounted(experiment, placeOf(index, { experiments, anchor }))))}
${guarded(() => reproduction(scenario, run))}
<p class="onward"><a href="#scenarios">All scenarios</a>${next !== undefined && html` · <a href="#${next}">Next scenario</a>`}</p>
</section>
`;
}

function shortFacts({ reported }: RecordedScenario): Markup {
  const { predicted, observed, clientSees, argued, scaled } = reported;
  return factsOf([
    ['Predicted', predicted === '-' ? undefined : predicted],
    ['Observed', observed === '-' ? undefined : observed],
    ['Client sees', clientSees],
    ['Argued, not seen', argued],
    ['Scale', scaled],
  ]);
}

interface Place {
  readonly id: string;
  readonly heading: string | undefined;
}

function placeOf(
  index: number,
  { experiments, anchor }: { readonly experiments: readonly unknown[]; readonly anchor: string },
): Place {
  if (experiments.length === 1) return { id: anchor, heading: undefined };
  return { id: `${anchor}.e${index + 1}`, heading: `Experiment ${index + 1} of ${experiments.length}` };
}

/** What another version recorded may not be what this one can recount; the rest of the page does not suffer from that. */
function guarded(tell: () => Markup | undefined): Markup | undefined {
  try {
    return tell();
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return html`<p class="remark">The record cannot be recounted: another version of Lapse made it (${why}).</p>`;
  }
}

function recounted({ judged, plan, lines }: RecordedExperiment, { id, heading }: Place): Markup {
  const evidence = assemble(lines);
  const root = judged.verdicts[judged.root];
  const account = accountOf(evidence, plan, root?.claim?.subject.session ?? 1);
  return html`${heading !== undefined && html`<h3>${heading} ${badge(judged.status)}</h3>`}
<div class="two">
${figureOf({ id, scenario: plan, evidence, ...(root && { root }) })}
<div class="told">
${accountSection(account)}
${losersTable(root?.claim)}
${proofsTable(judged, plan)}
</div>
</div>
${claimsTable(judged)}
${timelineDetails(evidence, plan)}
${labelsOf(judged)}`;
}

/** What was never measured has no picture. */
function figureOf(pictured: Pictured): Markup {
  const { evidence, scenario } = pictured;
  if (!evidence.entries.some(({ type }) => type === 'zero'))
    return html`<p class="remark">Nothing was measured: the record ends before its zero, and there is no picture of it.</p>`;
  return html`<figure>
${pictureOf(pictured)}
${legend(scenario.faults.length > 0)}
</figure>`;
}

function legend(hasToxics: boolean): Markup {
  return html`<figcaption>Time runs down, in order but not to scale: a zigzag is a silence, with its length beside it. Bars are timers: a burst is a firing, a crossbar a cancel, a notch a new start, dots still running. The frame is the predicted window${hasToxics && '; the hatched band is a toxic on the path'}. A cross ends what was not seen to arrive.</figcaption>`;
}

function accountSection({ session, root, carrier, seen, effect, change }: Account): Markup {
  return html`<h3>What happened to session ${session}</h3>
${factsOf([
  ['Root', `${root.side === undefined ? '' : `${root.side}: `}${root.words}`],
  ['Carrier', `${carrier.is}: ${carrier.words}`],
  ['Caller', seen.words],
  ['Effect', effect],
  ['Change', change],
])}`;
}

function timelineDetails(evidence: Evidence, plan: RecordedExperiment['plan']): Markup {
  const rows = timelineOf(evidence, plan);
  return html`<details><summary>Timeline as a table (${rows.length} rows)</summary>
${timelineTable(rows)}
</details>`;
}
