// Streamed mode without a channel: our framing, encoding and SOAP over sockets, for one call a connection.
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import {
  binaryMessageDecoder,
  binaryMessageEncoder,
  type ClientFramingEvent,
  callMessage,
  clientFraming,
  dispatch,
  encodePreamble,
  encodeRecord,
  type Message,
  type OutgoingMessage,
  outcomeOf,
  type ReplyOutcome,
  readMessage,
  replyMessage,
  type ServiceFramingEvent,
  serviceFraming,
  TEST_SERVICE,
  testOperations,
  twoWayOperation,
  writeMessage,
} from '@lapse/protocol';
import { LARGEST_MESSAGE } from './messages.ts';

const MODE = 'singletonUnsized';
const LIMITS = { maxReceivedMessageSize: LARGEST_MESSAGE };
/** Pieces of a streamed message, as WCF's writer fills its buffers; bytes. */
const CHUNK = 8_192;
const END = encodeRecord({ type: 'end' });

/** Calls Echo at a streamed endpoint, and reads until the service's End. */
export async function callStreamed(address: string, s: string): Promise<ReplyOutcome> {
  const { hostname: host, port } = new URL(address);
  const socket = connect({ host, port: Number(port), noDelay: true });
  const operation = twoWayOperation(TEST_SERVICE.operations, 'Echo');
  const framing = clientFraming(LIMITS, { mode: MODE });
  let outcome: ReplyOutcome | undefined;
  socket.write(encodePreamble({ via: address, mode: MODE }));
  for await (const bytes of socket) {
    for (const event of framing.receive(bytes)) {
      if (event.type === 'acknowledged') {
        const request = callMessage(operation, { s }, { to: address, messageId: `urn:uuid:${randomUUID()}` });
        socket.write(envelope(request));
        socket.write(END);
      } else if (event.type === 'envelope') outcome = outcomeOf(messageIn(event.payload), operation);
      else if (event.type === 'ended') socket.end();
      else throw unexpected(event);
    }
    if (framing.state() === 'inputClosed') break;
  }
  if (outcome === undefined) throw new Error('the service ended without a reply');
  return outcome;
}

/** A streamed endpoint of our service's contract, whose operations take no time. */
export interface StreamedService {
  readonly address: string;
  /** How many replies it has given. */
  replies(): number;
  close(): void;
}

export async function streamedService(): Promise<StreamedService> {
  let replies = 0;
  let port = 0;
  const sockets = new Set<Socket>();
  const server = createServer({ allowHalfOpen: true, noDelay: true }, (socket) => {
    const framing = serviceFraming({ path: '/test', port, mode: MODE, contentType: 'application/soap+msbin1' }, LIMITS);
    const handle = (event: ServiceFramingEvent): void => {
      if (event.type === 'preambleEnded') socket.write(encodeRecord({ type: 'preambleAck' }));
      else if (event.type === 'envelope') {
        socket.write(envelope(replyTo(messageIn(event.payload), port)));
        replies += 1;
      } else if (event.type === 'ended') {
        socket.write(END);
        framing.reuse().forEach(handle);
      } else if (event.type === 'violation') socket.destroy(new Error(JSON.stringify(event)));
    };
    sockets.add(socket);
    socket.on('data', (bytes) => framing.receive(bytes).forEach(handle));
    socket.on('end', () => socket.end());
    socket.on('error', () => socket.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const bound = server.address();
  if (bound === null || typeof bound === 'string') throw new Error('a TCP listener has a port');
  port = bound.port;
  const close = () => {
    server.close();
    for (const socket of sockets) socket.destroy();
  };
  return { address: `net.tcp://127.0.0.1:${port}/test`, replies: () => replies, close };
}

function replyTo(request: Message, port: number): OutgoingMessage {
  const called = dispatch(request, { operations: TEST_SERVICE.operations, address: { path: '/test', port } });
  if (called.type === 'refused') throw new Error(`${request.action} is refused`);
  const { outcome } = testOperations({ operation: called.operation.name, values: called.values, ordinal: 1 });
  if (called.operation.oneWay || outcome.type !== 'return')
    throw new Error(`${called.operation.name} does not just reply`);
  const reply = replyMessage(request, { operation: called.operation, values: outcome.results }, { mode: MODE });
  if (reply === undefined) throw new Error('the request wants no reply');
  return reply;
}

/** Nothing is remembered from one message to the next: each has its own encoder. */
function envelope(message: OutgoingMessage): Uint8Array {
  const payload = binaryMessageEncoder({ session: false }).encode(writeMessage(message));
  const starts = Array.from({ length: Math.ceil(payload.length / CHUNK) }, (_, index) => index * CHUNK);
  return encodeRecord({ type: 'unsizedEnvelope', chunks: starts.map((at) => payload.subarray(at, at + CHUNK)) });
}

function messageIn(payload: Uint8Array): Message {
  const quotas = { maxStringContentLength: LARGEST_MESSAGE };
  const decoder = binaryMessageDecoder({ session: false, ...LIMITS, quotas });
  const document = decoder.decode(payload);
  const message = document.type === 'violation' ? document : readMessage(document.root);
  if (message.type === 'violation') throw new Error(`an envelope breaks ${message.rule}`);
  return message;
}

function unexpected(event: ClientFramingEvent): Error {
  return new Error(`the service said ${JSON.stringify(event)}`);
}
