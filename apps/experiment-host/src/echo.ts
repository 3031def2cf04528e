import { createServer, type Socket } from 'node:net';

/** Gives back whatever it gets: what canaries are answered by where the service is none of ours. */
export interface Echo {
  readonly port: number;
  close(): void;
}

/** Listens on 127.0.0.1, on any free port. */
export function listenEcho(): Promise<Echo> {
  const connected = new Set<Socket>();
  const server = createServer({ noDelay: true }, (socket) => {
    connected.add(socket);
    socket.on('error', () => socket.destroy());
    socket.once('close', () => connected.delete(socket));
    socket.pipe(socket);
  });
  const close = () => {
    server.close();
    for (const socket of connected) socket.destroy();
  };
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      if (address === null || typeof address === 'string') throw new Error('a TCP listener has a port');
      resolve({ port: address.port, close });
    });
  });
}
