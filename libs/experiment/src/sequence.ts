import type { Prediction } from './claims.ts';
import type { Labels } from './observation.ts';
import { predict } from './predict/predict.ts';
import type { Scenario } from './scenario.ts';
import type { JudgedExperiment, JudgedScenario } from './verdict.ts';

/** A machine that can run experiments. Its own task queue is named by machine, not by process. */
export interface Station {
  readonly taskQueue: string;
}

/** Input of `startExperiment`: as the activity's input it is the recorded prediction, older than any toxic. */
export interface ExperimentRequest {
  readonly id: string;
  readonly scenario: Scenario;
  readonly prediction: Prediction;
  readonly conductor: Labels['conductor'];
}

/** What a station does for one experiment. Every one is idempotent by the experiment's id. */
export interface StationActivities {
  /** Starts the host and returns once it has written `zero`, or has ended before it could. */
  startExperiment(request: ExperimentRequest): Promise<void>;
  /** Returns when the history is complete, or has stopped growing. It only watches: it may be repeated freely. */
  watchExperiment(id: string): Promise<void>;
  judgeExperiment(id: string): Promise<JudgedExperiment>;
  /** Heals, ends the host, and gives the place on the station back. Succeeds when there is nothing left to stop. */
  stopExperiment(id: string): Promise<void>;
}

/** Answered by any station with a free place. */
export interface ReservationActivities {
  reserveStation(id: string): Promise<Station>;
}

/** What carries the sequence out: Temporal, or this process. */
export interface Conductor {
  readonly kind: Labels['conductor'];
  reserveStation(id: string): Promise<Station>;
  at(station: Station): StationActivities;
  /** Runs to its end even when the sequence is cancelled. */
  always<T>(teardown: () => Promise<T>): Promise<T>;
}

/** Runs a scenario: one experiment, and a second one, shown as such, if noise alone made the first inconclusive. */
export async function conductScenario(conductor: Conductor, scenario: Scenario, id: string): Promise<JudgedScenario> {
  const first = await conductExperiment(conductor, scenario, id);
  const experiments = undecidedByNoise(first)
    ? [first, await conductExperiment(conductor, scenario, `${id}-second`)]
    : [first];
  return { scenario: scenario.scenario, status: (experiments[1] ?? first).status, experiments };
}

/** Predict, measure, judge, stop. What is measured is never retried in silence. */
export async function conductExperiment(
  conductor: Conductor,
  scenario: Scenario,
  id: string,
): Promise<JudgedExperiment> {
  const prediction = predict(scenario);
  const station = conductor.at(await conductor.reserveStation(id));
  try {
    await station.startExperiment({ id, scenario, prediction, conductor: conductor.kind });
    await station.watchExperiment(id);
    return await station.judgeExperiment(id);
  } finally {
    await conductor.always(() => station.stopExperiment(id));
  }
}

function undecidedByNoise({ status, verdicts }: JudgedExperiment): boolean {
  return status === 'inconclusive' && verdicts.every((verdict) => verdict.status !== 'inconclusive' || verdict.byNoise);
}
