import { writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import type { Catalogued } from './catalogue.ts';
import { commitOf } from './commit.ts';
import { prepareContainers } from './container-preparation.ts';
import { EXIT, type ExitCode, messageOf, Refusal } from './endings.ts';
import { unwritable } from './folders.ts';
import { inProcessBanner, openInProcess } from './in-process-conducting.ts';
import { type Interruption, watchSignals } from './interruption.ts';
import { pointToNewest, RUN_DOCUMENT } from './latest.ts';
import type { Output } from './output.ts';
import { INSTALLATION, inRepository, runsRoot } from './places.ts';
import type { ConductOptions, OpenConductor, PlannedRun, RunSettings } from './planned-run.ts';
import { progressView } from './progress-view.ts';
import { leaveWord } from './recorded-runs.ts';
import { requireWritableFiles, writeRunFiles } from './run-files.ts';
import { createRun, experimentIds, type Run } from './run-folder.ts';
import { writeRunReport } from './run-report.ts';
import { type RunServers, startRunServers } from './run-servers.ts';
import { type RunSummary, type ScenarioOutcome, summarise, summaryText } from './summary.ts';
import { openTemporal } from './temporal-conducting.ts';
import { hasUi, requireUiPossible, tellUi, untilSeen } from './web-ui.ts';

/** Runs scenarios on real servers, shows what happens, and answers with what the process shall end with. */
export async function conductScenarios(
  catalogued: readonly Catalogued[],
  options: ConductOptions,
  output: Output,
): Promise<ExitCode> {
  if (options.queue !== undefined && options.conductor === 'inProcess')
    throw new Refusal(
      EXIT.usage,
      'A task queue is a thing of Temporal: --queue and --conductor in-process exclude each other.',
    );
  if (options.station === false && options.queue === undefined)
    throw new Refusal(
      EXIT.usage,
      'Somebody has to run the experiments: --no-station needs a --queue that workers answer.',
    );
  requireUiPossible(options);
  await requireWritableFiles(options);
  const commit = commitOf(INSTALLATION);
  if (options.seed !== undefined) output.say(`seed ${options.seed}, commit ${commit}`);
  const view = progressView(process.stderr);
  using interruption = watchSignals(view.say);
  const run = await createRun(resolve(options.runs ?? runsRoot(process.cwd())), new Date());
  const plannedRun = { run, ...plannedOf(catalogued, run), options, view, interruption, commit };
  try {
    await prepareContainers(plannedRun.scenarios, view.say);
    const { summary, exitCode } = await withServers(plannedRun, (servers) =>
      conductAndShow(servers, plannedRun, output),
    );
    if (exitCode !== undefined) return exitCode;
    if (interruption.requested.aborted) return interrupted(output, run, interruption);
    return await conclude(summary, options, output);
  } catch (error) {
    if (interruption.requested.aborted) return interrupted(output, run, interruption);
    leaveWord(run.folder, `came to no verdict: ${messageOf(error).split('\n')[0]?.replace(/\.$/, '')}`);
    throw error;
  } finally {
    view.end();
  }
}

function plannedOf(catalogued: readonly Catalogued[], { token }: Run): Pick<PlannedRun, 'scenarios' | 'files'> {
  const ids = experimentIds(
    catalogued.map(({ scenario }) => scenario),
    token,
  );
  const scenarios = catalogued.map(({ scenario }, index) => ({ id: ids[index] ?? '', scenario }));
  const files = catalogued.flatMap(({ file }, index) => {
    const named = inRepository(file, process.cwd());
    return named === undefined ? [] : [[ids[index] ?? '', named] as const];
  });
  return { scenarios, files: new Map(files) };
}

async function withServers<T>(planned: PlannedRun, work: (servers: RunServers) => Promise<T>): Promise<T> {
  const { scenarios, options, interruption } = planned;
  // Whoever runs the experiments has the injector.
  const servers = await serversFor(planned, { injects: isInjected(scenarios) && options.station !== false });
  try {
    interruption.requested.throwIfAborted();
    return await work(servers);
  } finally {
    await servers.stop();
  }
}

/** Starts what a run needs. @throws Refusal, with the ways to get it, when a server is missing. */
export async function serversFor(
  { run, options, view, interruption }: RunSettings,
  { injects }: { readonly injects: boolean },
): Promise<RunServers> {
  // Stations elsewhere are reached through Temporal alone.
  const conductor = options.conductor ?? (options.queue === undefined ? undefined : 'temporal');
  return await startRunServers({
    ...{ logFolder: run.folder, say: view.say, signal: interruption.requested, injects },
    ui: options.ui ?? false,
    ...(conductor && { conductor }),
  });
}

/** Whoever conducts with these servers; told of at once where it is not Temporal. */
export async function openConductor(
  servers: RunServers,
  settings: RunSettings,
  say: (line: string) => void,
): Promise<OpenConductor> {
  const { conducting } = servers;
  if (conducting.by === 'temporal') return await openTemporal(conducting, servers, settings);
  say(inProcessBanner(conducting));
  return openInProcess(servers, settings);
}

/** Where there is a web UI the run is concluded while its servers are there: they stay until somebody has seen enough. */
async function conductAndShow(
  servers: RunServers,
  planned: PlannedRun,
  output: Output,
): Promise<{ readonly summary: RunSummary; readonly exitCode?: ExitCode }> {
  const { conducting } = servers;
  const { options, view, interruption } = planned;
  tellUi(conducting, options, view.say);
  if (!hasUi(conducting)) return { summary: await conductOn(servers, planned, output) };
  let exitCode: ExitCode | undefined;
  const whileUp = async (outcomes: readonly ScenarioOutcome[]) => {
    view.end();
    exitCode = await conclude(summaryOf(outcomes, 'temporal', planned), options, output);
    await untilSeen(conducting, interruption, output.say);
  };
  const summary = await conductOn(servers, { ...planned, whileUp }, output);
  return { summary, ...(exitCode !== undefined && { exitCode }) };
}

async function conductOn(servers: RunServers, planned: PlannedRun, output: Output): Promise<RunSummary> {
  const conductor = await openConductor(servers, planned, output.say);
  try {
    const outcomes = await conductor.conduct(`lapse-suite-${planned.run.token}`, planned.scenarios);
    await planned.whileUp?.(outcomes);
    return summaryOf(outcomes, servers.conducting.by, planned);
  } finally {
    await conductor.close();
  }
}

/** What a run has come to so far, under the conditions of it. */
export function summaryOf(
  outcomes: readonly ScenarioOutcome[],
  conductor: RunSummary['conductor'],
  { run, scenarios, files, options, commit }: Omit<PlannedRun, 'view' | 'interruption'>,
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
    files,
    ...(seed !== undefined && { seed }),
  });
}

