import type { ExperimentFile } from '@lapse/experiment';
import { type Clock, watchLoopDelay } from '@lapse/transport';
import { startCanary } from './canaries.ts';
import { Clients } from './clients.ts';
import type { History } from './history.ts';
import { openPath, type Path } from './path.ts';
import { Quiet } from './quiet.ts';
import { type ServiceProcess, startService } from './service-process.ts';
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
  const { scenario } = file.request;
  const quiet = new Quiet(clock);
  const stopWatching = watchLoopDelay(clock, (ms) => {
    quiet.disturbed();
    history.write({ type: 'noise', what: 'loopDelay', ms });
  });
  teardown.push(stopWatching);
  const service = await startServiceOf(options, quiet);
  teardown.push(() => service.stop());
  const connections: Teardown = [];
  teardown.push(() => {
    for (const close of connections) close();
  });
  const path = await openPath(file, service.port, { clock, history });
  // Ended before the connections are: a proxy goes best while they live.
  teardown.push(() => path.close());
  for (const canaryPort of path.canaryPorts) {
    const canary = await startCanary(canaryPort, clock, history);
    connections.push(() => canary.close());
  }
  const clients = new Clients({ scenario, clock, history, targetPort: path.targetPort, servicePort: service.port });
  connections.push(() => clients.close());
  await quiet.wait();
  await run(options, clients, path);
}

function startServiceOf({ file, clock, history }: ExperimentOptions, quiet: Quiet): Promise<ServiceProcess> {
  return startService({
    entry: file.serviceEntry,
    clock,
    scenario: file.request.scenario,
    logged: (line, observation) => {
      if (observation.type === 'noise') quiet.disturbed();
      history.append(line);
    },
    exited: (planned, how) => history.write({ type: 'exited', process: 'service', planned, how }),
  });
}

/** From zero to the end of measurement: nothing is healed or closed before its record is written. */
async function run({ file, clock, history }: ExperimentOptions, clients: Clients, path: Path): Promise<void> {
  const { workload, faults, runFor } = file.request.scenario;
  const zero = clock.now();
  history.write({ type: 'zero' }, zero);
  const steps = workload.map((step) => at(clock, zero + step.at, () => clients.perform(step)));
  const injections = faults.map((injection, index) => at(clock, zero + injection.at, () => path.inject(index)));
  const heals = faults.flatMap(({ heal }, index) =>
    heal === undefined ? [] : [at(clock, zero + heal, () => path.heal(index))],
  );
  const looks = lookTimes(runFor).map((instant) => at(clock, zero + instant, () => path.look()));
  const end = at(clock, zero + runFor, () => history.write({ type: 'measurementEnded' }));
  await Promise.all([...steps, ...injections, ...heals, ...looks, end]);
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
