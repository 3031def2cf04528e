import type { Planned } from './follow.ts';
import type { Interruption } from './interruption.ts';
import type { ProgressView } from './progress-view.ts';
import type { Run } from './run-folder.ts';
import type { Conducting } from './run-servers.ts';
import type { ScenarioOutcome } from './summary.ts';

export interface ConductOptions {
  /** How many scenarios run at a time; also the capacity of this machine as a station. */
  readonly concurrency: number;
  /** A task queue whose workers may run experiments, too; absent: one of this run's own. */
  readonly queue?: string;
  /** False: no experiment is run here, the workers of `queue` have them all. */
  readonly station?: boolean;
  /** Absent: Temporal, or where none can be had, this process. */
  readonly conductor?: Conducting['by'];
  /** The folder that takes the run's own; absent: `.lapse/runs`. */
  readonly runs?: string;
  /** A run without Temporal may end with 0. */
  readonly allowInProcess?: boolean;
  /** After the first scenario that is not confirmed no other one is started. */
  readonly failFast?: boolean;
  /** What the order of the scenarios came from. */
  readonly seed?: string;
  /** Temporal's web UI is kept up, with its server, until somebody has seen enough. */
  readonly ui?: boolean;
  /** Files that take the run as JUnit XML and as Markdown, besides those in its folder. */
  readonly junit?: string;
  readonly markdown?: string;
}

/** What shall be run, where it is recorded, and who looks on. */
export interface PlannedRun {
  readonly run: Run;
  readonly scenarios: readonly Planned[];
  /** Their files, as the repository that is worked in names them, by id. */
  readonly files: ReadonlyMap<string, string>;
  readonly options: ConductOptions;
  readonly view: ProgressView;
  readonly interruption: Interruption;
  readonly commit: string;
  /** Takes place between the end of the last scenario and that of the worker, which answers what the web UI asks. */
  readonly whileUp?: (outcomes: readonly ScenarioOutcome[]) => Promise<void>;
}
