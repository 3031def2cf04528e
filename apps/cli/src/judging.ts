import { isDeepStrictEqual } from 'node:util';
import {
  type JudgedExperiment,
  judgeRecord,
  type Prediction,
  predict,
  type Scenario,
  Unpredictable,
} from '@lapse/experiment';
import { messageOf } from './endings.ts';
import { isPrediction } from './prediction-shape.ts';
import type { FoundRecord } from './record.ts';
import { describeClaim } from './words.ts';

/** A record under today's rules: judged by the prediction that it was recorded with. */
export type JudgedRecord =
  | { readonly is: 'judged'; readonly experiment: JudgedExperiment; readonly plan: Scenario; readonly today?: Drift }
  /** A version of Lapse made it whose words this one does not know: nothing can be said about it. */
  | { readonly is: 'foreign'; readonly id: string; readonly folder: string; readonly reason: string };

/** How today's rules differ from the recorded prediction; `prediction` is absent where they refuse the scenario. */
export interface Drift {
  readonly sentence: string;
  readonly prediction?: Prediction;
}

export function judgeFound({ folder, lines, digest, request }: FoundRecord): JudgedRecord {
  const foreign = (reason: string): JudgedRecord => ({ is: 'foreign', id: request.id, folder, reason });
  if (!isPrediction(request.prediction)) return foreign(`${OTHER_VERSION} its prediction has another form.`);
  try {
    const today = driftOf(request.scenario, request.prediction);
    const experiment = judgeRecord({ request, lines, folder, digest });
    return { is: 'judged', experiment, plan: request.scenario, ...(today && { today }) };
  } catch (error) {
    return foreign(`${OTHER_VERSION} today's rules fail on it (${messageOf(error)}).`);
  }
}

const OTHER_VERSION = 'The record was made by another version of Lapse:';

function driftOf(scenario: Scenario, recorded: Prediction): Drift | undefined {
  try {
    const prediction = predict(scenario);
    if (isDeepStrictEqual(asRecorded(prediction), asRecorded(recorded))) return undefined;
    return { sentence: differenceInWords(prediction, recorded), prediction };
  } catch (error) {
    if (!(error instanceof Unpredictable)) throw error;
    return { sentence: `Today's rules refuse the scenario: ${error.message}` };
  }
}

function differenceInWords(today: Prediction, recorded: Prediction): string {
  const [now, then] = [today, recorded].map(({ claims, root }) => {
    const claim = claims[root];
    return claim ? describeClaim(claim) : 'nothing';
  });
  if (now !== then) return `Today's rules predict something else: ${now}, not ${then}.`;
  const known = recorded.claims.map(asRecorded);
  const others = today.claims.filter((claim) => !known.some((one) => isDeepStrictEqual(one, asRecorded(claim))));
  const which = others.map(describeClaim).join('; ') || `${today.claims.length} claims, not ${recorded.claims.length}`;
  return `Today's rules give the same answer, but differ in other claims or in their reasons: ${which}.`;
}

/** What does not survive JSON does not count as a difference. */
function asRecorded(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value));
}
