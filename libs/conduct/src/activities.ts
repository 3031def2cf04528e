import { hostname } from 'node:os';
import type { ReservationActivities, StationActivities } from '@lapse/experiment';
import type { WatchProgress } from '@lapse/workflows';
import { Context } from '@temporalio/activity';
import { ApplicationFailure, ApplicationFailureCategory } from '@temporalio/common';
import { ExperimentFailed, type Pulse, Station, type StationSettings } from './station.ts';

const BEAT_EVERY = 500;

/** `reservation` belongs on the queue that all stations share, `station` on this station's own. */
export interface Activities {
  readonly reservation: ReservationActivities;
  readonly station: StationActivities;
}

/** What a station does, as Temporal's activities. */
export function createActivities(settings: StationSettings): Activities {
  const station = new Station(settings);
  return {
    reservation: {
      async reserveStation(id) {
        if (!station.reserve(id)) throw stationFull(settings);
        return { taskQueue: stationQueue(settings.station) };
      },
    },
    station: {
      startExperiment: (request) => beating((pulse) => station.start(request, pulse)),
      watchExperiment: (id) => beating((pulse) => station.watch(id, pulse)),
      judgeExperiment: (id) => beating(async () => station.judge(id)),
      stopExperiment: (id) => beating(() => station.stop(id)),
    },
  };
}

/** A station's own task queue: what belongs to an experiment must reach the machine on which its host runs. */
export function stationQueue(station: string): string {
  return `lapse-station-${station}`;
}

/** This machine's name as a station's name. */
export function machineName(): string {
  return hostname()
    .toLowerCase()
    .replace(/[^a-z0-9-]+/g, '-');
}

/** Being full is no fault of anybody: the next attempt may reach another station. */
function stationFull({ station, capacity }: StationSettings): ApplicationFailure {
  return ApplicationFailure.create({
    type: 'StationFull',
    message: `${station} runs ${capacity} experiments already`,
    category: ApplicationFailureCategory.BENIGN,
  });
}

/** Heartbeats while work goes on, so that a dead worker is noticed, and gives up when the activity is cancelled. */
async function beating<T>(work: (pulse: Pulse) => Promise<T>): Promise<T> {
  const context = Context.current();
  let progress: WatchProgress | undefined;
  const beat = setInterval(() => context.heartbeat(progress), BEAT_EVERY);
  const report = (now: WatchProgress) => {
    progress = now;
  };
  try {
    return await Promise.race([work({ report, signal: context.cancellationSignal }), context.cancelled]);
  } catch (error) {
    throw error instanceof ExperimentFailed ? ApplicationFailure.nonRetryable(error.message, error.name) : error;
  } finally {
    clearInterval(beat);
  }
}
