import { randomUUID } from 'node:crypto';
import { connect } from 'node:net';
import type { CallPlan, Scenario, Step } from '@lapse/experiment';
import { ConnectionPool, MAX_RECEIVED_MESSAGE_SIZE, type ProxySettings, proxy } from '@lapse/protocol';
import { type Clock, type Connection, type DriverObservation, SessionDriver } from '@lapse/transport';
import { answer, called, contractFor } from './called.ts';
import type { Endpoint } from './path.ts';
import { connectRaw } from './raw-client.ts';
import type { Recorder } from './stamped-lines.ts';

export interface ClientsOptions {
  readonly scenario: Scenario;
  readonly clock: Clock;
  readonly history: Recorder;
  /** Where sessions connect to: the proxy, or the service itself on a direct path. */
  readonly connectTo: Endpoint;
  /** The service's own address, whatever lies in between: `net.tcp://…`. */
  readonly address: string;
}

/** The calls of a step that makes several: from number `next` to number `last`. */
interface Rest {
  readonly plan: CallPlan;
  readonly next: number;
  readonly last: number;
}

/**
 * The application of a scenario: one thread that performs the workload's steps in order, each when the one before has returned.
 * A call through a proxy that is not synchronous returns at once.
 */
export class Clients {
  readonly #options: ClientsOptions;
  readonly #open: (() => void)[] = [];
  readonly #pool: ConnectionPool<Connection> | undefined;
  #session = 0;
  /** Of the current session. */
  #calls = 0;
  /** What the current step has still to call, behind the call that is under way. */
  #rest: Rest | undefined;
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
    this.#rest = undefined;
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
      case 'call':
        this.#call(step.call);
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

  #call(plan: CallPlan | undefined): void {
    if (plan === undefined) throw new Error('a step calls, and does not say what');
    this.#driver ??= this.#newSession();
    const first = this.#calls + 1;
    this.#calls += plan.times ?? 1;
    this.#busy = this.#callsBlock;
    this.#callNext({ plan, next: first, last: this.#calls });
  }

  #callNext({ plan, next, last }: Rest): void {
    this.#rest = next < last ? { plan, next: next + 1, last } : undefined;
    this.#current().tell({ type: 'call', call: next, ...called(plan), messageId: `urn:uuid:${randomUUID()}` });
  }

  get #callsBlock(): boolean {
    return this.#options.scenario.client.callStyle === 'sync';
  }

  #current(): SessionDriver {
    if (this.#driver === undefined) throw new Error('a step needs a session, and none has been opened');
    return this.#driver;
  }

  #newSession(): SessionDriver {
    const { scenario, clock, connectTo } = this.#options;
    const { preambleCut } = scenario.client;
    this.#session += 1;
    this.#calls = 0;
    const connection = this.#session;
    const driver = new SessionDriver({
      machine: proxy(this.#settings()),
      clock,
      observe: (observation, at) => this.#observed(connection, observation, at),
      connect: () => connect({ ...connectTo, allowHalfOpen: true, noDelay: true }),
      ...(preambleCut && { cut: preambleCut }),
      ...(this.#pool && { pool: this.#pool }),
    });
    this.#open.push(() => driver.tell({ type: 'abort' }));
    return driver;
  }

  #settings(): ProxySettings {
    const { openTimeout, closeTimeout, operationTimeout, callStyle } = this.#options.scenario.client;
    return {
      ...{ openTimeout, closeTimeout, operationTimeout, callStyle },
      contract: contractFor(callStyle).contract,
      address: this.#options.address,
      via: this.#via(),
      maxReceivedMessageSize: MAX_RECEIVED_MESSAGE_SIZE,
      pooling: this.#pool !== undefined,
      ...(callStyle === 'duplex' && { answer }),
    };
  }

  #observed(connection: number, observation: DriverObservation, at: number): void {
    this.#options.history.write({ side: 'client', connection, ...observation }, at);
    if (observation.type !== 'completed' || (observation.operation === 'call' && !this.#callsBlock)) return;
    if (observation.exception !== undefined) this.#rest = undefined;
    this.#busy = this.#rest !== undefined;
    setImmediate(() => (this.#rest === undefined ? this.#next() : this.#callNext(this.#rest)));
  }

  #connectRaw({ drip }: Step): void {
    this.#session += 1;
    const via = this.#via();
    this.#open.push(connectRaw({ ...this.#options, connection: this.#session, via, ...(drip && { drip }) }));
  }

  /** The address of the session that begins; a service that is none of ours need not know of numbers. */
  #via(): string {
    const { address, scenario } = this.#options;
    return scenario.target === undefined ? `${address}?session=${this.#session}` : address;
  }
}
