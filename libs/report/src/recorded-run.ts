import type { JudgedExperiment, Scenario } from '@lapse/experiment';
import type { ReportedRun, ReportedScenario } from './reported-run.ts';

/** A run with all that was recorded of it; the conditions are absent where only single records are at hand. */
export interface RecordedRun extends Partial<Omit<ReportedRun, 'scenarios' | 'status' | 'folder'>> {
  readonly status: ReportedRun['status'];
  /** What the report is called: the name of the run's folder, or of the record. */
  readonly name: string;
  readonly scenarios: readonly RecordedScenario[];
}

/** What became of a scenario, and what was recorded meanwhile. */
export interface RecordedScenario {
  readonly reported: ReportedScenario;
  /** What else is to be said: that today's rules differ, that a record lies elsewhere. */
  readonly remarks: readonly string[];
  /** Its experiments whose records are at hand, the one that decides last. */
  readonly experiments: readonly RecordedExperiment[];
}

export interface RecordedExperiment {
  readonly judged: JudgedExperiment;
  readonly plan: Scenario;
  /** The lines of its history. */
  readonly lines: readonly string[];
}
