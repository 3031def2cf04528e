import { seconds } from '@lapse/experiment';
import type { RecordedRun, RecordedScenario } from '../recorded-run.ts';
import { countedVerdicts, type Lateness } from '../reported-run.ts';
import { badge } from './badge.ts';
import { html, type Markup } from './markup.ts';

/** What the run came to, where and how it took place, and a row for each scenario. */
export function overview(run: RecordedRun, anchors: readonly string[]): Markup {
  return html`<header>
<h1>Lapse <span class="name">${run.name}</span></h1>
<p class="counts">${countsOf(run)}</p>
${run.note !== undefined && html`<p class="remark">${run.note}</p>`}
${conditionsOf(run)}
</header>
<section aria-labelledby="scenarios">
<h2 id="scenarios" tabindex="-1">Scenarios</h2>
${filter(run)}
${tableOf(run, anchors)}
<p class="fine">Margin: to what would have been next; –: nothing would have. Late: observed after predicted.</p>
</section>`;
}

function countsOf(run: RecordedRun): Markup {
  const scenarios = run.scenarios.map(({ reported }) => reported);
  const total = scenarios.length === 1 ? '1 scenario' : `${scenarios.length} scenarios`;
  return html`<strong>${total}</strong> ${countedVerdicts({ scenarios }).map(
    ({ verdict, count }) => html` <span class="count">${badge(verdict)} ${count}</span>`,
  )}`;
}

function conditionsOf({ conductor, injector, commit, seed, latenessMs, exitCode }: RecordedRun): Markup | undefined {
  const known: readonly (readonly [string, string | undefined])[] = [
    ['conductor', conductor],
    ['injector', injector],
    ['commit', commit],
    ['seed', seed],
    ['timers', latenessMs && latenessInWords(latenessMs)],
    ['exit code', exitCode?.toString()],
  ];
  const terms = known.filter(([, value]) => value !== undefined);
  if (terms.length === 0) return undefined;
  return html`<dl class="conditions">${terms.map(
    ([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`,
  )}</dl>`;
}

function latenessInWords({ firings, earliest, p50, p99, latest }: Lateness): string {
  const early = earliest < 0 ? `one ${-earliest} ms early` : 'none early';
  return `${firings} ${firings === 1 ? 'firing' : 'firings'}, ${early}, late by p50 ${p50} ms, p99 ${p99} ms, at most ${latest} ms`;
}

/** Without a script it does nothing, and is not shown. */
function filter({ scenarios }: RecordedRun): Markup | undefined {
  if (scenarios.length < 2) return undefined;
  const verdicts = countedVerdicts({ scenarios: scenarios.map(({ reported }) => reported) });
  return html`<form class="filter" id="filter" hidden="">
<label for="words">Filter</label> <input id="words" type="search" placeholder="name, timeout, sentence" autocomplete="off"/>
<label for="verdict">Verdict</label> <select id="verdict"><option value="">all</option>${verdicts.map(
    ({ verdict }) => html`<option>${verdict}</option>`,
  )}</select>
<output id="shown" for="words verdict"></output>
</form>`;
}

function tableOf({ scenarios }: RecordedRun, anchors: readonly string[]): Markup {
  return html`<table class="overview" role="table">
<caption>Every scenario: what was predicted, what was seen, and what follows from it</caption>
<thead role="rowgroup"><tr role="row"><th scope="col" role="columnheader">Scenario</th><th scope="col" role="columnheader">Verdict</th><th scope="col" role="columnheader">Predicted</th><th scope="col" role="columnheader">Observed</th><th scope="col" role="columnheader" class="number">Late</th><th scope="col" role="columnheader" class="number">Margin</th></tr></thead>
<tbody role="rowgroup">
${scenarios.map((scenario, index) => rowOf(scenario, anchors[index] ?? ''))}
</tbody>
</table>`;
}

function rowOf({ reported }: RecordedScenario, anchor: string): Markup {
  const { scenario, verdict, predicted, observed, marginMs } = reported;
  const late = lateOf(reported);
  return html`<tr role="row" data-of="${anchor}" data-verdict="${verdict}"><th scope="row" role="rowheader"><a href="#${anchor}">${scenario}</a></th><td role="cell" class="verdict">${badge(verdict)}</td><td role="cell" class="predicted">${unbroken(predicted)}</td><td role="cell" class="observed">${unbroken(observed)}</td><td role="cell" class="number late">${late === undefined ? '–' : `${late} ms`}</td><td role="cell" class="number margin">${marginMs === undefined ? '–' : seconds(marginMs)}</td></tr>
`;
}

/** A number and its unit stay in one line. */
function unbroken(text: string): string {
  return text.replaceAll(/(\d) (m?s)\b/g, '$1\u00A0$2');
}

/** How long after the predicted instant it was seen; what survives is seen at no instant, and what refutes may be something else. */
function lateOf({ judged }: RecordedScenario['reported']): number | undefined {
  const experiment = judged?.experiments.at(-1);
  const { claim, observed, status } = experiment?.verdicts[experiment.root] ?? {};
  if (claim === undefined || observed === undefined || claim.outcome.is === 'survives') return undefined;
  return status === 'refuted' ? undefined : observed.at - claim.at;
}
