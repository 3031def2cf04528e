import type { JudgedScenario } from '@lapse/experiment';
import { type runSuite, SEARCH_ATTRIBUTES, type SuiteInput, type SuiteResult } from '@lapse/workflows';
import { Client, Connection, type WorkflowHandleWithFirstExecutionRunId } from '@temporalio/client';
import { historyToJSON } from '@temporalio/common/lib/proto-utils.js';
import { type ScenarioSight, sightOf } from './sight.ts';

export interface ClientSettings {
  /** Address of Temporal's frontend: `host:port`. */
  readonly address: string;
  readonly namespace: string;
  /** The task queue that all stations share. */
  readonly queue: string;
}

/** The side that asks for experiments and follows them. Every call gives up after a few seconds without an answer. */
export interface ConductingClient {
  /** Which of our search attributes the server does not know; with one missing none may be used. */
  missingSearchAttributes(): Promise<readonly string[]>;
  startSuite(id: string, input: SuiteInput): Promise<RunningSuite>;
  /** What a scenario's workflow is doing, asked of the server alone: it answers while no worker lives. */
  look(id: string): Promise<ScenarioSight>;
  /** Throws what the scenario's workflow failed with. */
  judged(id: string): Promise<JudgedScenario>;
  /** A workflow history as proto3 JSON, the form in which it can be replayed. */
  workflowHistory(id: string): Promise<string>;
  close(): Promise<void>;
}

export interface RunningSuite {
  readonly id: string;
  /** Settles when all is done; rejects when the suite was cancelled or broke. */
  readonly result: Promise<SuiteResult>;
  /** Asks every running scenario to heal and end; `result` settles when they have. */
  cancel(): Promise<void>;
}

const CALL_DEADLINE = 5_000;
const DAY = 86_400_000;

/** @throws when no Temporal server answers at the address. */
export async function createConductingClient({ address, namespace, queue }: ClientSettings): Promise<ConductingClient> {
  const connection = await Connection.connect({ address, connectTimeout: CALL_DEADLINE });
  const client = new Client({ connection, namespace });
  const soon = <T>(call: () => Promise<T>) => connection.withDeadline(Date.now() + CALL_DEADLINE, call);
  return {
    missingSearchAttributes: () => soon(() => missingAttributes(connection, namespace)),
    startSuite: async (id, input) =>
      runningSuite(
        await soon(() =>
          client.workflow.start<typeof runSuite>('runSuite', {
            args: [input],
            workflowId: id,
            taskQueue: queue,
            workflowExecutionTimeout: longest(input),
            staticSummary: `${input.scenarios.length} scenarios, ${input.concurrency} at a time`,
          }),
        ),
      ),
    look: (id) => soon(() => sightOf(client, id)),
    judged: (id) => soon(() => client.workflow.getHandle(id).result() as Promise<JudgedScenario>),
    workflowHistory: async (id) => historyToJSON(await soon(() => client.workflow.getHandle(id).fetchHistory())),
    close: () => connection.close(),
  };
}

/** Nobody can want a suite any more that has waited a day for its stations: whoever asked for it is gone. */
function longest({ scenarios }: SuiteInput): number {
  return DAY + scenarios.reduce((sum, { scenario }) => sum + 2 * scenario.runFor, 0);
}

function runningSuite(handle: WorkflowHandleWithFirstExecutionRunId<typeof runSuite>): RunningSuite {
  return {
    id: handle.workflowId,
    result: handle.result(),
    async cancel() {
      await handle.cancel();
    },
  };
}

async function missingAttributes(connection: Connection, namespace: string): Promise<readonly string[]> {
  const { customAttributes } = await connection.operatorService.listSearchAttributes({ namespace });
  return SEARCH_ATTRIBUTES.filter((name) => !(name in customAttributes));
}
