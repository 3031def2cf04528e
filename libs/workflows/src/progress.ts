import { defineQuery } from '@temporalio/workflow';
import type { SuiteEntry } from './suite-entries.ts';

/** What a scenario is busy with. */
export type Phase = 'waiting for a station' | 'starting' | 'measuring' | 'judging' | 'healing';

/** Answer of a `runScenario` workflow: the experiment that it is busy with and the phase of it. */
export interface ScenarioProgress {
  readonly experiment: string;
  readonly phase: Phase;
}

/** `undefined`: before the first experiment. */
export const scenarioProgress = defineQuery<ScenarioProgress | undefined>('scenarioProgress');

/** Every scenario of a suite, in the order in which they were given. */
export const suiteProgress = defineQuery<readonly SuiteEntry[]>('suiteProgress');

/** What `watchExperiment` heartbeats: how much history there is, and the instant of its last line once zero is known. */
export interface WatchProgress {
  readonly historySize: number;
  readonly lastInstant?: number;
}
