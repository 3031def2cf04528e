import { assemble } from '../evidence/assemble.ts';
import type { Evidence } from '../evidence/evidence.ts';
import { prove } from '../proof/prove.ts';
import type { ExperimentRequest } from '../sequence.ts';
import type { JudgedExperiment, Verdict } from '../verdict.ts';
import { judge, worst } from './judge.ts';
import { latenessOf } from './noise.ts';

/** What a station holds of an experiment that is over. */
export interface ExperimentRecord {
  readonly request: Pick<ExperimentRequest, 'id' | 'scenario' | 'prediction'>;
  /** The lines of its history, without their line ends. */
  readonly lines: readonly string[];
  /** Where it lies, and SHA-256 of the history. */
  readonly folder: string;
  readonly digest: string;
}

/** Judges an experiment by the prediction that it was started with. Whatever the history holds, it never throws. */
export function judgeRecord({ request, lines, folder, digest }: ExperimentRecord): JudgedExperiment {
  const { id, scenario, prediction } = request;
  const evidence = withPredictionChecked(assemble(lines), prediction);
  const proofs = prove(scenario, evidence);
  const verdicts: readonly Verdict[] = judge(prediction, evidence, proofs);
  return {
    id,
    scenario: scenario.scenario,
    status: worst(verdicts.map(({ status }) => status)),
    root: prediction.root,
    verdicts,
    ...(prediction.argued && { argued: prediction.argued }),
    proofs,
    ...(evidence.labels && { labels: evidence.labels }),
    lateness: latenessOf(evidence),
    folder,
    digest,
  };
}

/** The host has to have been given the very prediction that is judged. */
function withPredictionChecked(evidence: Evidence, prediction: unknown): Evidence {
  const { recordedPrediction } = evidence;
  if (recordedPrediction === undefined || canonical(recordedPrediction) === canonical(prediction)) return evidence;
  const message = 'The history was recorded for another prediction than the one to be judged.';
  return { ...evidence, problems: [...evidence.problems, { kind: 'noAnchor', message }] };
}

/** JSON with sorted keys: equal values give equal texts. */
function canonical(value: unknown): string | undefined {
  return JSON.stringify(value, (_key, inner: unknown) =>
    typeof inner === 'object' && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([one], [other]) => (one < other ? -1 : 1)))
      : inner,
  );
}
