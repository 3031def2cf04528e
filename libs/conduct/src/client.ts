import type { JudgedScenario } from '@lapse/experiment';
import { type runSuite, SEARCH_ATTRIBUTES, type SuiteInput } from '@lapse/workflows';
import { Client, Connection, isGrpcServiceError, ServiceError, WorkflowNotFoundError } from '@temporalio/client';
import { historyToJSON } from '@temporalio/common/lib/proto-utils.js';
import { type Sight, sightOf } from './sight.ts';
import { connectionOf, type TemporalAccess } from './temporal-access.ts';

export interface ClientSettings extends TemporalAccess {
  /** The task queue that all stations share. */
  readonly queue: string;
}

/**
 * The side that asks for experiments and follows them, by short questions only: a call that waits would be left over when
 * we end. Every call gives up after a few seconds and throws `ServerUnavailable`.
 */
export interface ConductingClient {
  /** Why none of our search attributes may be used, in words that follow the server's name; undefined: all may. */
  whyUnsearchable(): Promise<string | undefined>;
  startSuite(id: string, input: SuiteInput): Promise<void>;
  /** What the workflow of a suite or of a scenario is doing, asked of the server alone: it answers while no worker lives. */
  look(id: string): Promise<Sight>;
  /** The result of a scenario's workflow that has ended. Throws what it failed with. */
  judged(id: string): Promise<JudgedScenario>;
  /** Asks every running scenario of a suite to heal and end; `look` tells when they have. */
  cancel(id: string): Promise<void>;
  /** A workflow history as proto3 JSON, the form in which it can be replayed. */
  workflowHistory(id: string): Promise<string>;
  close(): Promise<void>;
}

/** The Temporal server did not answer, or would not. */
export class ServerUnavailable extends Error {
  override readonly name = 'ServerUnavailable';
}

const CALL_DEADLINE = 5_000;
const DAY = 86_400_000;

/** @throws ServerUnavailable when no Temporal server answers at the address. */
export async function createConductingClient(settings: ClientSettings): Promise<ConductingClient> {
  const { namespace, queue } = settings;
  // The SDK's own retries outlive a closed connection and then end the process; whoever follows a suite asks again anyway.
  const connection = await available(() =>
    Connection.connect({ ...connectionOf(settings), connectTimeout: CALL_DEADLINE, interceptors: [] }),
  );
  const { workflow } = new Client({ connection, namespace });
  const soon = <T>(call: () => Promise<T>) =>
    available(() => connection.withDeadline(Date.now() + CALL_DEADLINE, call));
  return {
    whyUnsearchable: () => soon(() => whyUnsearchable(connection, namespace)),
    async startSuite(id, input) {
      const options = {
        workflowId: id,
        taskQueue: queue,
        workflowExecutionTimeout: longest(input),
        staticSummary: `${input.scenarios.length} scenarios, ${input.concurrency} at a time`,
      };
      await soon(() => workflow.start<typeof runSuite>('runSuite', { ...options, args: [input] }));
    },
    look: (id) => soon(() => sightOf(workflow, id)).catch(asUnavailability),
    judged: (id) => soon<JudgedScenario>(() => workflow.getHandle(id).result()),
    async cancel(id) {
      await soon(() => workflow.getHandle(id).cancel()).catch(unlessEnded);
    },
    workflowHistory: async (id) => historyToJSON(await soon(() => workflow.getHandle(id).fetchHistory())),
    close: () => connection.close(),
  };
}

async function available<T>(call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (error) {
    throw isUnavailability(error) ? new ServerUnavailable(innermostMessage(error), { cause: error }) : error;
  }
}

/** Who only looks is not hurt by an answer that cannot be read: he looks again. */
function asUnavailability(error: unknown): never {
  if (error instanceof ServerUnavailable || !(error instanceof Error)) throw error;
  throw new ServerUnavailable(`what it answered cannot be read (${innermostMessage(error)})`, { cause: error });
}

/** There is nothing to cancel in a workflow that has ended. */
function unlessEnded(error: unknown): void {
  if (!(error instanceof WorkflowNotFoundError)) throw error;
}

function isUnavailability(error: unknown): error is Error {
  return error instanceof ServiceError || isGrpcServiceError(error);
}

function innermostMessage(error: Error): string {
  return error.cause instanceof Error ? innermostMessage(error.cause) : error.message;
}

/** Nobody can want a suite any more that has waited a day for its stations: whoever asked for it is gone. */
function longest({ scenarios }: SuiteInput): number {
  return DAY + scenarios.reduce((sum, { scenario }) => sum + 2 * scenario.runFor, 0);
}

/** gRPC's PERMISSION_DENIED and UNIMPLEMENTED: a server of others need not answer operators' questions. */
const WITHHELD: readonly number[] = [7, 12];

async function whyUnsearchable(connection: Connection, namespace: string): Promise<string | undefined> {
  try {
    const { customAttributes } = await connection.operatorService.listSearchAttributes({ namespace });
    const missing = SEARCH_ATTRIBUTES.filter((name) => !(name in customAttributes));
    return missing.length > 0 ? `does not know the search attributes ${missing.join(', ')}` : undefined;
  } catch (error) {
    if (!isGrpcServiceError(error) || !WITHHELD.includes(error.code)) throw error;
    return `does not say which search attributes it knows (${error.details})`;
  }
}
