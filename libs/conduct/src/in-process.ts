import { setTimeout as sleep } from 'node:timers/promises';
import { type Conductor, conductScenario, type JudgedScenario, type StationActivities } from '@lapse/experiment';
import type { Phase, SuiteItem } from '@lapse/workflows';
import { stationQueue } from './activities.ts';
import type { Sight } from './sight.ts';
import { type Pulse, Station, type StationSettings } from './station.ts';

/** What became of a scenario that this process conducted. */
export type Conducted = { readonly id: string } & (
  | { readonly is: 'judged'; readonly judged: JudgedScenario }
  /** One of our own parts broke. */
  | { readonly is: 'failed'; readonly message: string }
  /** It was given up, and healed if it had started. */
  | { readonly is: 'cancelled' }
  /** Another one was not confirmed before, and the suite was to stop there. */
  | { readonly is: 'skipped' }
);

/** A suite for this process to conduct, and whoever wants to see how it goes. */
export interface InProcessSuite {
  readonly scenarios: readonly SuiteItem[];
  /** How many scenarios may run at a time, at least 1. */
  readonly concurrency: number;
  /** After the first scenario that is not confirmed no other one is started; what runs goes on to its end. */
  readonly failFast?: boolean;
  /** Gives the suite up: what runs heals and ends, what waits does not start. */
  readonly signal: AbortSignal;
  readonly onSight: (id: string, sight: Sight) => void;
  readonly onEnd: (conducted: Conducted) => void;
}

/** Reservation is asked again so often, as Temporal does. */
const ASK_AGAIN = 200;

/**
 * Runs scenarios without Temporal: the same sequence over the same station, in the order given. A scenario that breaks does
 * not stop the others. Returns when nothing runs any more. Should this process die, the lease of each host ends it.
 */
export async function conductInProcess(
  settings: StationSettings,
  suite: InProcessSuite,
): Promise<readonly Conducted[]> {
  const station = new Station(settings);
  const waiting = [...suite.scenarios];
  const results = new Map<string, Conducted>();
  const lane = async () => {
    for (let item = waiting.shift(); item; item = waiting.shift()) {
      const isSkipped = suite.failFast === true && [...results.values()].some(isTrouble);
      const conducted: Conducted = isSkipped ? { id: item.id, is: 'skipped' } : await conductOne(station, item, suite);
      results.set(item.id, conducted);
      suite.onEnd(conducted);
    }
  };
  await Promise.all(Array.from({ length: Math.max(1, suite.concurrency) }, lane));
  return suite.scenarios.map(({ id }) => results.get(id) ?? { id, is: 'cancelled' });
}

function isTrouble(conducted: Conducted): boolean {
  return conducted.is === 'failed' || (conducted.is === 'judged' && conducted.judged.status !== 'confirmed');
}

async function conductOne(station: Station, { id, scenario }: SuiteItem, suite: InProcessSuite): Promise<Conducted> {
  if (suite.signal.aborted) return { id, is: 'cancelled' };
  const conductor = inProcessConductor(station, { onSight: (sight) => suite.onSight(id, sight), signal: suite.signal });
  try {
    return { id, is: 'judged', judged: await conductScenario(conductor, scenario, id) };
  } catch (error) {
    if (suite.signal.aborted) return { id, is: 'cancelled' };
    return { id, is: 'failed', message: error instanceof Error ? error.message : String(error) };
  }
}

interface Watching {
  readonly onSight: (sight: Sight) => void;
  readonly signal: AbortSignal;
}

/** Carries the sequence of an experiment out by calling the station. */
function inProcessConductor(station: Station, { onSight, signal }: Watching): Conductor {
  return {
    kind: 'inProcess',
    async reserveStation(id) {
      while (!station.reserve(id)) {
        onSight({ is: 'running', phase: 'waiting for a station' });
        await sleep(ASK_AGAIN, undefined, { signal });
      }
      return { taskQueue: stationQueue(station.name) };
    },
    at: () => stepsOf(station, { onSight, signal }),
    // Nothing cancels a promise: a teardown that has begun runs to its end.
    always: (teardown) => teardown(),
  };
}

function stepsOf(station: Station, { onSight, signal }: Watching): StationActivities {
  const during = (phase: Phase): Pulse => {
    onSight({ is: 'running', phase });
    return { signal, report: (progress) => onSight({ is: 'running', phase, progress }) };
  };
  return {
    startExperiment: (request) => station.start(request, during('starting')),
    watchExperiment: (id) => station.watch(id, during('measuring')),
    judgeExperiment: async (id) => station.judge(id),
    async stopExperiment(id) {
      if (signal.aborted) during('healing');
      await station.stop(id);
    },
  };
}
