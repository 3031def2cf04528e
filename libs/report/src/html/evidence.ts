import { type JudgedExperiment, type Scenario, seconds, toxicInWords } from '@lapse/experiment';
import { factsOf } from './facts.ts';
import { html, type Markup } from './markup.ts';

/** How the effect of each injection was shown. */
export function proofsTable({ proofs }: JudgedExperiment, plan: Scenario): Markup | undefined {
  if (proofs.length === 0) return undefined;
  return html`<h3>Proof of the injections</h3>
<table class="proofs"><thead><tr><th scope="col">Injection</th><th scope="col">Proven</th><th scope="col">By</th></tr></thead>
<tbody>${proofs.map(
    ({ injection, proven, by }) =>
      html`<tr><th scope="row">${injectionInWords(injection, plan)}</th><td>${proven ? 'yes' : 'no'}</td><td>${by}</td></tr>`,
  )}</tbody></table>`;
}

/** The toxics come first, then what is done to processes. */
function injectionInWords(injection: number, { faults, processFaults = [] }: Scenario): string {
  const fault = faults[injection];
  if (fault !== undefined) return `${toxicInWords(fault)}, ${whileOf(fault)}`;
  const process = processFaults[injection - faults.length];
  return process === undefined ? `injection ${injection}` : `${process.how} the ${process.side}, ${whileOf(process)}`;
}

function whileOf({ at, heal }: { readonly at: number; readonly heal?: number }): string {
  return `from ${seconds(at)}${heal === undefined ? '' : ` to ${seconds(heal)}`}`;
}

/** Under which conditions the evidence was taken, and where it lies. */
export function labelsOf({ id, labels, folder, digest, lateness }: JudgedExperiment): Markup {
  const versions = Object.entries(labels?.versions ?? {}).map(([name, version]) => `${name} ${version}`);
  const known = factsOf([
    ['experiment', id],
    ['conductor', labels?.conductor],
    ['injector', labels?.injector],
    ['service', labels?.service],
    ['path', labels?.fidelity],
    ['versions', versions.join(', ') || undefined],
    ['commit', labels?.commit],
    ['timers late by', lateness.length === 0 ? undefined : `${lateness.join(', ')} ms`],
    ['evidence', folder],
    ['SHA-256 of the history', digest],
  ]);
  return html`<details><summary>Conditions and evidence</summary>
${known}
</details>`;
}