/** Only what goes through a proxy needs Toxiproxy. */
function isInjected(scenarios: PlannedRun['scenarios']): boolean {
  return scenarios.some(({ scenario }) => scenario.path === 'proxy');
}

async function conclude(summary: RunSummary, options: ConductOptions, output: Output): Promise<ExitCode> {
  keepSummary(summary);
  const report = await keepReports(summary, options, output.say);
  output.print(`\n${summaryText(summary, output.columns)}${report === undefined ? '' : `\nreport: ${report}`}`);
  output.document(summary);
  return summary.exitCode;
}

/** Writes `run.json`. @throws Refusal where nothing can be written. */
export function keepSummary(summary: RunSummary): void {
  try {
    writeFileSync(join(summary.folder, RUN_DOCUMENT), `${JSON.stringify(summary, null, 2)}\n`);
  } catch (error) {
    throw unwritable(summary.folder, error);
  }
}

/** Writes what others read of a run that is over, and makes it the newest one. Answers with the path of its page, if it could be written. */
export async function keepReports(
  summary: RunSummary,
  options: ConductOptions,
  say: (line: string) => void,
): Promise<string | undefined> {
  await writeRunFiles(summary, options, say);
  pointToNewest(dirname(summary.folder), say);
  return writeRunReport(summary, say);
}

function interrupted(output: Output, { folder }: Run, { hurried }: Interruption): ExitCode {
  leaveWord(folder, 'was interrupted');
  const healed = hurried.aborted ? 'Ended without waiting for healing' : 'Healed';
  output.say(`Interrupted. ${healed}; nothing is left running. What was recorded: ${folder}`);
  output.document({ exitCode: EXIT.interrupted, error: 'interrupted', folder });
  return EXIT.interrupted;
}
