import {
  type Conductor,
  type ReservationActivities,
  type Scenario,
  type Station,
  type StationActivities,
  StationGone,
  seconds,
} from '@lapse/experiment';
import {
  ActivityFailure,
  type ActivityOptions,
  CancellationScope,
  proxyActivities,
  TimeoutFailure,
  workflowInfo,
} from '@temporalio/workflow';
import { answerOf } from './details.ts';
import type { Phase, ScenarioProgress } from './progress.ts';

/** A worker that died is noticed after three seconds without a heartbeat, and another one is asked at once. */
const HEARTBEAT_TIMEOUT = '3s';
/** A station that takes nothing from its queue for so long is gone. */
const STATION_GONE = '30s';
const AT_ONCE = { initialInterval: '200ms', backoffCoefficient: 1 } as const;

/** A full station fails the attempt, so that any station may answer the next one; a queue may be as long as it likes. */
const RESERVATION: ActivityOptions = {
  startToCloseTimeout: '10s',
  retry: { ...AT_ONCE, backoffCoefficient: 1.5, maximumInterval: '1s' },
  summary: 'a station with a free place',
};

/** Carries the sequence of an experiment out as activities: reservation on our own queue, the rest on the station's. */
export function temporalConductor(scenario: Scenario, report: (progress: ScenarioProgress) => void): Conductor {
  return {
    kind: 'temporal',
    reserveStation: (id) => {
      report({ experiment: id, phase: 'waiting for a station' });
      const { taskQueue } = workflowInfo();
      return proxyActivities<ReservationActivities>({ ...RESERVATION, taskQueue }).reserveStation(id);
    },
    at: (station) => activitiesAt(station, scenario, report),
    always: (teardown) => CancellationScope.nonCancellable(teardown),
  };
}

function activitiesAt(
  { taskQueue }: Station,
  scenario: Scenario,
  report: (progress: ScenarioProgress) => void,
): StationActivities {
  const during = (experiment: string, phase: Phase, { more = '', ...options }: Doing): StationActivities => {
    report({ experiment, phase });
    // The workflow is named as its first experiment is.
    const summary = `${phase}${more}${experiment === workflowInfo().workflowId ? '' : `: ${experiment}`}`;
    return proxyActivities<StationActivities>({ scheduleToStartTimeout: STATION_GONE, ...options, taskQueue, summary });
  };
  const reached = <T>(answer: Promise<T>): Promise<T> =>
    answer.catch((error: unknown) => {
      throw isUnanswered(error) ? new StationGone(taskQueue) : error;
    });
  return {
    startExperiment: (request) =>
      reached(
        during(request.id, 'starting', {
          ...STARTING,
          more: `, predicted: ${answerOf(request.prediction)}`,
        }).startExperiment(request),
      ),
    watchExperiment: (id) =>
      reached(
        during(id, 'measuring', { ...watching(scenario), more: ` for ${seconds(scenario.runFor)}` }).watchExperiment(
          id,
        ),
      ),
    judgeExperiment: (id) => reached(during(id, 'judging', JUDGING).judgeExperiment(id)),
    stopExperiment: (id) => reached(during(id, 'healing', STOPPING).stopExperiment(id)),
  };
}

/** Nobody took the activity from its queue. */
function isUnanswered(error: unknown): boolean {
  return (
    error instanceof ActivityFailure &&
    error.cause instanceof TimeoutFailure &&
    error.cause.timeoutType === 'SCHEDULE_TO_START'
  );
}

/** `more` follows the phase in what the web UI shows of an activity. */
type Doing = ActivityOptions & { readonly more?: string };

const STARTING: ActivityOptions = {
  startToCloseTimeout: '2m',
  heartbeatTimeout: HEARTBEAT_TIMEOUT,
  retry: { ...AT_ONCE, maximumAttempts: 10 },
};

/** It only watches, and may be repeated as often as workers die; an experiment cannot outlast its scenario by minutes. */
function watching({ runFor }: Scenario): ActivityOptions {
  return { startToCloseTimeout: runFor + 300_000, heartbeatTimeout: HEARTBEAT_TIMEOUT, retry: AT_ONCE };
}

const JUDGING: ActivityOptions = { startToCloseTimeout: '15s', retry: { ...AT_ONCE, maximumAttempts: 5 } };

/** Five seconds for healing, then the end by force; a station that is gone has nothing left that we could stop. */
const STOPPING: ActivityOptions = {
  startToCloseTimeout: '15s',
  scheduleToCloseTimeout: '2m',
  heartbeatTimeout: HEARTBEAT_TIMEOUT,
  retry: AT_ONCE,
};
