import { connect, type Socket } from 'node:net';
import { CANARY_MARK } from './listener.ts';

/** A ping: the mark, then its number in four bytes, big endian, in sixteen bytes altogether. */
const PING_SIZE = 16;

export interface CanaryEvents {
  readonly answered: (ping: number) => void;
  /** FIN or RST reached the canary, or it could not connect. */
  readonly ended: () => void;
}

/** A connection of ours, to be answered by a mock service, that shows what the path does to bytes. */
export interface Canary {
  readonly localPort: number;
  /** Sends ping `number`; nothing happens when the connection has ended. */
  ping(number: number): void;
  close(): void;
}

/** Connects a canary to 127.0.0.1. Rejects when the connection is refused. */
export async function connectCanary(port: number, events: CanaryEvents): Promise<Canary> {
  const socket = connect({ host: '127.0.0.1', port, noDelay: true });
  await connected(socket);
  let open = true;
  const end = () => {
    if (open) events.ended();
    open = false;
  };
  socket.on('data', pings(events.answered));
  socket.on('error', end);
  socket.on('close', end);
  return {
    localPort: socket.localPort ?? 0,
    ping: (number) => {
      if (open) socket.write(encodePing(number));
    },
    close: () => {
      open = false;
      socket.destroy();
    },
  };
}

function connected(socket: Socket): Promise<void> {
  return new Promise((resolve, reject) => {
    socket.once('connect', () => {
      socket.removeListener('error', reject);
      resolve();
    });
    socket.once('error', reject);
  });
}

function encodePing(number: number): Uint8Array {
  const bytes = new Uint8Array(PING_SIZE).fill(CANARY_MARK);
  new DataView(bytes.buffer).setUint32(1, number);
  return bytes;
}

/** Reads pings out of a stream that may be cut anywhere. */
function pings(answered: (ping: number) => void): (bytes: Uint8Array) => void {
  let rest = Buffer.alloc(0);
  return (bytes) => {
    rest = Buffer.concat([rest, bytes]);
    while (rest.length >= PING_SIZE) {
      answered(rest.readUInt32BE(1));
      rest = rest.subarray(PING_SIZE);
    }
  };
}
