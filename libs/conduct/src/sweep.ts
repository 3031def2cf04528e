import { existsSync, readdirSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { removeContainersOf } from '@lapse/containers';
import { EXPERIMENT_FILES, proxyPrefix } from '@lapse/experiment';
import { ExperimentFolder } from './folder.ts';
import { killHost, runningHost } from './host-process.ts';
import { deleteProxies } from './proxies.ts';

/** How long a host may take to heal and end before it is ended. */
const HEALING = 5_000;
/** Between the start of a host's process and its pid file. */
const APPEARING = 1_500;
const VANISHING = 2_000;
const LOOK_EVERY = 50;

/** Asks the host to heal and end, ends it by force if it does not, and deletes the proxies and containers that it may have left. */
export async function stopExperiment(folder: ExperimentFolder, id: string, toxiproxyUrl?: string): Promise<void> {
  if (!folder.has(EXPERIMENT_FILES.done)) folder.touch(EXPERIMENT_FILES.stop);
  const asked = performance.now();
  while (mayStillEnd(folder, performance.now() - asked)) await sleep(LOOK_EVERY);
  await endHost(folder);
  if (toxiproxyUrl) await deleteProxies(toxiproxyUrl, proxyPrefix(id));
  if (usesContainer(folder)) await removeContainersOf(id);
}

function usesContainer(folder: ExperimentFolder): boolean {
  return folder.has(EXPERIMENT_FILES.experiment) && folder.readExperiment().image !== undefined;
}

/** A killed process takes a moment to vanish. */
async function endHost(folder: ExperimentFolder): Promise<void> {
  killHost(folder);
  const killed = performance.now();
  while (runningHost(folder) !== undefined && performance.now() - killed < VANISHING) await sleep(LOOK_EVERY);
}

function mayStillEnd(folder: ExperimentFolder, waited: number): boolean {
  if (!folder.has(EXPERIMENT_FILES.experiment) || folder.has(EXPERIMENT_FILES.done) || waited > HEALING) return false;
  return folder.has(EXPERIMENT_FILES.pid) ? runningHost(folder) !== undefined : waited < APPEARING;
}

/**
 * Stops every experiment in a folder of experiments that is not done: for a station that ends for good, and for whoever
 * finds that it has. `atOnce` ends the hosts without waiting for them to heal; their proxies are deleted all the same.
 */
export async function sweepExperiments(
  runsFolder: string,
  { toxiproxyUrl, atOnce = false }: { readonly toxiproxyUrl?: string | undefined; readonly atOnce?: boolean } = {},
): Promise<readonly string[]> {
  const unfinished = unfinishedExperiments(runsFolder);
  await Promise.all(
    unfinished.map(async (id) => {
      const folder = new ExperimentFolder(runsFolder, id);
      if (atOnce) killHost(folder);
      await stopExperiment(folder, id, toxiproxyUrl);
    }),
  );
  return unfinished;
}

function unfinishedExperiments(runsFolder: string): readonly string[] {
  if (!existsSync(runsFolder)) return [];
  return readdirSync(runsFolder).filter((name) => {
    if (!/^[a-z0-9-]+$/.test(name)) return false;
    const folder = new ExperimentFolder(runsFolder, name);
    return folder.has(EXPERIMENT_FILES.experiment) && !folder.has(EXPERIMENT_FILES.done);
  });
}
