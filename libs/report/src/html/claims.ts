import { type Claim, type JudgedExperiment, type Loser, RULES, timeoutInWords, type Verdict } from '@lapse/experiment';
import { describeClaim, describeObserved, reasonOf } from '../words.ts';
import { badge } from './badge.ts';
import { gauge } from './gauge.ts';
import { html, type Markup } from './markup.ts';

/** Every timer that did not end the session, and why. */
export function losersTable(claim: Claim | undefined): Markup | undefined {
  if (claim === undefined || claim.losers.length === 0) return undefined;
  return html`<h3>Timers that lost</h3>
<table class="losers"><thead><tr><th scope="col">Timer</th><th scope="col">Why</th></tr></thead>
<tbody>${claim.losers.map((loser) => html`<tr><th scope="row">${timerOf(loser)}</th><td>${reasonOf(loser)}</td></tr>`)}</tbody></table>`;
}

function timerOf({ side, timer }: Loser): string {
  return `${side} ${timeoutInWords(timer, side)}`;
}

/** Every claim of the prediction with its verdict; last what nobody predicted, and what is only argued. */
export function claimsTable({ verdicts, root, argued = [] }: JudgedExperiment): Markup {
  const isNumbered = new Set(verdicts.flatMap(({ claim }) => claim?.subject.session ?? [])).size > 1;
  return html`<h3>Claims</h3>
<table class="claims" role="table">
<thead role="rowgroup"><tr role="row">${['Claim', 'Verdict', 'Window and instant', 'Reason', 'Rule'].map((name) => html`<th scope="col" role="columnheader">${name}</th>`)}</tr></thead>
<tbody role="rowgroup">${verdicts.map((verdict, index) => claimRow(verdict, { isRoot: index === root, isNumbered }))}${argued.map(arguedRow)}
</tbody></table>`;
}

function claimRow(
  verdict: Verdict,
  { isRoot, isNumbered }: { readonly isRoot: boolean; readonly isNumbered: boolean },
): Markup {
  const { claim, status, reason, suspected } = verdict;
  const seen = describeObserved(verdict);
  return html`
<tr role="row"><th scope="row" role="rowheader">${claim === undefined ? 'not predicted' : describeClaim(claim)}${isRoot && html` <span class="tag">root</span>`}${isNumbered && claim && html`<span class="seen">session ${claim.subject.session}</span>`}${symptomOf(claim)}</th><td role="cell">${badge(status)}</td><td role="cell">${claim && gauge(verdict)}${seen !== undefined && html`<span class="seen">${seen}</span>`}</td><td role="cell">${reason}${suspected !== undefined && ` Suspected: ${suspected}`}${!isRoot && claim && losersLine(claim)}</td><td role="cell">${claim && ruleOf(claim)}</td></tr>`;
}

function symptomOf(claim: Claim | undefined): Markup | undefined {
  if (!claim?.symptom) return undefined;
  return html`<span class="symptom">${claim.symptom.exception} with “${claim.symptom.message}”</span>`;
}

function losersLine({ losers }: Claim): Markup | undefined {
  if (losers.length === 0) return undefined;
  return html`<span class="lost">Lost: ${losers.map((loser) => `${timerOf(loser)} (${reasonOf(loser)})`).join('; ')}</span>`;
}

function arguedRow(claim: Claim): Markup {
  return html`
<tr role="row"><th scope="row" role="rowheader">${describeClaim(claim)}</th><td role="cell"><span class="badge skipped">argued</span></td><td role="cell"></td><td role="cell">It follows from the rules; the service keeps no record for us.${losersLine(claim)}</td><td role="cell">${ruleOf(claim)}</td></tr>`;
}

function ruleOf({ because }: Claim): Markup {
  const rule = RULES.find(({ id }) => id === because);
  return html`<code>${because}</code>${rule && html`<span class="source">${rule.source}; ${rule.calibration}</span>`}`;
}
