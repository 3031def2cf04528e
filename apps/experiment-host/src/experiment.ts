import { addressOf, type ExperimentFile, type Side, type Step } from '@lapse/experiment';
import type { Instant } from '@lapse/protocol';
import { type Clock, listenEcho, watchLoopDelay } from '@lapse/transport';
import { startCanary } from './canaries.ts';
import type { Child, ChildOptions } from './child.ts';
import { startClient } from './client-process.ts';
import { Clients } from './clients.ts';
import type { History } from './history.ts';
import { ENDPOINT_PATH, type MockService, startMockService } from './mock-service.ts';
import { type Destination, directPath, type Path } from './path.ts';
import { ProcessFaults } from './process-faults.ts';
import { openProxyPath } from './proxy-path.ts';
import { Quiet } from './quiet.ts';
import { at } from './timetable.ts';
import { watchFolder } from './watch.ts';

export interface ExperimentOptions {
  readonly folder: string;
  readonly file: ExperimentFile;
  readonly clock: Clock;
  readonly history: History;
}

/** What ends what was started, in reverse order. */
type Teardown = (() => unknown)[];

/** The last look at the toxics comes this long before the end of measurement, so that it precedes it. */
const LAST_LOOK = 30;
const LOOK_EVERY = 250;

/** One experiment, from set-up to the last line of its history. Whatever it started, it ends. */
export async function runExperiment(options: ExperimentOptions): Promise<void> {
  const { history } = options;
  const teardown: Teardown = [];
  try {
    await Promise.race([interruption(options, teardown), measure(options, teardown)]);
  } catch (error) {
    history.write({ type: 'crashed', message: messageOf(error) });
  }
  for (const end of teardown.reverse()) await attempt(end, history);
  history.write({ type: 'ended' });
}

function interruption({ folder, file, history }: ExperimentOptions, teardown: Teardown): Promise<void> {
  return new Promise((resolve) => {
    const stopWatching = watchFolder(folder, file.leaseDuration, (type) => {
      history.write({ type });
      resolve();
    });
    teardown.push(stopWatching);
  });
}

async function measure(options: ExperimentOptions, teardown: Teardown): Promise<void> {
  const { file, clock, history } = options;
  const quiet = new Quiet(clock);
  const stopWatching = watchLoopDelay(clock, (ms) => {
    quiet.disturbed();
    history.write({ type: 'noise', what: 'loopDelay', ms });
  });
  teardown.push(stopWatching);
  const served = await startServed(options, quiet);
  teardown.push(() => served.stop());
  const connections: Teardown = [];
  teardown.push(() => Promise.all(connections.map((close) => close())));
  const path =
    file.request.scenario.path === 'direct'
      ? directPath(served.destination)
      : await openProxyPath(file, served.destination, { clock, history });
  // Ended before the connections are: a proxy goes best while they live.
  teardown.push(() => path.close());
  for (const canaryPort of path.canaryPorts) {
    const canary = await startCanary(canaryPort, clock, history);
    connections.push(() => canary.close());
  }
  const application = await startApplication({ options, path, served, quiet });
  connections.push(() => application.close());
  const processes = {
    ...(served.child && { service: served.child }),
    ...(application.child && { client: application.child }),
  };
  for (const { side, how } of file.request.scenario.processFaults ?? []) {
    const child = processes[side];
    if (how === 'freeze' && child !== undefined) teardown.unshift(child.guard());
  }
  await quiet.wait();
  await run(options, { application, path, processes });
}

interface Application {
  perform(step: Step): void;
  /** Resets its connections. */
  close(): unknown;
  /** The process that it runs in, where it is not the host's own. */
  readonly child?: Child;
}

interface ApplicationContext {
  readonly options: ExperimentOptions;
  readonly path: Path;
  readonly served: Served;
  readonly quiet: Quiet;
}

/** The client runs in the host, unless the scenario does something to its process. */
async function startApplication({ options, path, served, quiet }: ApplicationContext): Promise<Application> {
  const { file, clock, history } = options;
  const { scenario } = file.request;
  const { connectTo } = path;
  const target = { scenario, connectTo, address: served.address };
  const apart = scenario.processFaults?.some(({ side }) => side === 'client') ?? false;
  if (!apart) return new Clients({ ...target, clock, history });
  const child = await startClient({
    settings: { ...target, startNs: String(clock.startNs) },
    logged: logOf(history, quiet),
    exited: (planned, how, at) => history.write({ type: 'exited', process: 'client', planned, how }, at),
    clock,
  });
  return { perform: child.perform, close: child.stop, child };
}

