import { connect, type Socket } from 'node:net';
import type { Scenario, Step } from '@lapse/experiment';
import { clientChannel, MAX_RECEIVED_MESSAGE_SIZE } from '@lapse/protocol';
import { type Clock, type DriverObservation, SessionDriver } from '@lapse/transport';
import type { History } from './history.ts';
import { ENDPOINT_PATH } from './service-process.ts';

export interface ClientsOptions {
  readonly scenario: Scenario;
  readonly clock: Clock;
  readonly history: History;
  /** Where sessions connect to: the proxy, or the service itself on a direct path. */
  readonly targetPort: number;
  readonly servicePort: number;
}

/** The application of a scenario: one thread that performs the workload's steps in order, each when the one before has returned. */
export class Clients {
  readonly #options: ClientsOptions;
  readonly #open: (() => void)[] = [];
  #session = 0;
  #driver: SessionDriver | undefined;
  #busy = false;
  #waiting: Step[] = [];

  constructor(options: ClientsOptions) {
    this.#options = options;
  }

  perform(step: Step): void {
    this.#waiting.push(step);
    this.#next();
  }

  /** Resets whatever is still connected. */
  close(): void {
    this.#waiting = [];
    for (const close of this.#open) close();
  }

  #next(): void {
    if (this.#busy) return;
    const step = this.#waiting.shift();
    if (step !== undefined) this.#start(step);
  }

  #start(step: Step): void {
    switch (step.do) {
      case 'connect':
        this.#connectRaw();
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
    const { scenario, clock, targetPort, servicePort } = this.#options;
    const { openTimeout, closeTimeout, callStyle, preambleCut } = scenario.client;
    this.#session += 1;
    const connection = this.#session;
    const via = `net.tcp://127.0.0.1:${servicePort}${ENDPOINT_PATH}?session=${connection}`;
    const driver = new SessionDriver({
      machine: clientChannel({
        via,
        openTimeout,
        closeTimeout,
        pumping: callStyle === 'duplex',
        maxReceivedMessageSize: MAX_RECEIVED_MESSAGE_SIZE,
      }),
      clock,
      observe: (observation, at) => this.#observed(connection, observation, at),
      connect: () => connect({ host: '127.0.0.1', port: targetPort, allowHalfOpen: true, noDelay: true }),
      ...(preambleCut === undefined ? {} : { cut: preambleCut }),
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

  /** A bare socket: no machine and no timer. It connects and is silent. */
  #connectRaw(): void {
    const { history, targetPort, clock } = this.#options;
    this.#session += 1;
    const side = { side: 'client', connection: this.#session } as const;
    const started = clock.now();
    let connected = false;
    const socket = connect({ host: '127.0.0.1', port: targetPort, allowHalfOpen: true, noDelay: true });
    socket.once('connect', () => {
      connected = true;
      history.write({ ...side, type: 'connected', ...portsOf(socket) });
    });
    socket.on('data', (bytes) => history.write({ ...side, type: 'received', bytes: new Uint8Array(bytes) }));
    socket.on('end', () => history.write({ ...side, type: 'peerEnded' }));
    socket.on('error', ({ code, message }: NodeJS.ErrnoException) => {
      const failed = { type: 'connectFailed', code: code ?? message, lasted: clock.now() - started } as const;
      history.write({ ...side, ...(connected ? ({ type: 'peerReset' } as const) : failed) });
    });
    this.#open.push(() => socket.destroy());
  }
}

function portsOf({ localPort = 0, remotePort = 0 }: Socket) {
  return { localPort, remotePort };
}
