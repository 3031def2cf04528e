import { describe, expect, test } from '@jest/globals';
import {
  type ClientFramingEvent,
  clientFraming,
  encodeRecord,
  FRAMING_FAULT,
  type FrameRecord,
  type FrameViolation,
  frameDecoder,
  type ServiceFramingEvent,
  serviceFraming,
  TLS_UPGRADE,
} from './index.ts';
import { concatenate, FRAMING_MODE } from './record.ts';
import { bytesOf, bytewise, pieces } from './testing/bytes.ts';
import { serve } from './testing/peers.ts';
import { type Capture, captures, type Direction, FAMILIES } from './testing/vectors.ts';

/** Captures of which not one byte was kept (testdata/README.md). */
const WITHOUT_BYTES = [
  'dotnet-server/wrong-to',
  'mono/nettcp-closed-port',
  'mono/nettcp-too-big-reply',
  'mono/nettcp-too-big-request',
  'mono/nettcp-unknown-host-name',
  'mono/nettcp-via',
  'mono/rs-element',
  'mono/rs-element-client',
  'mono/rs-element11',
  'mono/rs-nettcp-prop',
  'mono/tls-sslstream',
];

/** Directions that are no records from some byte on, with the address of that byte. */
const NO_RECORDS: Readonly<Record<string, Pick<FrameViolation, 'rule' | 'offset'>>> = {
  'dotnet-server/raw-http-get c2s': { rule: 'wcf-wire 1.1', offset: 0 },
  'dotnet-server/raw-size-varint-6 c2s': { rule: 'wcf-wire 1.2', offset: 41 },
  'dotnet-server/raw-unknown-record c2s': { rule: 'wcf-wire 1.1', offset: 40 },
  'mono/rs-wshttp c2s': { rule: 'wcf-wire 1.1', offset: 0 },
  'mono/rs-wshttp s2c': { rule: 'wcf-wire 1.1', offset: 0 },
};

interface Refusal {
  readonly rule: string;
  readonly offset: number;
  readonly state: string;
  readonly fault?: string;
}

const NOT_FOUND = { rule: 'wcf-wire 1.9', offset: 5, state: 'via', fault: FRAMING_FAULT.endpointNotFound };
const WRONG_MODE = { rule: 'wcf-wire 1.9', offset: 5, state: 'via', fault: FRAMING_FAULT.unsupportedMode };
const WRONG_CONTENT = { rule: 'wcf-wire 1.9', offset: 37, state: 'encoding', fault: FRAMING_FAULT.contentTypeInvalid };
const WRONG_UPGRADE = { rule: 'wcf-wire 1.9', offset: 39, state: 'upgradeOrEnd', fault: FRAMING_FAULT.upgradeInvalid };
const TOO_BIG = { rule: 'wcf-wire 1.9', offset: 185, state: 'open', fault: FRAMING_FAULT.maxMessageSizeExceeded };

/**
 * Clients that our service, which is the .NET Framework's, must refuse, and where. CoreWCF went further with some:
 * it looks neither at the port of a via nor at the mode, and resets where a fault is due (wcf-wire 1.9).
 */
const REFUSED: Readonly<Record<string, Refusal>> = {
  'dotnet-server/buffered-client-streamed-server': WRONG_MODE,
  'dotnet-server/raw-encoding-7': WRONG_CONTENT,
  'dotnet-server/raw-envelope-after-end': { rule: 'wcf-wire 1.5', offset: 188, state: 'idle' },
  'dotnet-server/raw-http-get': { rule: 'wcf-wire 1.1', offset: 0, state: 'idle' },
  'dotnet-server/raw-mode-4': { rule: 'wcf-wire 1.9', offset: 3, state: 'mode' },
  'dotnet-server/raw-mode-9': { rule: 'wcf-wire 1.9', offset: 3, state: 'mode', fault: FRAMING_FAULT.unsupportedMode },
  'dotnet-server/raw-size-varint-6': { rule: 'wcf-wire 1.2', offset: 41, state: 'open' },
  'dotnet-server/raw-streamed-encoding-8': WRONG_CONTENT,
  'dotnet-server/raw-unknown-record': { rule: 'wcf-wire 1.1', offset: 40, state: 'open' },
  'dotnet-server/raw-upgrade-to-plain': WRONG_UPGRADE,
  'dotnet-server/raw-upgrade-unknown': WRONG_UPGRADE,
  'dotnet-server/raw-version-2': {
    rule: 'wcf-wire 1.9',
    offset: 0,
    state: 'idle',
    fault: FRAMING_FAULT.unsupportedVersion,
  },
  'dotnet-server/raw-via-2049': { rule: 'wcf-wire 1.9', offset: 6, state: 'via' },
  'dotnet-server/raw-via-not-uri': { rule: 'wcf-wire 1.5', offset: 5, state: 'via' },
  'dotnet-server/raw-wrong-via': NOT_FOUND,
  'dotnet-server/raw-wrong-via-port': NOT_FOUND,
  'dotnet-server/streamed-client-buffered-server': WRONG_MODE,
  'dotnet-server/text-client-binary-server': WRONG_CONTENT,
  'dotnet-server/tls-client-none': { rule: 'wcf-wire 1.5', offset: 39, state: 'upgradeOrEnd' },
  'dotnet-server/tls-server-none': WRONG_UPGRADE,
  'dotnet-server/too-big-request': TOO_BIG,
  'dotnet-server/too-big-request-oneway': TOO_BIG,
  'dotnet-server/wrong-path': NOT_FOUND,
  'mono/rs-wshttp': { rule: 'wcf-wire 1.1', offset: 0, state: 'idle' },
};

