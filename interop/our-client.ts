import { randomUUID } from 'node:crypto';
import { connect } from 'node:net';
import {
  type ChannelEffect,
  type Contract,
  type DataRecord,
  type Exception,
  type ProxySettings,
  proxy,
} from '@lapse/protocol';
import { type DriverObservation, monotonicClock, SessionDriver } from '@lapse/transport';
import { LARGEST_MESSAGE } from './messages.ts';

export interface OurClientOptions {
  readonly contract: Contract;
  readonly callStyle: ProxySettings['callStyle'];
  readonly answer?: NonNullable<ProxySettings['answer']>;
}

/** What a caller is told: results, or what is thrown at him. */
export type CallOutcome =
  | { readonly type: 'returned'; readonly results: DataRecord }
  | { readonly type: 'threw'; readonly exception: Exception };

type Completed = Extract<ChannelEffect, { readonly type: 'completed' }>;

/** Our proxy over a real socket, for one session. */
export class OurClient {
  readonly #driver: SessionDriver;
  readonly #observed: DriverObservation[] = [];
  readonly #waiting = new Map<string, (completed: Completed) => void>();
  readonly #calledBack: string[] = [];
  #calls = 0;

  constructor(address: string, { contract, callStyle, answer }: OurClientOptions) {
    const { hostname: host, port } = new URL(address);
    const machine = proxy({
      contract,
      callStyle,
      ...(answer && { answer: this.#answering(answer) }),
      operationTimeout: 10_000,
      address,
      via: address,
      openTimeout: 10_000,
      closeTimeout: 5_000,
      maxReceivedMessageSize: LARGEST_MESSAGE,
      pooling: false,
    });
    this.#driver = new SessionDriver({
      machine,
      clock: monotonicClock(),
      observe: (observation) => this.#observe(observation),
      connect: () => connect({ host, port: Number(port), allowHalfOpen: true, noDelay: true }),
    });
  }

  async call(operation: string, values: DataRecord = {}): Promise<CallOutcome> {
    this.#calls += 1;
    const call = this.#calls;
    const completed = this.#completion(`call ${call}`);
    this.#driver.tell({ type: 'call', call, operation, values, messageId: `urn:uuid:${randomUUID()}` });
    const told = await completed;
    if (told.exception !== undefined) return { type: 'threw', exception: told.exception };
    return { type: 'returned', results: told.operation === 'call' ? (told.results ?? {}) : {} };
  }

  setOperationTimeout(operationTimeout: number): void {
    this.#driver.tell({ type: 'setOperationTimeout', operationTimeout });
  }

  /** Undefined: it closed without complaint. */
  async close(): Promise<Exception | undefined> {
    const completed = this.#completion('close');
    this.#driver.tell({ type: 'close' });
    return (await completed).exception;
  }

  abort(): void {
    this.#driver.tell({ type: 'abort' });
  }

  /** Everything that its machine was told and wanted. */
  get observed(): readonly DriverObservation[] {
    return this.#observed;
  }

  /** What the service has called back: `Ask {"q":"who"}`. */
  get calledBack(): readonly string[] {
    return this.#calledBack;
  }

  #answering(answer: NonNullable<ProxySettings['answer']>): NonNullable<ProxySettings['answer']> {
    return (operation, values) => {
      this.#calledBack.push(`${operation.name} ${JSON.stringify(values)}`);
      return answer(operation, values);
    };
  }

  #completion(name: string): Promise<Completed> {
    return new Promise((resolve) => this.#waiting.set(name, resolve));
  }

  #observe(observation: DriverObservation): void {
    this.#observed.push(observation);
    if (observation.type !== 'completed') return;
    const { operation } = observation;
    const name = operation === 'call' ? `call ${observation.call}` : operation;
    this.#waiting.get(name)?.(observation);
    this.#waiting.delete(name);
  }
}
