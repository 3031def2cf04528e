import type { Phase, WatchProgress } from '@lapse/workflows';
import { type WorkflowClient, type WorkflowExecutionDescription, WorkflowNotFoundError } from '@temporalio/client';
import { defaultPayloadConverter } from '@temporalio/common';

/** How the workflow of a scenario or of a suite looks from outside. */
export type Sight =
  | { readonly is: 'waiting' }
  /** Without a phase: between two activities. */
  | { readonly is: 'running'; readonly phase?: Phase; readonly progress?: WatchProgress }
  /** The workflow has completed: what was judged is its result. */
  | { readonly is: 'judged' }
  /** The workflow has ended otherwise: failed, cancelled, terminated or timed out. */
  | { readonly is: 'ended'; readonly how: string };

/** The phase that a pending activity stands for; of several the last in this order counts. */
const PHASES: Readonly<Record<string, Phase>> = {
  reserveStation: 'waiting for a station',
  startExperiment: 'starting',
  watchExperiment: 'measuring',
  judgeExperiment: 'judging',
  stopExperiment: 'healing',
};

/** Asks the server, not a worker, what a workflow is doing. */
export async function sightOf(client: WorkflowClient, id: string): Promise<Sight> {
  try {
    const description = await client.getHandle(id).describe();
    const status = description.status.name;
    if (status === 'COMPLETED') return { is: 'judged' };
    return status === 'RUNNING' ? runningSight(description) : { is: 'ended', how: status.toLowerCase() };
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return { is: 'waiting' };
    throw error;
  }
}

function runningSight({ raw }: WorkflowExecutionDescription): Sight {
  const pending = raw.pendingActivities ?? [];
  const name = Object.keys(PHASES).findLast((type) => pending.some(({ activityType }) => activityType?.name === type));
  const phase = name === undefined ? undefined : PHASES[name];
  if (phase === undefined) return { is: 'running' };
  const beat = pending.find(({ activityType }) => activityType?.name === 'watchExperiment')?.heartbeatDetails;
  const payload = beat?.payloads?.[0];
  if (phase !== 'measuring' || !payload) return { is: 'running', phase };
  const progress = defaultPayloadConverter.fromPayload<WatchProgress | null>(payload);
  return progress ? { is: 'running', phase, progress } : { is: 'running', phase };
}