/** Clients whose bytes end where a service finds the connection broken: no envelope of the session had come whole. */
const BROKEN_OFF = [
  'dotnet-server/raw-encoding-extensible',
  'dotnet-server/raw-fin-after-ack',
  'dotnet-server/raw-fin-mid-record',
  'dotnet-server/raw-second-preamble-early',
  'dotnet-server/raw-via-2048',
  'dotnet-server/raw-via-case',
  'dotnet-server/raw-via-host',
  'dotnet-server/raw-via-longer-path',
  'mono/nettcp-open-timeout',
  'mono/nettcp-open-timeout-implicit',
  'mono/nettcp-streamed',
  'mono/nettcp-streamed.run1',
];

/** The largest captured message and via, with room: here the records count, not the quotas. */
const WIDE = { maxReceivedMessageSize: 4 * 1_024 * 1_024, maxViaSize: 4_096 };

/** Above it a stream is cut in pieces that straddle every border instead of single bytes. */
const LONG = 500_000;

interface Stream {
  readonly name: string;
  readonly connection: string;
  readonly direction: Direction;
  readonly bytes: Uint8Array;
  /** Types of the records, in order. */
  readonly types: readonly string[];
  readonly capture: Capture;
}

const CAPTURES = FAMILIES.flatMap((family) =>
  captures(family).map((capture) => ({ ...capture, name: `${family}/${capture.name}` })),
);

const STREAMS = CAPTURES.flatMap((capture) =>
  capture.connections.flatMap((connection) =>
    (['c2s', 's2c'] as const).map((direction): Stream => {
      const { name } = capture;
      const types = typesIn(connection[direction].records);
      return {
        name,
        connection: connection.connection,
        direction,
        bytes: bytesOf(connection[direction]),
        types,
        capture,
      };
    }),
  ),
);

function typesIn(runs: string): readonly string[] {
  return runs.split(' ').flatMap((run) => {
    const [type = '', count = '1'] = run.split('*');
    return type === '' ? [] : Array<string>(Number(count)).fill(type);
  });
}

function cut(bytes: Uint8Array): readonly Uint8Array[] {
  return bytes.length > LONG ? pieces(bytes, 1_009) : bytewise(bytes);
}

test('every capture is here, and has bytes or is listed', () => {
  expect(CAPTURES).toHaveLength(47 + 68 + 67);
  expect(CAPTURES.filter(({ connections }) => connections.length === 0).map(({ name }) => name)).toEqual(WITHOUT_BYTES);
});

describe('the records of every capture, up to its upgrade', () => {
  test.each(STREAMS)('$name, connection $connection, $direction', ({ name, direction, bytes, types }) => {
    const items = frameDecoder(WIDE).push(bytes);
    expect(items.filter(isRecord).map(({ type }) => type)).toEqual(types);
    expect(items.filter((item) => item.type === 'violation').map(addressOf)).toEqual(
      [NO_RECORDS[`${name} ${direction}`] ?? []].flat(),
    );
    const decoder = frameDecoder(WIDE);
    expect(shown(cut(bytes).flatMap((piece) => decoder.push(piece)))).toBe(shown(items));
  });

  test('what was parsed is written back to the same bytes', () => {
    const parsed = STREAMS.filter(({ name, direction }) => NO_RECORDS[`${name} ${direction}`] === undefined);
    const written = parsed.map(({ bytes }) => frameDecoder(WIDE).push(bytes).filter(isRecord).map(encodeRecord));
    const lengths = written.map((records) => records.reduce((sum, record) => sum + record.length, 0));
    const unfinished = parsed.filter(({ bytes }, index) => bytes.length !== lengths[index]).map(({ name }) => name);
    expect(unfinished).toEqual(['dotnet-server/raw-fin-mid-record']);
  });
});

/** As text with payloads in hex, because comparing a megabyte element by element takes seconds. */
function shown(items: readonly object[]): string {
  return JSON.stringify(items, (_, value) =>
    value instanceof Uint8Array ? Buffer.from(value).toString('hex') : value,
  );
}

function isRecord(item: FrameRecord | FrameViolation): item is FrameRecord {
  return item.type !== 'violation';
}

function addressOf(violation: FrameViolation) {
  return { rule: violation.rule, offset: violation.offset };
}

