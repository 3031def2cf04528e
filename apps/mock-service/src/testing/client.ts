import { randomUUID } from 'node:crypto';
import { connect } from 'node:net';
import { type ChannelEffect, type DataRecord, type ProxySettings, proxy } from '@lapse/protocol';
import { monotonicClock, SessionDriver } from '@lapse/transport';
import { CONTRACTS, type ContractName } from '../contracts.ts';

type Completed = Extract<ChannelEffect, { readonly type: 'completed' }>;

/** A client of the service that listens on `port`. It answers a question with the question. */
export class Client {
  readonly #driver: SessionDriver;
  readonly #waiting = new Map<string, (completed: Completed) => void>();
  /** The ids of its calls, in order. */
  readonly ids: string[] = [];

  constructor(port: number, contract: ContractName = 'test', changes: Partial<ProxySettings> = {}) {
    const address = `net.tcp://127.0.0.1:${port}/svc`;
    this.#driver = new SessionDriver({
      machine: proxy({
        contract: CONTRACTS[contract],
        callStyle: contract === 'duplexTest' ? 'duplex' : 'async',
        address,
        via: address,
        operationTimeout: 5_000,
        openTimeout: 5_000,
        closeTimeout: 5_000,
        maxReceivedMessageSize: 65_536,
        pooling: false,
        answer: ({ name, oneWay }, { q = null }) => (oneWay ? {} : { [`${name}Result`]: q }),
        ...changes,
      }),
      clock: monotonicClock(),
      observe: (observation) => {
        if (observation.type !== 'completed') return;
        const what = observation.operation === 'call' ? String(observation.call) : observation.operation;
        this.#waiting.get(what)?.(observation);
      },
      connect: () => connect({ host: '127.0.0.1', port, allowHalfOpen: true, noDelay: true }),
    });
  }

  /** Resolves to what the caller is told: results, or an exception. */
  async call(operation: string, values: DataRecord = {}): Promise<Completed> {
    const messageId = `urn:uuid:${randomUUID()}`;
    const call = this.ids.push(messageId);
    const completed = this.#completion(String(call));
    this.#driver.tell({ type: 'call', call, operation, values, messageId });
    return completed;
  }

  setOperationTimeout(operationTimeout: number): void {
    this.#driver.tell({ type: 'setOperationTimeout', operationTimeout });
  }

  async close(): Promise<Completed> {
    const completed = this.#completion('close');
    this.#driver.tell({ type: 'close' });
    return completed;
  }

  #completion(what: string): Promise<Completed> {
    return new Promise((resolve) => this.#waiting.set(what, resolve));
  }
}
