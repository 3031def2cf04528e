import type { RecordedRun, RecordedScenario } from '../recorded-run.ts';
import { scenarioFile } from '../scenario-file.ts';
import { html, type Markup } from './markup.ts';

/** What to type to see it again, and the scenario as a file. */
export function reproduction({ reported, experiments }: RecordedScenario, run: RecordedRun): Markup | undefined {
  const last = experiments.at(-1);
  if (last === undefined) return undefined;
  const { plan, judged } = last;
  const commit = judged.labels?.commit ?? run.commit;
  const target = plan.target && ` --target net.tcp://${plan.target.host}:${plan.target.port}${plan.target.path}`;
  const commands = [
    ...(commit === undefined ? [] : [`git checkout ${commit}`]),
    `npm run lapse -- run ${reported.file ?? `${plan.scenario}.yaml`}${target ?? ''}`,
    ...(run.seed === undefined ? [] : [`npm run lapse -- suite --seed ${run.seed}`]),
    `npm run lapse -- judge ${judged.folder}`,
    `npm run lapse -- explain ${judged.folder}`,
  ];
  return html`<details><summary>How to reproduce it</summary>
<p>${reported.file === undefined ? html`Save the scenario as <code>${plan.scenario}.yaml</code>; one of the catalogue is also known by its name alone.` : html`Its file is <code>${reported.file}</code> of the repository.`}${run.seed !== undefined && ' The seed is that of the order in which the whole suite ran.'} The last two lines judge and explain what was recorded here.</p>
<pre tabindex="0">${commands.join('\n')}</pre>
<p>The scenario, every default written out:</p>
<pre tabindex="0">${scenarioFile(plan)}</pre>
</details>`;
}
