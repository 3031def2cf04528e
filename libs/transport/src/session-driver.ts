import type { Socket } from 'node:net';
import type { ChannelEffect, ChannelEvent, Instant, Machine, TimerName } from '@lapse/protocol';
import { type Alarm, alarm } from './alarm.ts';
import type { Clock } from './clock.ts';

/** What a driver reports: events and effects of its machine as they are, and what only the sockets know. */
export type DriverObservation =
  | Exclude<ChannelEvent, { readonly type: 'accepted' | 'connected' }>
  | ChannelEffect
  | { readonly type: 'accepted'; readonly peerPort: number }
  | { readonly type: 'connected'; readonly localPort: number; readonly remotePort: number }
  | { readonly type: 'cut'; readonly id: number; readonly sent: number; readonly of: number };

export type Observe = (observation: DriverObservation, at: Instant) => void;

export interface DriverOptions {
  readonly machine: Machine<ChannelEvent, ChannelEffect, TimerName>;
  readonly clock: Clock;
  readonly observe: Observe;
  /** Answers the machine's `connect`; absent for an accepted connection. */
  readonly connect?: () => Socket;
  /** Writes the first transmission in two parts: `after` bytes, the rest `pause` milliseconds later. */
  readonly cut?: { readonly after: number; readonly pause: number };
}

interface Cut {
  readonly bytes: Uint8Array;
  readonly after: number;
  readonly pause: number;
}

/** Performs what a machine wants, in order and synchronously, and tells it what happens to its one connection and one timer. */
export class SessionDriver {
  readonly #options: DriverOptions;
  readonly #alarm: Alarm;
  #socket: Socket | undefined;
  #dismissed = false;
  #cut: DriverOptions['cut'];

  constructor(options: DriverOptions) {
    this.#options = options;
    this.#cut = options.cut;
    this.#alarm = alarm(options.clock, () => this.tell({ type: 'timeout' }));
  }

  /** Tells the machine an event that happens now. Throws what the machine throws: `InvalidOperation`, for our own caller. */
  tell(event: Exclude<ChannelEvent, { readonly type: 'accepted' | 'connected' }>): void {
    this.#handle(event, event);
  }

  /** Takes over an accepted connection. */
  accept(socket: Socket): void {
    this.#adopt(socket);
    this.#handle({ type: 'accepted' }, { type: 'accepted', peerPort: socket.remotePort ?? 0 });
  }

  /** Lets go of the connection and the timer without a trace: the connection turned out to be none of the machine's. */
  dismiss(): void {
    this.#dismissed = true;
    this.#alarm.set(undefined);
  }

  #handle(event: ChannelEvent, observed: DriverObservation): void {
    if (this.#dismissed) return;
    const { machine, clock, observe } = this.#options;
    const now = clock.now();
    observe(observed, now);
    for (const effect of machine.handle(event, now)) {
      observe(effect, now);
      this.#perform(effect);
    }
    this.#alarm.set(machine.deadline()?.at);
  }

  #perform(effect: ChannelEffect): void {
    switch (effect.type) {
      case 'connect':
        this.#connect();
        break;
      case 'transmit':
        this.#transmit(effect.id, effect.bytes);
        break;
      case 'disconnect':
        if (effect.how === 'abort') this.#reset();
        else this.#socket?.end();
        break;
      default:
        break;
    }
  }

  #connect(): void {
    const started = this.#options.clock.now();
    const socket = this.#options.connect?.();
    if (socket === undefined) throw new Error('this driver has nothing to connect to');
    socket.once('connect', () => {
      socket.removeListener('error', failed);
      this.#adopt(socket);
      const { localPort = 0, remotePort = 0 } = socket;
      this.#handle({ type: 'connected' }, { type: 'connected', localPort, remotePort });
    });
    const failed = (error: NodeJS.ErrnoException) =>
      this.tell({
        type: 'connectFailed',
        code: error.code ?? error.message,
        lasted: this.#options.clock.now() - started,
      });
    socket.once('error', failed);
  }

  #adopt(socket: Socket): void {
    this.#socket = socket;
    const ours = (tell: () => void) => {
      if (this.#socket === socket) tell();
    };
    socket.on('data', (bytes) => ours(() => this.tell({ type: 'received', bytes: new Uint8Array(bytes) })));
    socket.on('end', () => ours(() => this.tell({ type: 'peerEnded' })));
    socket.on('error', () => ours(() => this.tell({ type: 'peerReset' })));
  }

  #transmit(id: number, bytes: Uint8Array): void {
    const socket = this.#socket;
    if (socket === undefined) return;
    const cut = this.#cut;
    this.#cut = undefined;
    if (cut === undefined || cut.after >= bytes.length) this.#write(socket, id, bytes);
    else this.#writeInTwo(socket, id, { bytes, ...cut });
  }

  #writeInTwo(socket: Socket, id: number, { bytes, after, pause }: Cut): void {
    socket.write(bytes.subarray(0, after));
    this.#options.observe({ type: 'cut', id, sent: after, of: bytes.length }, this.#options.clock.now());
    setTimeout(() => this.#write(socket, id, bytes.subarray(after)), pause);
  }

  #write(socket: Socket, id: number, bytes: Uint8Array): void {
    if (socket.destroyed) return;
    socket.write(bytes, (error) => {
      if (!error && this.#socket === socket) this.tell({ type: 'transmitted', id });
    });
  }

  /**
   * RST (linger 0). What the socket reports from now on is the echo of that, and is not told. While a FIN is on its way out
   * Node cannot reset (EINVAL, and the socket would stay open for ever): the RST waits for the FIN. Where the FIN itself waits
   * for bytes that nobody takes, the connection is just closed.
   */
  #reset(): void {
    const socket = this.#socket;
    this.#socket = undefined;
    if (socket === undefined) return;
    if (!socket.writableEnded || socket.writableFinished) socket.resetAndDestroy();
    else if (socket.writableLength > 0) socket.destroy();
    else socket.once('finish', () => socket.resetAndDestroy());
  }
}
