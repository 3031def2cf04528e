import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  type ConductingClient,
  createConductingClient,
  machineName,
  ServerUnavailable,
  sweepExperiments,
} from '@lapse/conduct';
import { withoutTemporal } from '@lapse/servers';
import { workflowBundle } from './bundle.ts';
import { EXIT, type ExitCode, Refusal } from './endings.ts';
import { Following } from './follow.ts';
import type { Interruption } from './interruption.ts';
import { ENTRIES } from './places.ts';
import type { PlannedRun } from './planned-run.ts';
import type { ProgressView } from './progress-view.ts';
import type { Run } from './run-folder.ts';
import type { Conducting, RunServers } from './run-servers.ts';
import type { ScenarioOutcome } from './summary.ts';
import { NO_WORKER, superviseWorker, type WorkerSupervision, workerFlags } from './worker-process.ts';

type Temporal = Extract<Conducting, { by: 'temporal' }>;

/** How long healing may take before the worker is ended without it. */
const HEALING = 5_000;

/**
 * Conducts a run by Temporal. The worker runs as long as the suite does; whatever happens, nothing of the run is left but its
 * files.
 */
export async function conductByTemporal(
  temporal: Temporal,
  servers: RunServers,
  planned: PlannedRun,
): Promise<readonly ScenarioOutcome[]> {
  const { run, view, interruption } = planned;
  const queue = planned.options.queue ?? `lapse-${run.token}`;
  await workflowBundle(view.say);
  const { station = true } = planned.options;
  const worker = station ? startWorker(servers, { ...temporal, queue }, planned) : NO_WORKER;
  try {
    const client = await createConductingClient({ ...temporal.access, queue });
    try {
      const outcomes = await conductSuite(client, planned, giveUp(interruption, worker, temporal));
      await planned.whileUp?.(outcomes);
      return outcomes;
    } finally {
      await client.close();
    }
  } catch (error) {
    throw error instanceof ServerUnavailable ? temporalUnavailable(error) : error;
  } finally {
    await worker.end(interruption.hurried);
    const { toxiproxyUrl } = servers;
    await sweepExperiments(run.folder, { toxiproxyUrl, atOnce: interruption.hurried.aborted });
  }
}

function startWorker(
  { toxiproxyUrl, versions }: RunServers,
  { access, isNamed, queue }: Temporal & { readonly queue: string },
  { run, options, view }: PlannedRun,
): WorkerSupervision {
  const flags = workerFlags({
    ...{ address: access.address, namespace: access.namespace, queue },
    ...(toxiproxyUrl !== undefined && { toxiproxyUrl }),
    station: `${machineName()}-${run.token}`,
    runs: run.folder,
    capacity: options.concurrency,
    versions: JSON.stringify(versions),
  });
  // Keys and certificates stay in the environment: a command line is for all to see.
  const environment = isNamed ? process.env : withoutTemporal(process.env);
  const command = [process.execPath, ENTRIES.cli, ...flags] as const;
  return superviseWorker({ command, environment, log: join(run.folder, 'worker.log') }, view.say);
}

interface GivingUp {
  /** Aborted by a person's signal, or because going on is hopeless. */
  readonly signal: AbortSignal;
  readonly hurried: AbortSignal;
  /** Why, if it was not a person. */
  refusal(): Refusal | undefined;
}

function giveUp(interruption: Interruption, worker: WorkerSupervision, temporal: Temporal): GivingUp {
  const controller = new AbortController();
  let refusal: Refusal | undefined;
  const because = (exitCode: ExitCode) => (why: string) => {
    refusal ??= new Refusal(exitCode, why);
    controller.abort();
  };
  void worker.hopeless.then(because(EXIT.ourBug));
  void temporal.gone.then(because(EXIT.unavailable));
  const signal = AbortSignal.any([interruption.requested, controller.signal]);
  return { signal, hurried: interruption.hurried, refusal: () => refusal };
}

async function conductSuite(
  client: ConductingClient,
  { run, scenarios, options, view }: PlannedRun,
  givingUp: GivingUp,
): Promise<readonly ScenarioOutcome[]> {
  const searchable = await isSearchable(client, view);
  const { concurrency, failFast = false } = options;
  const suite = `lapse-suite-${run.token}`;
  await client.startSuite(suite, { scenarios, concurrency, searchable, failFast });
  try {
    const outcomes = await new Following(client, view, scenarios).untilEnd(suite, givingUp.signal);
    if (givingUp.signal.aborted) throw givingUp.refusal() ?? new Refusal(EXIT.interrupted, 'interrupted');
    const started = outcomes.filter(({ is }) => is !== 'skipped');
    await keepWorkflowHistories(client, run, [suite, ...started.map(({ id }) => id)]);
    return outcomes;
  } catch (error) {
    await cancelled(client, suite, givingUp.hurried);
    throw error;
  }
}

/** One warning, and the attributes are left out: using one that the server does not know fails a workflow for ever. */
async function isSearchable(client: ConductingClient, view: ProgressView): Promise<boolean> {
  const why = await client.whyUnsearchable();
  if (why !== undefined) view.say(`This Temporal server ${why}; going on without them.`);
  return why === undefined;
}

/** Asks the running scenarios to heal and waits for them, not too long: what is left is swept afterwards. */
async function cancelled(client: ConductingClient, suite: string, hurried: AbortSignal): Promise<void> {
  const asked = performance.now();
  const isRunning = async () => (await client.look(suite)).is === 'running';
  try {
    await client.cancel(suite);
    while (!hurried.aborted && performance.now() - asked < HEALING && (await isRunning())) await sleep(100);
  } catch (error) {
    // A server that has gone conducts no healing; the sweep needs none.
    if (!(error instanceof ServerUnavailable)) throw error;
  }
}

/** The workflow history proves, without any word of ours, that a prediction is older than the first injection. */
async function keepWorkflowHistories(client: ConductingClient, run: Run, ids: readonly string[]): Promise<void> {
  const folder = join(run.folder, 'workflow-histories');
  mkdirSync(folder, { recursive: true });
  for (const id of ids) writeFileSync(join(folder, `${id}.json`), await client.workflowHistory(id));
}

function temporalUnavailable({ message }: ServerUnavailable): Refusal {
  return new Refusal(EXIT.unavailable, `The Temporal server does not answer, or refuses: ${message}`);
}
