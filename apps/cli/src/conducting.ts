import { writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Scenario } from '@lapse/experiment';
import { commitOf } from './commit.ts';
import { prepareContainers } from './container-preparation.ts';
import { EXIT, type ExitCode, Refusal } from './endings.ts';
import { unwritable } from './folders.ts';
import { conductHere, inProcessBanner } from './in-process-conducting.ts';
import { type Interruption, watchSignals } from './interruption.ts';
import type { Output } from './output.ts';
import { INSTALLATION, runsRoot } from './places.ts';
import type { ConductOptions, PlannedRun } from './planned-run.ts';
import { progressView } from './progress-view.ts';
import { createRun, experimentIds, type Run } from './run-folder.ts';
import { type RunServers, startRunServers } from './run-servers.ts';
import { type RunSummary, type ScenarioOutcome, summarise, summaryText } from './summary.ts';
import { conductByTemporal } from './temporal-conducting.ts';

/** Runs scenarios on real servers, shows what happens, and answers with what the process shall end with. */
export async function conductScenarios(
  scenarios: readonly Scenario[],
  options: ConductOptions,
  output: Output,
): Promise<ExitCode> {
  if (options.queue !== undefined && options.conductor === 'inProcess')
    throw new Refusal(
      EXIT.usage,
      'A task queue is a thing of Temporal: --queue and --conductor in-process exclude each other.',
    );
  const commit = commitOf(INSTALLATION);
  if (options.seed !== undefined) output.say(`seed ${options.seed}, commit ${commit}`);
  const view = progressView(process.stderr);
  using interruption = watchSignals(view.say);
  const run = await createRun(resolve(options.runs ?? runsRoot(process.cwd())), new Date());
  const ids = experimentIds(scenarios, run.token);
  const planned = scenarios.map((scenario, index) => ({ id: ids[index] ?? '', scenario }));
  const plannedRun = { run, scenarios: planned, options, view, interruption, commit };
  try {
    await prepareContainers(scenarios, view.say);
    const summary = await withServers(plannedRun, (servers) => conductOn(servers, plannedRun, output));
    if (interruption.requested.aborted) return interrupted(output, run, interruption);
    return conclude(summary, output);
  } catch (error) {
    if (interruption.requested.aborted) return interrupted(output, run, interruption);
    throw error;
  } finally {
    view.end();
  }
}

async function withServers<T>(
  { run, scenarios, options, view, interruption }: PlannedRun,
  work: (servers: RunServers) => Promise<T>,
): Promise<T> {
  // Stations elsewhere are reached through Temporal alone.
  const conductor = options.conductor ?? (options.queue === undefined ? undefined : 'temporal');
  const servers = await startRunServers({
    ...{ logFolder: run.folder, say: view.say, signal: interruption.requested },
    injects: isInjected(scenarios),
    ...(conductor && { conductor }),
  });
  try {
    interruption.requested.throwIfAborted();
    return await work(servers);
  } finally {
    await servers.stop();
  }
}

async function conductOn(servers: RunServers, planned: PlannedRun, output: Output): Promise<RunSummary> {
  const { conducting } = servers;
  if (conducting.by === 'temporal')
    return summaryOf(await conductByTemporal(conducting, servers, planned), 'temporal', planned);
  output.say(inProcessBanner(conducting));
  return summaryOf(await conductHere(servers, planned), 'inProcess', planned);
}

function summaryOf(
  outcomes: readonly ScenarioOutcome[],
  conductor: RunSummary['conductor'],
  { run, scenarios, options, commit }: PlannedRun,
): RunSummary {
  const { allowInProcess = false, seed } = options;
  const { folder } = run;
  const injector = isInjected(scenarios) ? 'toxiproxy' : 'none';
  const isContained = scenarios.some(({ scenario }) => scenario.container !== undefined);
  return summarise(outcomes, {
    folder,
    conductor,
    injector,
    ...(isContained && { service: 'container' }),
    allowInProcess,
    commit,
    ...(seed !== undefined && { seed }),
  });
}

/** Only what goes through a proxy needs Toxiproxy. */
function isInjected(scenarios: PlannedRun['scenarios']): boolean {
  return scenarios.some(({ scenario }) => scenario.path === 'proxy');
}

function conclude(summary: RunSummary, output: Output): ExitCode {
  try {
    writeFileSync(join(summary.folder, 'run.json'), `${JSON.stringify(summary, null, 2)}\n`);
  } catch (error) {
    throw unwritable(summary.folder, error);
  }
  output.print(`\n${summaryText(summary, output.columns)}`);
  output.document(summary);
  return summary.exitCode;
}

function interrupted(output: Output, { folder }: Run, { hurried }: Interruption): ExitCode {
  const healed = hurried.aborted ? 'Ended without waiting for healing' : 'Healed';
  output.say(`Interrupted. ${healed}; nothing is left running. What was recorded: ${folder}`);
  output.document({ exitCode: EXIT.interrupted, error: 'interrupted', folder });
  return EXIT.interrupted;
}
