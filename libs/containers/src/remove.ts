import { hostname } from 'node:os';
import { asked } from './api.ts';
import { type Engine, findEngine } from './engine.ts';

/** Labels of every container of ours: which experiment it belongs to, the folder of that, and on which machine. */
export const CONTAINER_LABELS = {
  experiment: 'lapse.experiment',
  folder: 'lapse.folder',
  machine: 'lapse.machine',
} as const;

/** A container of an experiment of this machine. */
export interface FoundContainer {
  readonly id: string;
  readonly experiment: string;
  readonly folder: string;
}

/** Containers of experiments that this machine started, whatever state they are in. */
export async function containersHere({ api }: Engine, experiment?: string): Promise<readonly FoundContainer[]> {
  const label = [
    `${CONTAINER_LABELS.machine}=${hostname()}`,
    experiment === undefined ? CONTAINER_LABELS.experiment : `${CONTAINER_LABELS.experiment}=${experiment}`,
  ];
  const query = { all: 'true', filters: JSON.stringify({ label }) };
  const listed: readonly { Id: string; Labels: Record<string, string> }[] = JSON.parse(
    await asked(api, { path: '/containers/json', query }),
  );
  return listed.map(({ Id, Labels }) => ({
    id: Id,
    experiment: Labels[CONTAINER_LABELS.experiment] ?? '',
    folder: Labels[CONTAINER_LABELS.folder] ?? '',
  }));
}

/** Ends a container, paused ones too, and takes it away. One that is gone, or going, is a success. */
export async function removeContainer({ api }: Engine, id: string): Promise<void> {
  await asked(
    api,
    { method: 'DELETE', path: `/containers/${id}`, query: { force: 'true', v: 'true' } },
    [204, 404, 409],
  );
}

/** Takes away what an experiment has left. Without an engine there is nothing to take away. */
export async function removeContainersOf(experiment: string): Promise<void> {
  const engine = await findEngine();
  if (!engine.found) return;
  const left = await containersHere(engine, experiment);
  await Promise.all(left.map(({ id }) => removeContainer(engine, id)));
}
