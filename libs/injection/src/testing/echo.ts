import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';

/** A service that sends back whatever it gets. */
export interface EchoService extends AsyncDisposable {
  readonly port: number;
  /** Bytes that have reached it, on all connections. */
  received(): number;
}

export async function startEcho(): Promise<EchoService> {
  const sockets = new Set<Socket>();
  let received = 0;
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('data', (bytes) => {
      received += bytes.length;
      socket.write(bytes);
    });
    socket.on('error', () => undefined);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('A TCP server has an address with a port.');
  return {
    port: address.port,
    received: () => received,
    [Symbol.asyncDispose]: async () => {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}

/** A connection that keeps what it reads as text, and remembers how it ended. */
export interface EchoClient extends Disposable {
  write(text: string): void;
  /** Resolves once everything read so far is `text`. */
  hears(text: string): Promise<void>;
  heard(): string;
  ended: Promise<'fin' | 'error'>;
}

export async function connectEcho(port: number): Promise<EchoClient> {
  const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true });
  let heard = '';
  socket.on('data', (bytes) => {
    heard += bytes.toString('latin1');
  });
  const ended = new Promise<'fin' | 'error'>((resolve) => {
    socket.on('end', () => resolve('fin'));
    socket.on('error', () => resolve('error'));
  });
  await once(socket, 'connect');
  return {
    write: (text) => socket.write(text, 'latin1'),
    heard: () => heard,
    hears: async (text) => {
      while (heard !== text) await once(socket, 'data');
    },
    ended,
    [Symbol.dispose]: () => socket.destroy(),
  };
}