describe('every captured client against our service', () => {
  const streams = STREAMS.filter(({ direction }) => direction === 'c2s');

  test.each(streams)('$name, connection $connection', ({ name, bytes, types, capture }) => {
    const refusal = REFUSED[name];
    const service = serviceOf(capture);
    const events = serve(service, [bytes]);
    expect(events.flatMap(refusalIn)).toEqual(refusal === undefined ? [] : [refusal]);
    if (refusal === undefined) {
      expect(events.map(({ type }) => type)).toEqual(types.flatMap((type) => MEANING[type] ?? []));
      const broken = BROKEN_OFF.includes(name) || types.at(-1) === 'upgradeRequest';
      expect(service.endOfInput() === 'broken').toBe(broken);
    }
    expect(shown(serve(serviceOf(capture), cut(bytes)))).toBe(shown(events));
  });

  test('every capture that is listed exists', () => {
    const names = CAPTURES.map(({ name }) => name);
    expect([...Object.keys(REFUSED), ...BROKEN_OFF].filter((name) => !names.includes(name))).toEqual([]);
  });
});

/** The events of a service and of a client that record types lead to. Mode and via are told with the content type. */
const MEANING: Readonly<Record<string, (ServiceFramingEvent | ClientFramingEvent)['type']>> = {
  version: 'preambleStarted',
  knownEncoding: 'contentTypeRead',
  extensibleEncoding: 'contentTypeRead',
  upgradeRequest: 'upgradeRequested',
  preambleEnd: 'preambleEnded',
  sizedEnvelope: 'envelope',
  unsizedEnvelope: 'envelope',
  end: 'ended',
  upgradeResponse: 'upgradeAccepted',
  preambleAck: 'acknowledged',
  fault: 'framingFault',
};

function serviceOf({ endpoint, maxReceivedMessageSize }: Capture) {
  const nowhere = { path: '/', mode: 'duplex', contentType: 'none' } as const;
  return serviceFraming(endpoint ?? nowhere, maxReceivedMessageSize === undefined ? {} : { maxReceivedMessageSize });
}

function refusalIn(event: ServiceFramingEvent): readonly Refusal[] {
  if (event.type !== 'violation') return [];
  const { rule, offset, state, fault } = event;
  return [{ rule, offset, state, ...(fault === undefined ? {} : { fault }) }];
}

describe('every captured service against our client', () => {
  const streams = STREAMS.filter(({ direction }) => direction === 's2c');

  test.each(streams.filter(({ name }) => name !== 'mono/rs-wshttp'))('$name, connection $connection', (stream) => {
    for (const records of sessionsIn(stream)) {
      const bytes = concatenate(records.map(encodeRecord));
      const client = clientOf(stream);
      const events = client.receive(bytes);
      expect(events.map(({ type }) => type)).toEqual(read(records).flatMap(({ type }) => MEANING[type] ?? []));
      const slow = clientOf(stream);
      expect(shown(cut(bytes).flatMap((piece) => slow.receive(piece)))).toBe(shown(events));
    }
  });

  test('a web server is recognized by its first byte', () => {
    const [answer] = streams.filter(({ name }) => name === 'mono/rs-wshttp');
    const events = clientFraming().receive(answer?.bytes ?? new Uint8Array());
    const address = { rule: 'wcf-wire 1.1', offset: 0, state: 'awaitAck' };
    expect(events).toMatchObject([{ type: 'violation', ...address, hint: 'http' }]);
  });

  test('nothing but a second fault record and an envelope after End goes unread', () => {
    const unread = streams.filter((stream) =>
      sessionsIn(stream).some((records) => records.length > read(records).length),
    );
    expect(unread.map(({ name }) => name)).toEqual([
      'dotnet/plain-server-end',
      'dotnet-server/raw-wrong-via',
      'dotnet-server/wrong-path',
    ]);
  });
});

/** A service's records by session: behind an End, what can only begin an answer belongs to the next one. */
function sessionsIn({ bytes }: Stream): readonly (readonly FrameRecord[])[] {
  const sessions: FrameRecord[][] = [];
  let previous: string | undefined;
  for (const record of frameDecoder(WIDE).push(bytes).filter(isRecord)) {
    const begins = record.type === 'preambleAck' || record.type === 'upgradeResponse';
    if (previous === undefined || (previous === 'end' && begins)) sessions.push([]);
    sessions.at(-1)?.push(record);
    previous = record.type;
  }
  return sessions;
}

/** What a client reads of a session: up to its End, or to a fault. */
function read(records: readonly FrameRecord[]): readonly FrameRecord[] {
  const last = records.findIndex(({ type }) => type === 'end' || type === 'fault');
  return last < 0 ? records : records.slice(0, last + 1);
}

/** A client that announced what the captured one did on this connection. */
function clientOf({ capture, connection }: Stream) {
  const sent = STREAMS.find(
    (stream) => stream.capture === capture && stream.connection === connection && stream.direction === 'c2s',
  );
  const mode = sent?.bytes[4] === FRAMING_MODE.singletonUnsized ? 'singletonUnsized' : 'duplex';
  const upgrade = sent?.types.includes('upgradeRequest') ? { upgrade: TLS_UPGRADE } : {};
  return clientFraming(WIDE, { mode, ...upgrade });
}
