import { readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { expect, test } from '@jest/globals';
import {
  binaryMessageDecoder,
  CAPTURED_DUPLEX_TEST,
  CAPTURED_TEST,
  frameDecoder,
  type Operation,
  readMessage,
  readReplyBody,
  type TwoWayOperation,
} from '@lapse/protocol';
import type { ContractName } from './contracts.ts';
import { RunningService } from './testing/running-service.ts';

// What a dotnet/wcf client wrote to a service once, byte by byte; only the port of its address is ours.

interface Capture {
  readonly name: string;
  readonly endpoint: { readonly port: number };
  readonly connections: readonly {
    readonly c2s: { readonly hex: string };
    readonly s2c: { readonly hex: string };
  }[];
}

const CAPTURES: readonly Capture[] = JSON.parse(
  readFileSync(new URL('../../../libs/protocol/testdata/captures/dotnet.json', import.meta.url), 'utf8'),
);

function capture(name: string) {
  const found = CAPTURES.find((candidate) => candidate.name === name);
  const connection = found?.connections[0];
  if (found === undefined || connection === undefined) throw new Error(`nothing is captured as ${name}`);
  const { c2s, s2c } = connection;
  return { port: found.endpoint.port, c2s: Buffer.from(c2s.hex, 'hex'), s2c: Buffer.from(s2c.hex, 'hex') };
}

/** The same bytes for another port of five digits: sizes stay. */
function readdressed(bytes: Buffer, from: number, to: number): Buffer {
  return Buffer.from(bytes.toString('latin1').replaceAll(`:${from}/`, `:${to}/`), 'latin1');
}

/** Sends everything in one write, and reads to the End of the last session. */
function conversation(port: number, bytes: Buffer, ends: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host: '127.0.0.1', port }, () => socket.write(bytes));
    let read = Buffer.alloc(0);
    socket.on('data', (more) => {
      read = Buffer.concat([read, more]);
      if (
        frameDecoder()
          .push(read)
          .filter(({ type }) => type === 'end').length < ends
      )
        return;
      socket.destroy();
      resolve(read);
    });
    socket.once('error', reject);
    socket.once('end', () => reject(new Error('the service closed the connection')));
  });
}

/** The records of a service, and its messages as their reader understands them. */
function understood(bytes: Buffer, operations: readonly Operation[]): readonly unknown[] {
  let decoder = binaryMessageDecoder({ session: true });
  const replying = operations.filter((operation): operation is TwoWayOperation => !operation.oneWay);
  return frameDecoder()
    .push(bytes)
    .map((record) => {
      if (record.type === 'preambleAck') decoder = binaryMessageDecoder({ session: true });
      if (record.type !== 'sizedEnvelope') return record.type;
      const document = decoder.decode(record.payload);
      const message = document.type === 'violation' ? document : readMessage(document.root);
      if (message.type === 'violation') throw new Error(JSON.stringify(message));
      const { action, relatesTo, to, content } = message;
      const operation = replying.find(({ replyAction }) => replyAction === action);
      const body = content.type === 'body' && operation ? readReplyBody(operation, content.body) : content;
      return { action, relatesTo, to, body };
    });
}

test.each<readonly [name: string, contract: ContractName, operations: readonly Operation[], sessions: number]>([
  ['plain-binary', 'capturedTest', CAPTURED_TEST.operations, 1],
  ['plain-async', 'capturedTest', CAPTURED_TEST.operations, 1],
  ['plain-pooled-reuse', 'capturedTest', CAPTURED_TEST.operations, 2],
  ['plain-duplex', 'capturedDuplexTest', CAPTURED_DUPLEX_TEST.operations, 1],
])('the client of %s is answered as it was then', async (name, contract, operations, sessions) => {
  await using service = new RunningService({ contract });
  const port = await service.port();
  expect(String(port)).toHaveLength(5);
  const { port: capturedPort, c2s, s2c } = capture(name);
  const answered = await conversation(port, readdressed(c2s, capturedPort, port), sessions);
  expect(understood(answered, operations)).toEqual(understood(s2c, operations));
  const ended = await service.line(({ type }) => type === 'sessionEnded', sessions);
  expect(ended).toMatchObject({ connection: 1, why: { code: 'peerEnded' } });
});
