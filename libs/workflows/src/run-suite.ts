import type { Status } from '@lapse/experiment';
import {
  CancellationScope,
  continueAsNew,
  executeChild,
  isCancellation,
  ParentClosePolicy,
  rootCause,
  setHandler,
  workflowInfo,
} from '@temporalio/workflow';
import { detailsOf } from './details.ts';
import { suiteProgress } from './progress.ts';
import { runScenario } from './run-scenario.ts';
import {
  entriesOf,
  isFinished,
  isTrouble,
  type SuiteEntry,
  type SuiteItem,
  type SuiteState,
  statusOf,
} from './suite-entries.ts';

export interface SuiteInput {
  readonly scenarios: readonly SuiteItem[];
  /** How many scenarios may run at a time, at least 1. */
  readonly concurrency: number;
  readonly searchable: boolean;
  /** After the first scenario that is not confirmed no other one is started; what runs goes on to its end. */
  readonly failFast?: boolean;
  /** The workflow continues as new beyond this many events; absent: when the server suggests it. */
  readonly eventsPerRun?: number;
  /** What earlier runs of this workflow finished. */
  readonly finished?: readonly SuiteEntry[];
}

export interface SuiteResult {
  readonly status: Status;
  readonly entries: readonly SuiteEntry[];
}

/** A scenario may wait long for a station, but not for ever: it, too, ends when nobody is left to run it. */
const DAY = 86_400_000;

/** Runs scenarios as children of bounded concurrency, in the order given. A scenario that breaks does not stop the others. */
export async function runSuite(input: SuiteInput): Promise<SuiteResult> {
  const entries = entriesOf(input.scenarios, input.finished ?? []);
  setHandler(suiteProgress, () => entries);
  await runWaiting(input, entries);
  const finished = entries.filter(isFinished);
  if (finished.length < entries.length) return await continueAsNew<typeof runSuite>({ ...input, finished });
  return { status: statusOf(entries), entries };
}

/** Returns when nothing runs any more: all is finished, or this workflow has become long enough. */
async function runWaiting(input: SuiteInput, entries: SuiteEntry[]): Promise<void> {
  const lane = async () => {
    for (let next = takeWaiting(input, entries); next; next = takeWaiting(input, entries)) {
      const { item, settle } = next;
      const isSkipped = input.failFast === true && entries.some(isTrouble);
      settle(isSkipped ? { is: 'skipped' } : await runChild(item, input.searchable));
    }
  };
  // A lane that was cancelled must not end the workflow while another one's child still heals.
  const lanes = await Promise.allSettled(Array.from({ length: Math.max(1, input.concurrency) }, lane));
  const broken = lanes.find((settled) => settled.status === 'rejected');
  if (broken) throw broken.reason;
}

function takeWaiting(input: SuiteInput, entries: SuiteEntry[]) {
  if (isLongEnough(input) || CancellationScope.current().consideredCancelled) return undefined;
  const index = entries.findIndex(({ state }) => state.is === 'waiting');
  const item = input.scenarios[index];
  if (!item) return undefined;
  const settle = (state: SuiteState) => {
    entries[index] = { id: item.id, scenario: item.scenario.scenario, state };
  };
  settle({ is: 'running' });
  return { item, settle };
}

function isLongEnough({ eventsPerRun }: SuiteInput): boolean {
  const { historyLength, continueAsNewSuggested } = workflowInfo();
  return eventsPerRun === undefined ? continueAsNewSuggested : historyLength > eventsPerRun;
}

async function runChild(item: SuiteItem, searchable: boolean): Promise<SuiteState> {
  try {
    const { status } = await executeChild(runScenario, {
      args: [{ ...item, searchable }],
      workflowId: item.id,
      staticSummary: item.scenario.about,
      staticDetails: detailsOf(item.scenario),
      parentClosePolicy: ParentClosePolicy.REQUEST_CANCEL,
      workflowExecutionTimeout: DAY + 2 * item.scenario.runFor,
    });
    return { is: 'judged', status };
  } catch (error) {
    if (isCancellation(error)) throw error;
    return { is: 'failed', message: rootCause(error) ?? String(error) };
  }
}
