import { DefaultLogger, NativeConnection, Runtime, Worker, type WorkerOptions } from '@temporalio/worker';
import { createActivities, stationQueue } from './activities.ts';
import type { StationSettings } from './station.ts';
import { sweepExperiments } from './sweep.ts';
import { connectionOf, type TemporalAccess } from './temporal-access.ts';

export interface WorkerSettings extends StationSettings, TemporalAccess {
  /** The task queue that all stations share. */
  readonly queue: string;
  /** Absolute path of the prebuilt workflow bundle. */
  readonly bundle: string;
}

export interface RunningWorker {
  /** Settles when the worker has ended; rejects when it could not go on. */
  readonly ended: Promise<void>;
  /** Takes no more tasks and ends within seconds. Hosts go on: whoever watches next re-attaches. */
  stop(): Promise<void>;
  /** Ends for good: stops the worker, then every experiment of this station that is not done. */
  retire(): Promise<readonly string[]>;
}

/** With the SDK's default a workflow whose worker died would idle for ten seconds. */
const STICKY_TIMEOUT = '1s';

/** Before the first worker of a process: signals are the process's own business, and only warnings are logged. */
export function installRuntime(): void {
  Runtime.install({ shutdownSignals: [], logger: new DefaultLogger('WARN') });
}

/** Starts what a station takes from Temporal: workflows and reservations from the shared queue, experiments from its own. */
export async function startWorker(settings: WorkerSettings): Promise<RunningWorker> {
  const connection = await NativeConnection.connect(connectionOf(settings));
  const { reservation, station } = createActivities(settings);
  const shared = {
    connection,
    namespace: settings.namespace,
    stickyQueueScheduleToStartTimeout: STICKY_TIMEOUT,
    shutdownForceTime: '2s',
    maxHeartbeatThrottleInterval: '0.5s',
    defaultHeartbeatThrottleInterval: '0.5s',
  } satisfies Partial<WorkerOptions>;
  const workers = await Promise.all([
    Worker.create({
      ...shared,
      taskQueue: settings.queue,
      workflowBundle: { codePath: settings.bundle },
      activities: reservation,
    }),
    Worker.create({ ...shared, taskQueue: stationQueue(settings.station), activities: station }),
  ]);
  return running(settings, workers, connection);
}

function running(settings: WorkerSettings, workers: readonly Worker[], connection: NativeConnection): RunningWorker {
  const shutdown = () => {
    for (const worker of workers) if (worker.getState() === 'RUNNING') worker.shutdown();
  };
  const ended = endOf(workers, shutdown, connection);
  const stop = async () => {
    shutdown();
    await ended;
  };
  return {
    ended,
    stop,
    async retire() {
      // Healing must not depend on how the worker ends.
      await stop().catch(() => undefined);
      return await sweepExperiments(settings.runsFolder, { toxiproxyUrl: settings.toxiproxyUrl });
    },
  };
}

/** One worker without the other is of no use: the end of either ends both. The connection outlives them. */
async function endOf(workers: readonly Worker[], shutdown: () => void, connection: NativeConnection): Promise<void> {
  const results = await Promise.allSettled(workers.map((worker) => worker.run().finally(shutdown)));
  await connection.close();
  const broken = results.find((result) => result.status === 'rejected');
  if (broken) throw broken.reason;
}
