import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { asked } from './api.ts';
import { type Engine, findEngine } from './engine.ts';

/** Labels of every container of ours: its experiment, and who started it, a process of which machine. */
const LABELS = { experiment: 'lapse.experiment', machine: 'lapse.machine', starter: 'lapse.starter' } as const;

/** The labels of a container that this process starts. */
export function containerLabels(experiment: string): Readonly<Record<string, string>> {
  return {
    [LABELS.experiment]: experiment,
    [LABELS.machine]: hostname(),
    [LABELS.starter]: nameOfProcess(process.pid) ?? '',
  };
}

/** A container of an experiment of this machine. */
export interface FoundContainer {
  readonly id: string;
  readonly experiment: string;
  /** Whether the process that started it still runs. */
  readonly hasStarter: boolean;
}

/** Containers of experiments that this machine started, whatever state they are in; of one of them, if it is named. */
export async function containersHere({ api }: Engine, experiment?: string): Promise<readonly FoundContainer[]> {
  const label = [
    `${LABELS.machine}=${hostname()}`,
    experiment === undefined ? LABELS.experiment : `${LABELS.experiment}=${experiment}`,
  ];
  const query = { all: 'true', filters: JSON.stringify({ label }) };
  const listed: readonly { readonly Id: string; readonly Labels: Readonly<Record<string, string>> }[] = JSON.parse(
    await asked(api, { path: '/containers/json', query }),
  );
  return listed.map(({ Id, Labels }) => ({
    id: Id,
    experiment: Labels[LABELS.experiment] ?? '',
    hasStarter: isRunning(Labels[LABELS.starter] ?? ''),
  }));
}

/** Ends a container, paused ones too, and takes it away. Resolves when it is gone, whoever removed it. */
export async function removeContainer({ api }: Engine, id: string): Promise<void> {
  const path = `/containers/${id}`;
  const { status, text } = await api({ method: 'DELETE', path, query: { force: 'true', v: 'true' } });
  const words = await text();
  if (status === 204 || status === 404) return;
  // It removes itself just now.
  if (status !== 409) throw new Error(`the container engine answered ${status} to a removal: ${words.trim()}`);
  await asked(api, { method: 'POST', path: `${path}/wait`, query: { condition: 'removed' } }, [200, 404]);
}

/** Takes away what an experiment has left. Without an engine there is nothing to take away. */
export async function removeContainersOf(experiment: string): Promise<void> {
  const engine = await findEngine();
  if (!engine.found) return;
  const left = await containersHere(engine, experiment);
  await Promise.all(left.map(({ id }) => removeContainer(engine, id)));
}

/** Takes the containers of this machine away whose starters are gone; those of other runs have theirs. */
export async function removeOrphans(engine: Engine): Promise<void> {
  const orphans = (await containersHere(engine)).filter(({ hasStarter }) => !hasStarter);
  await Promise.all(orphans.map(({ id }) => removeContainer(engine, id)));
}

function isRunning(name: string): boolean {
  return name !== '' && nameOfProcess(Number.parseInt(name, 10)) === name;
}

/** Its number, and where the kernel tells it the instant of its start: numbers are used again. Undefined: there is no such process. */
function nameOfProcess(pid: number): string | undefined {
  try {
    if (process.platform !== 'linux') return process.kill(pid, 0) ? `${pid}` : undefined;
    const afterName = readFileSync(`/proc/${pid}/stat`, 'utf8')
      .replace(/^.*\) /, '')
      .split(' ');
    return `${pid}@${afterName[19]}`;
  } catch {
    return undefined;
  }
}
