import { writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import type { Catalogued } from './catalogue.ts';
import { commitOf } from './commit.ts';
import { prepareContainers } from './container-preparation.ts';
import { EXIT, type ExitCode, Refusal } from './endings.ts';
import { unwritable } from './folders.ts';
import { conductHere, inProcessBanner } from './in-process-conducting.ts';
import { type Interruption, watchSignals } from './interruption.ts';
import { pointToNewest } from './latest.ts';
import type { Output } from './output.ts';
import { INSTALLATION, inRepository, runsRoot } from './places.ts';
import type { ConductOptions, PlannedRun } from './planned-run.ts';
import { progressView } from './progress-view.ts';
import { writeRunFiles } from './run-files.ts';
import { createRun, experimentIds, type Run } from './run-folder.ts';
import { writeRunReport } from './run-report.ts';
import { type RunServers, startRunServers } from './run-servers.ts';
import { type RunSummary, type ScenarioOutcome, summarise, summaryText } from './summary.ts';
import { conductByTemporal } from './temporal-conducting.ts';
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

async function withServers<T>(
  { run, scenarios, options, view, interruption }: PlannedRun,
  work: (servers: RunServers) => Promise<T>,
): Promise<T> {
  // Stations elsewhere are reached through Temporal alone.
  const conductor = options.conductor ?? (options.queue === undefined ? undefined : 'temporal');
  const servers = await startRunServers({
    ...{ logFolder: run.folder, say: view.say, signal: interruption.requested },
    // Whoever runs the experiments has the injector.
    injects: isInjected(scenarios) && options.station !== false,
    ui: options.ui ?? false,
    ...(conductor && { conductor }),
  });
  try {
    interruption.requested.throwIfAborted();
    return await work(servers);
  } finally {
    await servers.stop();
  }
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
  const { conducting } = servers;
  if (conducting.by === 'temporal')
    return summaryOf(await conductByTemporal(conducting, servers, planned), 'temporal', planned);
  output.say(inProcessBanner(conducting));
  return summaryOf(await conductHere(servers, planned), 'inProcess', planned);
}

function summaryOf(
  outcomes: readonly ScenarioOutcome[],
  conductor: RunSummary['conductor'],
  { run, scenarios, files, options, commit }: PlannedRun,
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
  try {
    writeFileSync(join(summary.folder, 'run.json'), `${JSON.stringify(summary, null, 2)}\n`);
  } catch (error) {
    throw unwritable(summary.folder, error);
  }
  await writeRunFiles(summary, options, output.say);
  pointToNewest(dirname(summary.folder), output.say);
  const report = writeRunReport(summary, output.say);
  output.print(`\n${summaryText(summary, output.columns)}${report === undefined ? '' : `\nreport: ${report}`}`);
  output.document(summary);
  return summary.exitCode;
}

function interrupted(output: Output, { folder }: Run, { hurried }: Interruption): ExitCode {
  const healed = hurried.aborted ? 'Ended without waiting for healing' : 'Healed';
  output.say(`Interrupted. ${healed}; nothing is left running. What was recorded: ${folder}`);
  output.document({ exitCode: EXIT.interrupted, error: 'interrupted', folder });
  return EXIT.interrupted;
}
