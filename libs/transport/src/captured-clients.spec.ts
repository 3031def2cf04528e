import { EventEmitter, once } from 'node:events';
import { readFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { afterEach, expect, test } from '@jest/globals';
import {
  binaryMessageDecoder,
  CAPTURED_DUPLEX,
  CAPTURED_ECHO,
  type FrameRecord,
  frameDecoder,
  MAX_RECEIVED_MESSAGE_SIZE,
  readMessage,
  type ServiceEndpoint,
  serviceConnection,
  testOperations,
} from '@lapse/protocol';
import { monotonicClock } from './clock.ts';
import { type Listener, type ListenerObservation, listen } from './listener.ts';

// Recorded clients over real sockets: each record when our service has written what the recorded one had written before it
// (libs/protocol/testdata/replay.md). The endpoint has the recorded port, its socket any.

interface Recording {
  readonly endpoint: ServiceEndpoint;
  readonly maxReceivedMessageSize: number;
  readonly c2s: Buffer;
  readonly s2c: Buffer;
  readonly timeline: string;
}

interface Capture {
  readonly name: string;
  readonly endpoint: ServiceEndpoint;
  readonly maxReceivedMessageSize?: number;
  readonly connections: readonly [Readonly<Record<'c2s' | 's2c', Written>>];
}

interface Written {
  readonly hex?: string;
  readonly parts?: readonly (readonly [hex: string, repeat: number])[];
}

interface Timelines {
  readonly 'dotnet-server': readonly {
    readonly name: string;
    readonly connections?: Readonly<Record<string, string>>;
  }[];
}

const CAPTURES: readonly Capture[] = testData('captures/dotnet-server.json');
const TIMELINES: Timelines = testData('replay.json');

function testData(file: string) {
  return JSON.parse(readFileSync(new URL(`../../protocol/testdata/${file}`, import.meta.url), 'utf8'));
}

function recording(name: string): Recording {
  const capture = CAPTURES.find((candidate) => candidate.name === name);
  const timeline = TIMELINES['dotnet-server'].find((candidate) => candidate.name === name)?.connections?.['1'];
  if (capture === undefined || timeline === undefined) throw new Error(`nothing is recorded as ${name}`);
  const { endpoint, maxReceivedMessageSize = MAX_RECEIVED_MESSAGE_SIZE } = capture;
  const [{ c2s, s2c }] = capture.connections;
  return { endpoint, maxReceivedMessageSize, c2s: bytesOf(c2s), s2c: bytesOf(s2c), timeline };
}

function bytesOf({ hex, parts = [] }: Written): Buffer {
  return Buffer.from(hex ?? parts.map(([pattern, repeat]) => pattern.repeat(repeat)).join(''), 'hex');
}

const open: Listener[] = [];

afterEach(() => {
  for (const listener of open.splice(0)) listener.close();
});

async function service({ endpoint, maxReceivedMessageSize }: Recording) {
  const seen: ListenerObservation[] = [];
  const news = new EventEmitter();
  const timeouts = { channelInitializationTimeout: 5_000, openTimeout: 5_000, closeTimeout: 5_000, idleTimeout: 5_000 };
  const contract = endpoint.path === '/dup' ? CAPTURED_DUPLEX : CAPTURED_ECHO;
  const calls = { contract, operations: testOperations, concurrencyMode: 'single', sendTimeout: 5_000 } as const;
  const told = { includeExceptionDetailInFaults: false, nextMessageId: () => 'urn:uuid:no-callback-is-answered' };
  const listener = await listen({
    port: 0,
    clock: monotonicClock(),
    machine: () =>
      serviceConnection({
        ...{ endpoint, maxReceivedMessageSize, receiveTimeout: 5_000, ...timeouts },
        calls: { ...calls, ...told },
      }),
    observe: (_, observation) => {
      seen.push(observation);
      news.emit('seen');
    },
  });
  open.push(listener);
  const until = async (holds: (seen: readonly ListenerObservation[]) => boolean) => {
    while (!holds(seen)) await once(news, 'seen');
  };
  return { port: listener.port, seen, until };
}

/** What a client reads of its service, and how that ends. */
class Reading {
  #bytes = Buffer.alloc(0);
  #ending: 'FIN' | 'reset' | undefined;
  readonly #socket: Socket;

  constructor(socket: Socket) {
    this.#socket = socket;
    socket.on('data', (more) => {
      this.#bytes = Buffer.concat([this.#bytes, more]);
      socket.emit('read');
    });
    socket.on('end', () => this.#end('FIN'));
    socket.on('error', () => this.#end('reset'));
  }

  get records(): readonly FrameRecord[] {
    return recordsIn(this.#bytes);
  }

  async until(count: number): Promise<void> {
    while (this.#ending === undefined && this.records.length < count) await once(this.#socket, 'read');
  }

  async ending(): Promise<string> {
    while (this.#ending === undefined) await once(this.#socket, 'read');
    return this.#ending;
  }

  #end(how: 'FIN' | 'reset'): void {
    this.#ending ??= how;
    this.#socket.emit('read');
  }
}

function recordsIn(bytes: Uint8Array): readonly FrameRecord[] {
  return frameDecoder()
    .push(bytes)
    .filter((record) => record.type !== 'violation');
}

/** Plays the client, and tells what it read: records, and at last the ending, unless it has reset the connection itself. */
async function conversation(
  port: number,
  { c2s, s2c, timeline }: Recording,
  beforeReset?: () => Promise<void>,
): Promise<readonly unknown[]> {
  const socket = connect({ host: '127.0.0.1', port, allowHalfOpen: true, noDelay: true });
  const reading = new Reading(socket);
  const offset = { '>': 0, '<': 0 };
  let isReset = false;
  for (const [, direction, what = ''] of timeline.matchAll(/([<>])(\w+)/g)) {
    const count = Number(what);
    if (direction === '<' && count > 0) {
      offset['<'] += count;
      await reading.until(recordsIn(s2c.subarray(0, offset['<'])).length);
    } else if (direction === '>' && count > 0) {
      socket.write(c2s.subarray(offset['>'], offset['>'] + count));
      offset['>'] += count;
    } else if (direction === '>' && what === 'fin') {
      socket.end();
    } else if (direction === '>') {
      isReset = true;
      await beforeReset?.();
      socket.resetAndDestroy();
    }
  }
  if (isReset) return understood(reading.records);
  const ending = await reading.ending();
  socket.destroy();
  return [...understood(reading.records), ending];
}

function understood(records: readonly FrameRecord[]): readonly unknown[] {
  let decoder = binaryMessageDecoder({ session: true });
  return records.map((record) => {
    if (record.type === 'preambleAck') decoder = binaryMessageDecoder({ session: true });
    if (record.type === 'fault') return record.fault;
    if (record.type !== 'sizedEnvelope') return record.type;
    const document = decoder.decode(record.payload);
    const message = document.type === 'violation' ? document : readMessage(document.root);
    if (message.type === 'violation') throw new Error(JSON.stringify(message));
    const { action, relatesTo, to, content } = message;
    return { action, relatesTo, to, content: content.type };
  });
}

/** The recorded service's side of it. */
function recorded({ s2c, timeline }: Recording): readonly unknown[] {
  const [, ending] = /<(fin|rst)/.exec(timeline) ?? [];
  const told = understood(recordsIn(s2c));
  if (ending === undefined) return told;
  return [...told, ending === 'fin' ? 'FIN' : 'reset'];
}

test.each([
  'plain-binary',
  'oneway',
  'pool-reuse',
  'unknown-action',
  'duplex-ticks',
  'raw-pipelined',
  'raw-preamble-plus-message',
  'raw-second-preamble-early',
  'raw-wrong-params',
  'raw-wrong-to',
  'raw-fin-after-ack',
  'raw-fin-mid-record',
  'raw-via-2049',
  'raw-bad-dictionary-id',
  'raw-version-2',
])('the client of %s reads what it read then, also the second time', async (name) => {
  const one = recording(name);
  const { port } = await service(one);
  expect(await conversation(port, one)).toEqual(recorded(one));
  expect(await conversation(port, one)).toEqual(recorded(one));
});

test('a client that resets in a call leaves an operation that runs on, and a service that serves', async () => {
  const one = recording('client-abort-in-call');
  const { port, seen, until } = await service(one);
  const isCalled = () => until((all) => all.some(({ type }) => type === 'dispatched'));
  expect(await conversation(port, one, isCalled)).toEqual(['preambleAck']);
  await until((all) => all.some(({ type }) => type === 'sessionEnded'));
  expect(seen.filter(({ type }) => type === 'sessionEnded')).toMatchObject([{ why: { code: 'connectionReset' } }]);
  const other = recording('plain-binary');
  expect(await conversation(port, { ...other, c2s: readdressed(other, one) })).toEqual(recorded(other));
  await until((all) => all.filter(isSlow).length === 2);
  expect(seen.filter(isSlow)).toMatchObject([{ how: 'replied' }, { how: 'unanswerable' }]);
});

function isSlow(observation: ListenerObservation): boolean {
  return observation.type === 'executed' && observation.operation === 'Slow';
}

/** Ports of five digits: sizes stay. */
function readdressed({ c2s, endpoint }: Recording, to: Recording): Buffer {
  return Buffer.from(c2s.toString('latin1').replaceAll(`:${endpoint.port}/`, `:${to.endpoint.port}/`), 'latin1');
}
