import { createServer, type Server, type Socket } from 'node:net';
import type { ChannelEffect, ChannelEvent, Machine, TimerName } from '@lapse/protocol';
import type { Clock } from './clock.ts';
import { type DriverObservation, SessionDriver } from './session-driver.ts';

/** A canary's first byte: no framing record begins with it, so it can never be a session. */
export const CANARY_MARK = 0xff;

export type ListenerObservation = DriverObservation | { readonly type: 'canary'; readonly what: 'recognised' };

export interface ListenerOptions {
  readonly port: number;
  /** The address to listen on; absent: 127.0.0.1. */
  readonly host?: string;
  readonly clock: Clock;
  /** A machine for each connection that is accepted. */
  readonly machine: () => Machine<ChannelEvent, ChannelEffect, TimerName>;
  /** `connection` counts accepted connections from 1. */
  readonly observe: (connection: number, observation: ListenerObservation, at: number) => void;
}

export interface Listener {
  readonly port: number;
  /** Stops accepting and resets what is still connected. */
  close(): void;
}

/** Listens. A connection that starts with the canary's mark is echoed, and loses its machine. */
export function listen(options: ListenerOptions): Promise<Listener> {
  const served = new Map<Socket, SessionDriver>();
  let connections = 0;
  const server = createServer({ allowHalfOpen: true, noDelay: true }, (socket) => {
    connections += 1;
    served.set(socket, serve(socket, connections, options));
    socket.once('close', () => served.delete(socket));
  });
  const close = () => {
    server.close();
    for (const [socket, driver] of served) {
      driver.dismiss();
      socket.destroy();
    }
  };
  return listening(server, options, close);
}

/** Gives back whatever comes, on any free port of 127.0.0.1: for canaries whose service does not. */
export function listenEcho(): Promise<Listener> {
  const connected = new Set<Socket>();
  const server = createServer({ allowHalfOpen: true, noDelay: true }, (socket) => {
    connected.add(socket);
    socket.once('close', () => connected.delete(socket));
    echo(socket);
  });
  return listening(server, { port: 0 }, () => {
    server.close();
    for (const socket of connected) socket.destroy();
  });
}

function listening(
  server: Server,
  { port, host = '127.0.0.1' }: Pick<ListenerOptions, 'port' | 'host'>,
  close: Listener['close'],
): Promise<Listener> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => resolve({ port: portOf(server), close }));
  });
}

function serve(socket: Socket, connection: number, { clock, machine, observe }: ListenerOptions): SessionDriver {
  const driver = new SessionDriver({
    machine: machine(),
    clock,
    observe: (observation, at) => observe(connection, observation, at),
  });
  socket.prependOnceListener('data', (first) => {
    if (first[0] !== CANARY_MARK) return;
    driver.dismiss();
    observe(connection, { type: 'canary', what: 'recognised' }, clock.now());
    echo(socket);
    socket.write(first);
  });
  driver.accept(socket);
  return driver;
}

function echo(socket: Socket): void {
  socket.on('error', () => socket.destroy());
  socket.on('end', () => socket.end());
  socket.on('data', (bytes) => socket.write(bytes));
}

function portOf(server: Server): number {
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('a TCP listener has a port');
  return address.port;
}
