import { connect, type Socket } from 'node:net';
import type { Step } from '@lapse/experiment';
import { encodePreamble } from '@lapse/protocol';
import { alarm, type Clock } from '@lapse/transport';
import type { Endpoint } from './path.ts';
import type { Recorder } from './stamped-lines.ts';

export interface RawClientOptions {
  readonly clock: Clock;
  readonly history: Recorder;
  readonly connectTo: Endpoint;
  /** Number of its session. */
  readonly connection: number;
  /** The address that its preamble names, should it send one. */
  readonly via: string;
  readonly drip?: Step['drip'];
}

/** A bare socket: no machine and no timer. It connects, and is silent or drips a preamble. Returns what closes it. */
export function connectRaw(options: RawClientOptions): () => void {
  const { history, clock, connectTo, connection, drip } = options;
  const side = { side: 'client', connection } as const;
  const started = clock.now();
  let connected = false;
  const socket = connect({ ...connectTo, allowHalfOpen: true, noDelay: true });
  socket.once('connect', () => {
    connected = true;
    history.write({ ...side, type: 'connected', ...portsOf(socket) });
    if (drip !== undefined) dripPreamble(socket, drip, options);
  });
  socket.on('data', (bytes) => history.write({ ...side, type: 'received', bytes: new Uint8Array(bytes) }));
  socket.on('end', () => history.write({ ...side, type: 'peerEnded' }));
  socket.on('error', ({ code, message }: NodeJS.ErrnoException) => {
    const failed = { type: 'connectFailed', code: code ?? message, lasted: clock.now() - started } as const;
    history.write({ ...side, ...(connected ? ({ type: 'peerReset' } as const) : failed) });
  });
  return () => socket.destroy();
}

/** Writes the preamble of a session so many bytes at a time, each write at its own instant, until all is sent or nobody listens. */
function dripPreamble(
  socket: Socket,
  drip: NonNullable<Step['drip']>,
  { clock, history, connection, via }: RawClientOptions,
): void {
  const preamble = encodePreamble({ via, mode: 'duplex' });
  const began = clock.now();
  let writes = 0;
  const write = (): void => {
    const bytes = preamble.subarray(writes * drip.bytes, (writes + 1) * drip.bytes);
    if (bytes.length === 0 || socket.destroyed || socket.readableEnded) return;
    writes += 1;
    history.write({ side: 'client', connection, type: 'transmit', id: writes, bytes, what: 'drip' });
    socket.write(bytes);
    next.set(began + writes * drip.every);
  };
  const next = alarm(clock, write);
  socket.once('close', () => next.set(undefined));
  write();
}

function portsOf({ localPort = 0, remotePort = 0 }: Socket) {
  return { localPort, remotePort };
}
