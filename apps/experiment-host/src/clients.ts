import { connect } from 'node:net';
import type { Scenario, Step } from '@lapse/experiment';
import { ConnectionPool, clientChannel, MAX_RECEIVED_MESSAGE_SIZE } from '@lapse/protocol';
import { type Clock, type Connection, type DriverObservation, SessionDriver } from '@lapse/transport';
import { connectRaw } from './raw-client.ts';
import { ENDPOINT_PATH } from './service-process.ts';
import type { Recorder } from './stamped-lines.ts';

export interface ClientsOptions {
  readonly scenario: Scenario;
  readonly clock: Clock;
  readonly history: Recorder;
  /** Where sessions connect to: the proxy, or the service itself on a direct path. */
  readonly targetPort: number;
  readonly servicePort: number;
}

/** The application of a scenario: one thread that performs the workload's steps in order, each when the one before has returned. */
export class Clients {
  readonly #options: ClientsOptions;
  readonly #open: (() => void)[] = [];
  readonly #pool: ConnectionPool<Connection> | undefined;
  #session = 0;
  #driver: SessionDriver | undefined;
  #busy = false;
  #waiting: Step[] = [];

  constructor(options: ClientsOptions) {
    this.#options = options;
    const { connectionPoolSettings } = options.scenario.client;
    this.#pool = connectionPoolSettings && new ConnectionPool(connectionPoolSettings);
  }

  perform(step: Step): void {
    this.#waiting.push(step);
    this.#next();
  }

  /** Resets the sessions that are still connected, and ends the connections that wait for one. */
  close(): void {
    this.#waiting = [];
    for (const close of this.#open) close();
    for (const { socket } of this.#pool?.clear() ?? []) socket.end();
  }

  #next(): void {
    if (this.#busy) return;
    const step = this.#waiting.shift();
    if (step !== undefined) this.#start(step);
  }

  #start(step: Step): void {
    switch (step.do) {
      case 'connect':
        this.#connectRaw(step);
        break;
      case 'open':
        this.#driver = this.#newSession();
        this.#busy = true;
        this.#driver.tell({ type: 'open' });
        break;
      case 'close':
        this.#busy = true;
        this.#current().tell({ type: 'close' });
        break;
      case 'abort':
        this.#current().tell({ type: 'abort' });
        break;
    }
    this.#next();
  }

  #current(): SessionDriver {
    if (this.#driver === undefined) throw new Error('a step needs a session, and none has been opened');
    return this.#driver;
  }

  #newSession(): SessionDriver {
    const { scenario, clock, targetPort } = this.#options;
    const { openTimeout, closeTimeout, callStyle, preambleCut } = scenario.client;
    this.#session += 1;
    const connection = this.#session;
    const via = this.#via();
    const driver = new SessionDriver({
      machine: clientChannel({
        via,
        openTimeout,
        closeTimeout,
        pumping: callStyle === 'duplex',
        maxReceivedMessageSize: MAX_RECEIVED_MESSAGE_SIZE,
        pooling: this.#pool !== undefined,
      }),
      clock,
      observe: (observation, at) => this.#observed(connection, observation, at),
      connect: () => connect({ host: '127.0.0.1', port: targetPort, allowHalfOpen: true, noDelay: true }),
      ...(preambleCut && { cut: preambleCut }),
      ...(this.#pool && { pool: this.#pool }),
    });
    this.#open.push(() => driver.tell({ type: 'abort' }));
    return driver;
  }

  #observed(connection: number, observation: DriverObservation, at: number): void {
    this.#options.history.write({ side: 'client', connection, ...observation }, at);
    if (observation.type !== 'completed') return;
    this.#busy = false;
    setImmediate(() => this.#next());
  }

  #connectRaw({ drip }: Step): void {
    this.#session += 1;
    const via = this.#via();
    this.#open.push(connectRaw({ ...this.#options, connection: this.#session, via, ...(drip && { drip }) }));
  }

  /** The address of the session that begins: the service's own, whatever lies in between. */
  #via(): string {
    return `net.tcp://127.0.0.1:${this.#options.servicePort}${ENDPOINT_PATH}?session=${this.#session}`;
  }
}
