import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { binaryMessageDecoder, type DecoderSettings, READER_QUOTAS } from '../encoding/index.ts';
import { CAPTURED_ECHO, EnvelopeReader, EnvelopeWriter, readMessage, requestBody, twoWayOperation } from './index.ts';
import { CAPTURED_MESSAGES } from './testing/captures.ts';

const WIDE = 4 * 1_024 * 1_024;

/** As messages are read one after another, without anything put aside. */
function plainReader(settings: DecoderSettings) {
  const decoder = binaryMessageDecoder(settings);
  return (payload: Uint8Array) => {
    const document = decoder.decode(payload);
    return document.type === 'violation' ? document : readMessage(document.root);
  };
}

describe('every captured message is read as without anything put aside, the second time too', () => {
  test.each(CAPTURED_MESSAGES)('$name, connection $connection, $direction', ({ messages }) => {
    for (const session of new Set(messages.map((message) => message.session))) {
      const own = messages.filter((message) => message.session === session);
      const isBuffered = own.some((message) => message.isBuffered);
      const reader = new EnvelopeReader({ session: isBuffered, maxReceivedMessageSize: WIDE });
      const read = plainReader({ session: isBuffered, maxReceivedMessageSize: WIDE });
      // A table that defines strings may come only once.
      const payloads = own.map(({ payload }) => payload);
      const again = payloads.filter(([table]) => !isBuffered || table === 0);
      for (const payload of [...payloads, ...again]) expect(reader.read(payload)).toEqual(read(payload));
    }
  });
});

const ECHO = twoWayOperation(CAPTURED_ECHO.operations, 'Echo');
const ID = 'urn:uuid:3731d6ab-5d92-4149-9f45-895f67e32763';

function payloads(texts: readonly string[], session = false): readonly Uint8Array[] {
  const writer = new EnvelopeWriter({ session });
  return texts.map((text) => {
    const body = requestBody(ECHO, { s: text });
    return writer.write({ type: 'request', action: ECHO.action, messageId: ID, to: 'net.tcp://here/svc', body });
  });
}

/** The reader remembers the first; what it puts aside is the same object in each message that is like it. */
function isReadAlike(reader: EnvelopeReader, payload: Uint8Array): boolean {
  const [one, other] = [reader.read(payload), reader.read(payload)];
  return one.type === 'message' && other.type === 'message' && one.headers === other.headers;
}

describe('a message like one before', () => {
  test.each([true, false])('is known by its bytes; with a table per session: %s', (session) => {
    const [first, second, third] = payloads(['first', 'second', 'x'.repeat(70_000)], session);
    const reader = new EnvelopeReader({ session, maxReceivedMessageSize: WIDE, quotas: READER_QUOTAS });
    for (const payload of [first, second, third]) if (payload !== undefined) reader.read(payload);
    expect([second, third].map((payload) => payload && isReadAlike(reader, payload))).toEqual([true, true]);
  });

  test('is read in full where it has no value, or another form of text', () => {
    const [first, empty, wide] = payloads(['first', '', '日本']);
    const reader = new EnvelopeReader({ session: false });
    if (first !== undefined) reader.read(first);
    expect([empty, wide].map((payload) => payload && isReadAlike(reader, payload))).toEqual([false, false]);
  });

  test('is refused where it is too large, or its text too long, or the text no UTF-8', () => {
    const [short = new Uint8Array(), long = new Uint8Array()] = payloads(['short', 'x'.repeat(60)]);
    const broken = short.map((byte, index) => (index === short.length - 5 ? 0xff : byte));
    for (const settings of [
      { session: false, maxReceivedMessageSize: short.length },
      { session: false, quotas: { maxStringContentLength: 59 } },
    ]) {
      const reader = new EnvelopeReader(settings);
      const read = plainReader(settings);
      reader.read(short);
      const found = [long, broken].map((payload) => reader.read(payload));
      expect(found.map(({ type }) => type)).toEqual(['violation', 'violation']);
      expect(found).toEqual([long, broken].map(read));
    }
  });
});

describe('a message that differs in any byte', () => {
  const [first = new Uint8Array(), other = new Uint8Array()] = payloads(['first', 'y'.repeat(256)]);

  test.each([0x00, 0x01, 0x99, 0xff])('from now %d is read as without anything put aside', (value) => {
    const reader = new EnvelopeReader({ session: false });
    const read = plainReader({ session: false });
    for (const payload of [first, other]) {
      reader.read(payload);
      for (const place of payload.keys()) {
        const changed = payload.with(place, value);
        expect(reader.read(changed)).toEqual(read(changed));
      }
    }
  });

  test('or in its length is read as without anything put aside', () => {
    const reader = new EnvelopeReader({ session: false });
    const read = plainReader({ session: false });
    reader.read(first);
    const cut = fc.tuple(fc.nat(first.length), fc.nat(4), fc.uint8Array({ maxLength: 4 }));
    fc.assert(
      fc.property(cut, ([place, removed, added]) => {
        const changed = Uint8Array.of(...first.slice(0, place), ...added, ...first.slice(place + removed));
        expect(reader.read(changed)).toEqual(read(changed));
      }),
      { numRuns: 1_000 },
    );
  });
});

test('after a violation of the string table nothing is known by its bytes any more', () => {
  const [first = new Uint8Array(), second = new Uint8Array(), third = new Uint8Array()] = payloads(
    ['a', 'b', 'c'],
    true,
  );
  const reader = new EnvelopeReader({ session: true });
  expect([first, second, third].map((payload) => reader.read(payload).type)).toEqual(['message', 'message', 'message']);
  expect(reader.read(Uint8Array.of(0x05, 0xff)).type).toBe('violation');
  expect(reader.read(third).type).toBe('violation');
});
