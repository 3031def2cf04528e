import type { Socket } from 'node:net';
import type { ChannelEffect, ConnectionPool, Instant, Machine, SessionEvent, TimerName } from '@lapse/protocol';
import { type Alarm, alarm } from './alarm.ts';
import type { Clock } from './clock.ts';

/** What may be told from outside. What the sockets do, the driver tells by itself. */
export type ToldEvent = Exclude<SessionEvent, { readonly type: 'accepted' | 'connected' }>;

/**
 * What a driver reports: events and effects of its machine as they are, and what only the sockets know. Of a call the values and
 * results too, which may be bytes and bigints: `historyLine` says how they are recorded.
 */
export type DriverObservation =
  | ToldEvent
  | ChannelEffect
  | { readonly type: 'accepted'; readonly peerPort: number }
  | ({ readonly type: 'connected'; readonly reused?: true } & Ports)
  | { readonly type: 'cut'; readonly id: number; readonly sent: number; readonly of: number };

interface Ports {
  readonly localPort: number;
  readonly remotePort: number;
}

/** A connection, and the ports that it had when it was made: a socket that was reset has none any more. */
export interface Connection extends Ports {
  readonly socket: Socket;
  readonly connectedAt: Instant;
}

export type Observe = (observation: DriverObservation, at: Instant) => void;

export interface DriverOptions {
  /** A client's channel or proxy, or a connection of the service, which is never told of calls. */
  readonly machine: Machine<SessionEvent, ChannelEffect, TimerName>;
  readonly clock: Clock;
  readonly observe: Observe;
  /** Answers the machine's `connect`; absent for an accepted connection. */
  readonly connect?: () => Socket;
  /** Answers `connect` before `connect` does, with connections that its sessions left whole. */
  readonly pool?: ConnectionPool<Connection>;
  /** Writes the first transmission on each connection in two parts: `after` bytes, the rest `pause` milliseconds later. */
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
  #connection: Connection | undefined;
  #listeners: Readonly<Record<string, (bytes: Uint8Array) => void>> = {};
  #dismissed = false;
  #cut: DriverOptions['cut'];

  constructor(options: DriverOptions) {
    this.#options = options;
    this.#alarm = alarm(options.clock, () => this.tell({ type: 'timeout' }));
  }

  /** Tells the machine an event that happens now. Throws what the machine throws: `InvalidOperation`, for our own caller. */
  tell(event: ToldEvent): void {
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
    this.#alarm.stop();
  }

  #handle(event: SessionEvent, observed: DriverObservation): void {
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
        this.#alarm.stop();
        if (effect.how === 'abort') this.#reset();
        else if (effect.how === 'pool') this.#pool();
        else this.#socket?.end();
        break;
      default:
        break;
    }
  }

  #connect(): void {
    const { pool, clock, observe } = this.#options;
    const { pooled, expired = [] } = pool?.take(clock.now()) ?? {};
    for (const { connection, why } of expired) {
      connection.socket.end();
      observe({ type: 'discarded', why: { code: why } }, clock.now());
    }
    if (pooled === undefined) this.#connectAfresh();
    else process.nextTick(() => this.#reuse(pooled));
  }

  #connectAfresh(): void {
    const { clock } = this.#options;
    const started = clock.now();
    const socket = this.#options.connect?.();
    if (socket === undefined) throw new Error('this driver has nothing to connect to');
    socket.once('connect', () => {
      socket.removeListener('error', failed);
      this.#adopt(socket);
      const { localPort = 0, remotePort = 0 } = socket;
      this.#connection = { socket, connectedAt: clock.now(), localPort, remotePort };
      this.#handle({ type: 'connected' }, { type: 'connected', localPort, remotePort });
    });
    const failed = (error: NodeJS.ErrnoException) =>
      this.tell({
        type: 'connectFailed',
        code: error.code ?? error.message,
        lasted: clock.now() - started,
      });
    socket.once('error', failed);
  }

  /** What happened to a connection in its pool is told now, to the first who uses it: that it ended, or that it was reset. */
  #reuse(connection: Connection): void {
    const { socket, localPort, remotePort } = connection;
    socket.removeListener('error', ignore);
    this.#connection = connection;
    this.#adopt(socket);
    this.#handle({ type: 'connected', reused: true }, { type: 'connected', reused: true, localPort, remotePort });
    if (socket.destroyed) this.tell({ type: 'peerReset' });
    else if (socket.readableEnded) this.tell({ type: 'peerEnded' });
    else socket.resume();
  }

  /** Leaves the connection to its pool: nobody reads, and what comes waits for whoever does. */
  #pool(): void {
    const { pool } = this.#options;
    const connection = this.#connection;
    this.#socket = undefined;
    if (connection === undefined || pool === undefined) throw new Error('this driver has no pool to leave it to');
    const { socket } = connection;
    for (const [name, listener] of Object.entries(this.#listeners)) socket.removeListener(name, listener);
    socket.on('error', ignore);
    socket.pause();
    pool.put(connection, { connectedAt: connection.connectedAt, now: this.#options.clock.now() });
  }

  /** What a connection reports that was let go is the echo of that, and is not told. */
  #adopt(socket: Socket): void {
    const tell = (event: ToldEvent) => {
      if (this.#socket === socket) this.tell(event);
    };
    this.#socket = socket;
    this.#cut = this.#options.cut;
    this.#listeners = {
      data: ({ buffer, byteOffset, length }) =>
        tell({ type: 'received', bytes: new Uint8Array(buffer, byteOffset, length) }),
      end: () => tell({ type: 'peerEnded' }),
      error: () => tell({ type: 'peerReset' }),
    };
    for (const [name, listener] of Object.entries(this.#listeners)) socket.on(name, listener);
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

function ignore(): void {}
