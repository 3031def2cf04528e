import { conductScenario, type JudgedScenario } from '@lapse/experiment';
import {
  ApplicationFailure,
  setCurrentDetails,
  setHandler,
  TemporalFailure,
  upsertSearchAttributes,
} from '@temporalio/workflow';
import { temporalConductor } from './conductor.ts';
import { outcomeOf } from './details.ts';
import { type ScenarioProgress, scenarioProgress } from './progress.ts';
import { attributesOf, attributesOfVerdict } from './search-attributes.ts';
import type { SuiteItem } from './suite-entries.ts';

/**
 * `searchable`: the server knows our search attributes. Whoever starts the workflow has looked; a workflow cannot find
 * out, because an unknown attribute fails its task for ever.
 */
export interface ScenarioInput extends SuiteItem {
  readonly searchable: boolean;
}

/** Runs one scenario on a station: predict, measure, judge, stop. */
export async function runScenario({ scenario, id, searchable }: ScenarioInput): Promise<JudgedScenario> {
  let progress: ScenarioProgress | undefined;
  setHandler(scenarioProgress, () => progress);
  if (searchable) upsertSearchAttributes(attributesOf(scenario));
  const conductor = temporalConductor(scenario, (now) => {
    progress = now;
    setCurrentDetails(`${now.phase}: ${now.experiment}`);
  });
  const judged = await conductScenario(conductor, scenario, id).catch(failWorkflow);
  if (searchable) upsertSearchAttributes(attributesOfVerdict(judged));
  setCurrentDetails(outcomeOf(judged));
  return judged;
}

/** Any other error, such as of a scenario that no rule predicts, would fail the workflow's task and be retried for ever. */
function failWorkflow(error: unknown): never {
  throw error instanceof TemporalFailure ? error : ApplicationFailure.fromError(error, { nonRetryable: true });
}
