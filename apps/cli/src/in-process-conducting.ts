import {
  type Conducted,
  conductInProcess,
  machineName,
  type Sight,
  type StationSettings,
  sweepExperiments,
} from '@lapse/conduct';
import { type Planned, watchedAs } from './follow.ts';
import { aborted } from './interruption.ts';
import { ENTRIES } from './places.ts';
import type { OpenConductor, RunSettings } from './planned-run.ts';
import type { Conducting, RunServers } from './run-servers.ts';
import type { ScenarioOutcome } from './summary.ts';

const RULE = '='.repeat(100);

/** What people are told before a run without Temporal. */
export function inProcessBanner({ why, remedies }: Extract<Conducting, { by: 'inProcess' }>): string {
  return [
    RULE,
    'CONDUCTED IN PROCESS, WITHOUT TEMPORAL',
    why,
    'What happens is measured and judged as ever, but no workflow history proves that the predictions are older than the',
    'faults, and nobody takes over when this process dies. The exit code is never 0 unless --allow-in-process is given.',
    ...(remedies.length > 0 ? ['What would make a Temporal server appear:'] : []),
    ...remedies.map((remedy) => `  - ${remedy}`),
    RULE,
  ].join('\n');
}

/** Lets this process conduct what a run asks for. */
export function openInProcess({ toxiproxyUrl, versions }: RunServers, settings: RunSettings): OpenConductor {
  const { run, options, interruption, commit } = settings;
  const station = {
    ...(toxiproxyUrl !== undefined && { toxiproxyUrl }),
    ...{ commit, capacity: options.concurrency, runsFolder: run.folder },
    ...{ station: `${machineName()}-${run.token}`, hostEntry: ENTRIES.host, serviceEntry: ENTRIES.service },
    versions: { node: process.versions.node, ...versions },
  };
  return {
    conduct: (_, scenarios) => conductHere(station, scenarios, settings),
    async close() {
      await sweepExperiments(run.folder, { toxiproxyUrl, atOnce: interruption.hurried.aborted });
    },
  };
}

async function conductHere(
  station: StationSettings,
  scenarios: readonly Planned[],
  { options, view, interruption }: RunSettings,
): Promise<readonly ScenarioOutcome[]> {
  const { concurrency, failFast = false } = options;
  const sights = new Map<string, Sight>();
  const outcomes = new Map<string, ScenarioOutcome>();
  const onSight = (id: string, sight: Sight) => {
    sights.set(id, sight);
    view.update(scenarios.map((planned) => watchedAs(planned, sights.get(planned.id), outcomes.get(planned.id))));
  };
  const onEnd = (conducted: Conducted) => {
    const planned = scenarios.find(({ id }) => id === conducted.id);
    if (planned) outcomes.set(conducted.id, outcomeOf(planned, conducted));
    onSight(conducted.id, conducted.is === 'judged' ? { is: 'judged' } : { is: 'ended', how: conducted.is });
  };
  const suite = { scenarios, concurrency, failFast, signal: interruption.requested, onSight, onEnd };
  await Promise.race([conductInProcess(station, suite), aborted(interruption.hurried)]);
  return scenarios.map(
    (planned) => outcomes.get(planned.id) ?? outcomeOf(planned, { id: planned.id, is: 'cancelled' }),
  );
}

function outcomeOf({ id, scenario }: Planned, conducted: Conducted): ScenarioOutcome {
  const head = { id, scenario: scenario.scenario };
  if (conducted.is === 'judged') return { ...head, is: 'judged', judged: conducted.judged, plan: scenario };
  if (conducted.is === 'skipped') return { ...head, is: 'skipped' };
  return { ...head, is: 'broken', message: conducted.is === 'failed' ? conducted.message : 'it was given up' };
}
