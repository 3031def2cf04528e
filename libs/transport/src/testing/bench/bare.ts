import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import type { Connect } from './load.ts';

/** What every byte of the service's is compared with: it writes back what it has read, and knows no messages. */
export function echoBare(socket: Socket): void {
  socket.on('data', (bytes) => socket.write(bytes));
  socket.on('error', () => socket.destroy());
}

/** A client of that: a message is answered when so many bytes have come back. */
export function bareConnect(port: number, size: number): Connect {
  const message = Buffer.alloc(size, 'x');
  return async (answered) => {
    const socket = connect({ host: '127.0.0.1', port, noDelay: true });
    let received = 0;
    socket.on('data', (bytes) => {
      received += bytes.length;
      for (; received >= size; received -= size) answered();
    });
    await once(socket, 'connect');
    return { send: () => socket.write(message), close: () => socket.destroy() };
  };
}