/** A child's lines go into the history as they are; what they say about noise concerns the wait for silence, too. */
function logOf(history: History, quiet: Quiet): ChildOptions['logged'] {
  return (line, observation) => {
    if (observation.type === 'noise') quiet.disturbed();
    history.append(line);
  };
}

/** The service of an experiment: the mock service as a child of the host, or one that is none of ours and runs already. */
interface Served {
  readonly destination: Destination;
  readonly address: string;
  readonly child?: MockService;
  stop(): unknown;
}

async function startServed(options: ExperimentOptions, quiet: Quiet): Promise<Served> {
  const { target } = options.file.request.scenario;
  if (target === undefined) {
    const child = await startMockServiceOf(options, quiet);
    const service = { host: '127.0.0.1', port: child.port };
    const address = addressOf({ host: service.host, port: child.listensOn, path: ENDPOINT_PATH });
    return { destination: { service }, address, child, stop: child.stop };
  }
  const { host, port } = target;
  const echo = await listenEcho();
  const canaries = { host: '127.0.0.1', port: echo.port };
  return { destination: { service: { host, port }, canaries }, address: addressOf(target), stop: echo.close };
}

function startMockServiceOf(options: ExperimentOptions, quiet: Quiet): Promise<MockService> {
  const { history } = options;
  return startMockService({
    ...options,
    logged: logOf(history, quiet),
    exited: (planned, how, at) => history.write({ type: 'exited', process: 'service', planned, how }, at),
  });
}

interface Measured {
  readonly application: Application;
  readonly path: Path;
  readonly processes: Readonly<Partial<Record<Side, Child>>>;
}

/** From zero to the end of measurement: nothing is healed or closed before its record is written. */
async function run({ file, clock, history }: ExperimentOptions, measured: Measured): Promise<void> {
  const { application, path, processes } = measured;
  const { workload, faults, processFaults = [], runFor } = file.request.scenario;
  const signals = new ProcessFaults({ plan: processFaults, processes, clock, history });
  const zero = clock.now();
  history.write({ type: 'zero' }, zero);
  const steps = workload.map((step) => at(clock, zero + step.at, () => application.perform(step)));
  const edges = [
    ...edgesOf(faults, { begin: (index) => path.inject(index), heal: (index) => path.heal(index) }),
    ...edgesOf(processFaults, { begin: (index) => signals.begin(index), heal: (index) => signals.heal(index) }),
  ].map(({ instant, action }) => at(clock, zero + instant, action));
  const looks = lookTimes(runFor).map((instant) => at(clock, zero + instant, () => path.look()));
  const end = at(clock, zero + runFor, () => history.write({ type: 'measurementEnded' }));
  await Promise.all([...steps, ...edges, ...looks, end]);
  await signals.thaw();
}

interface Edge {
  readonly instant: Instant;
  readonly action: () => unknown;
}

/** When each entry of a plan begins, and when it is healed. */
function edgesOf(
  plan: readonly { readonly at: Instant; readonly heal?: Instant }[],
  { begin, heal }: { readonly begin: (index: number) => unknown; readonly heal: (index: number) => unknown },
): readonly Edge[] {
  return plan.flatMap((entry, index) => [
    { instant: entry.at, action: () => begin(index) },
    ...(entry.heal === undefined ? [] : [{ instant: entry.heal, action: () => heal(index) }]),
  ]);
}

function lookTimes(runFor: number): readonly number[] {
  const regular = Array.from({ length: Math.floor(runFor / LOOK_EVERY) }, (_, index) => index * LOOK_EVERY);
  return [...regular.filter((instant) => instant < runFor - LAST_LOOK), Math.max(0, runFor - LAST_LOOK)];
}

async function attempt(end: () => unknown, history: History): Promise<void> {
  try {
    await end();
  } catch (error) {
    history.write({ type: 'injectorFailed', message: messageOf(error) });
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
