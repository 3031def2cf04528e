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
import type { Scenario } from '@lapse/experiment';
import { workflowBundle } from './bundle.ts';
import { EXIT, type ExitCode, Refusal } from './endings.ts';
import { Following, type Planned } from './follow.ts';
import { type Interruption, watchSignals } from './interruption.ts';
import type { Output } from './output.ts';
import { ENTRIES, runsRoot } from './places.ts';
import { type ProgressView, progressView } from './progress-view.ts';
import { createRun, experimentIds, type Run } from './run-folder.ts';
import { type RunServers, startRunServers } from './run-servers.ts';
import { type ScenarioOutcome, summarise, summaryText } from './summary.ts';
import { superviseWorker, type WorkerSupervision, workerFlags } from './worker-process.ts';

export interface ConductOptions {
  /** How many scenarios run at a time; also the capacity of this machine as a station. */
  readonly concurrency: number;
  /** A task queue whose workers may run experiments, too; absent: one of this run's own. */
  readonly queue?: string;
}

/** How long healing may take before the worker is ended without it. */
const HEALING = 5_000;

/** Runs scenarios on real servers, shows what happens, and answers with what the process shall end with. */
export async function conductScenarios(
  scenarios: readonly Scenario[],
  options: ConductOptions,
  output: Output,
): Promise<ExitCode> {
  const view = progressView(process.stderr);
  using interruption = watchSignals(view.say);
  const run = createRun(runsRoot(process.cwd()), new Date());
  try {
    const outcomes = await withServers(run, { view, interruption }, (servers) =>
      conductOn(servers, { run, scenarios, options, view, interruption }),
    );
    if (interruption.requested.aborted) return interrupted(output, run, interruption);
    return conclude(outcomes, run, output);
  } catch (error) {
    if (interruption.requested.aborted) return interrupted(output, run, interruption);
    throw error instanceof ServerUnavailable ? temporalUnavailable(error) : error;
  } finally {
    view.end();
  }
}

interface Conducted {
  readonly run: Run;
  readonly scenarios: readonly Scenario[];
  readonly options: ConductOptions;
  readonly view: ProgressView;
  readonly interruption: Interruption;
}

async function withServers<T>(
  run: Run,
  { view, interruption }: Pick<Conducted, 'view' | 'interruption'>,
  work: (servers: RunServers) => Promise<T>,
): Promise<T> {
  const servers = await startRunServers({ logFolder: run.folder, say: view.say, signal: interruption.requested });
  try {
    interruption.requested.throwIfAborted();
    return await work(servers);
  } finally {
    await servers.stop();
  }
}

/** The worker runs as long as the suite does; whatever happens, nothing of the run is left but its files. */
async function conductOn(servers: RunServers, conducted: Conducted): Promise<readonly ScenarioOutcome[]> {
  const { run, view, interruption } = conducted;
  const queue = conducted.options.queue ?? `lapse-${run.token}`;
  await workflowBundle(view.say);
  const worker = startWorker(servers, queue, conducted);
  try {
    const client = await createConductingClient({ ...servers.temporal, queue });
    try {
      return await conductSuite(client, conducted, giveUp(interruption, worker, servers));
    } finally {
      await client.close();
    }
  } finally {
    await worker.end(interruption.hurried);
    const { toxiproxyUrl } = servers;
    await sweepExperiments(run.folder, { toxiproxyUrl, atOnce: interruption.hurried.aborted });
  }
}

function startWorker(servers: RunServers, queue: string, { run, options, view }: Conducted): WorkerSupervision {
  const flags = workerFlags({
    ...servers.temporal,
    queue,
    station: `${machineName()}-${run.token}`,
    runs: run.folder,
    capacity: options.concurrency,
    toxiproxyUrl: servers.toxiproxyUrl,
    versions: JSON.stringify(servers.versions),
  });
  return superviseWorker([process.execPath, ENTRIES.cli, ...flags], join(run.folder, 'worker.log'), view.say);
}

interface GivingUp {
  /** Aborted by a person's signal, or because going on is hopeless. */
  readonly signal: AbortSignal;
  readonly hurried: AbortSignal;
  /** Why, if it was not a person. */
  refusal(): Refusal | undefined;
}

function giveUp(interruption: Interruption, worker: WorkerSupervision, servers: RunServers): GivingUp {
  const controller = new AbortController();
  let refusal: Refusal | undefined;
  const because = (exitCode: ExitCode) => (why: string) => {
    refusal ??= new Refusal(exitCode, why);
    controller.abort();
  };
  void worker.hopeless.then(because(EXIT.ourBug));
  void servers.conductorGone.then(because(EXIT.unavailable));
  const signal = AbortSignal.any([interruption.requested, controller.signal]);
  return { signal, hurried: interruption.hurried, refusal: () => refusal };
}

async function conductSuite(
  client: ConductingClient,
  { run, scenarios, options, view }: Conducted,
  givingUp: GivingUp,
): Promise<readonly ScenarioOutcome[]> {
  const ids = experimentIds(scenarios, run.token);
  const planned = scenarios.map((scenario, index): Planned => ({ id: ids[index] ?? '', scenario }));
  const searchable = await isSearchable(client, view);
  const { concurrency } = options;
  const suite = `lapse-suite-${run.token}`;
  await client.startSuite(suite, { scenarios: planned, concurrency, searchable });
  try {
    const outcomes = await new Following(client, view, planned).untilEnd(suite, givingUp.signal);
    if (givingUp.signal.aborted) throw givingUp.refusal() ?? new Refusal(EXIT.interrupted, 'interrupted');
    await keepWorkflowHistories(client, run, [suite, ...ids]);
    return outcomes;
  } catch (error) {
    await cancelled(client, suite, givingUp.hurried);
    throw error;
  }
}

/** One warning, and the attributes are left out: using one that the server does not know fails a workflow for ever. */
async function isSearchable(client: ConductingClient, view: ProgressView): Promise<boolean> {
  const missing = await client.missingSearchAttributes();
  if (missing.length > 0)
    view.say(`This Temporal server does not know the search attributes ${missing.join(', ')}; going on without them.`);
  return missing.length === 0;
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

function conclude(outcomes: readonly ScenarioOutcome[], run: Run, output: Output): ExitCode {
  const summary = summarise(outcomes, run.folder);
  writeFileSync(join(run.folder, 'run.json'), `${JSON.stringify(summary, null, 2)}\n`);
  output.print(`\n${summaryText(summary)}`);
  output.document(summary);
  return summary.exitCode;
}

function temporalUnavailable({ message }: ServerUnavailable): Refusal {
  return new Refusal(EXIT.unavailable, `The Temporal server does not answer, or refuses: ${message}`);
}

function interrupted(output: Output, { folder }: Run, { hurried }: Interruption): ExitCode {
  const healed = hurried.aborted ? 'Ended without waiting for healing' : 'Healed';
  output.say(`Interrupted. ${healed}; nothing is left running. What was recorded: ${folder}`);
  output.document({ exitCode: EXIT.interrupted, error: 'interrupted', folder });
  return EXIT.interrupted;
}
