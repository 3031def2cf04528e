import type { Prediction } from './claims.ts';
import type { Labels } from './observation.ts';
import { predict } from './predict/predict.ts';
import type { Scenario } from './scenario.ts';
import type { JudgedExperiment, JudgedScenario, LostExperiment } from './verdict.ts';

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

/** Nobody answers at a station any more: with it the experiment that it ran is gone. */
export class StationGone extends Error {
  override readonly name = 'StationGone';
  readonly station: string;

  constructor(station: string) {
    super(`nobody answers at the station ${station} any more`);
    this.station = station;
  }
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

/** What the experiments of a scenario add to its id, in order. No scenario has more. */
const SUFFIXES = ['', '-second', '-third', '-fourth'] as const;

/** The id of the first experiment of the scenario that an experiment belongs to, and which of them it is, from 0. */
export function placeOf(id: string): { readonly first: string; readonly order: number } {
  const order = Math.max(
    0,
    SUFFIXES.findIndex((suffix) => suffix !== '' && id.endsWith(suffix)),
  );
  return { first: id.slice(0, id.length - (SUFFIXES[order] ?? '').length), order };
}

/**
 * Runs a scenario: one experiment, and another one, shown as such, if noise alone made the first inconclusive, or if its station is
 * lost. Throws what an experiment throws, and `StationGone` where each of them was lost.
 */
export async function conductScenario(conductor: Conductor, scenario: Scenario, id: string): Promise<JudgedScenario> {
  const lost: LostExperiment[] = [];
  let made = 0;
  const conduct = async (): Promise<JudgedExperiment> => {
    const experiment = `${id}${SUFFIXES[made]}`;
    made += 1;
    try {
      return await conductExperiment(conductor, scenario, experiment);
    } catch (error) {
      if (!(error instanceof StationGone) || made >= SUFFIXES.length) throw error;
      lost.push({ id: experiment, station: error.station });
      return await conduct();
    }
  };
  const first = await conduct();
  const isLast = made >= SUFFIXES.length;
  const experiments = undecidedByNoise(first) && !isLast ? [first, await conduct()] : [first];
  const { status } = experiments[1] ?? first;
  return { scenario: scenario.scenario, status, experiments, ...(lost.length > 0 && { lost }) };
}

/** Predict, measure, judge, stop. What is measured is never retried in silence. A station that is gone has nothing left to stop. */
async function conductExperiment(conductor: Conductor, scenario: Scenario, id: string): Promise<JudgedExperiment> {
  const prediction = predict(scenario);
  const station = conductor.at(await conductor.reserveStation(id));
  let isGone = false;
  try {
    await station.startExperiment({ id, scenario, prediction, conductor: conductor.kind });
    await station.watchExperiment(id);
    return await station.judgeExperiment(id);
  } catch (error) {
    isGone = error instanceof StationGone;
    throw error;
  } finally {
    if (!isGone) await conductor.always(() => station.stopExperiment(id).catch(unlessGone));
  }
}

function unlessGone(error: unknown): void {
  if (!(error instanceof StationGone)) throw error;
}

function undecidedByNoise({ status, verdicts }: JudgedExperiment): boolean {
  return status === 'inconclusive' && verdicts.every((verdict) => verdict.status !== 'inconclusive' || verdict.byNoise);
}
