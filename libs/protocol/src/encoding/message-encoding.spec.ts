import { describe, expect, test } from '@jest/globals';
import { bytesOf as bytesWritten, fromHex } from '../framing/testing/bytes.ts';
import { InvalidOperation } from '../machine.ts';
import { characters, declaration, element, NO_NAMESPACE, type Vocabulary, type XmlElement } from './infoset.ts';
import { binaryMessageDecoder, binaryMessageEncoder, type MessageDecoder } from './message-encoding.ts';
import { documentIn, hexOf } from './testing/bytes.ts';
import { DEFLATE, GZIP } from './testing/compression.ts';
import { expected, printed } from './testing/print.ts';
import { REFUSED_TABLES } from './testing/refusals.ts';
import { type MessageVector, VECTORS } from './testing/vectors.ts';

const TEMPURI: Vocabulary = { prefix: '', namespace: 'http://tempuri.org/', origin: 'session' };

/** A message whose names belong to a contract. */
function call(operation: string, text: string): XmlElement {
  return element(TEMPURI, operation, declaration(TEMPURI), element(TEMPURI, 's', characters(text)));
}

/** `call('E', 'a')` without any id. */
const INLINE = '4001450813687474703a2f2f74656d707572692e6f72672f40017399016101';

/** Messages that share a session: by the longest prefix that names a group; `singleton-` ones are alone. */
function groupOf({ name }: MessageVector): string {
  if (name.startsWith('singleton-')) return name;
  return ['nmf-', 'rm05x-', 'rm05-', 'rm11x-', 'rm11-'].find((prefix) => name.startsWith(prefix)) ?? '';
}

interface Played {
  readonly vector: MessageVector;
  readonly read: string;
  readonly written: string;
}

/** Reads and writes all messages of a group and direction, in order; an alternative stands in place of another message. */
function play(vectors: readonly MessageVector[], alternative?: MessageVector): readonly Played[] {
  const session = !vectors[0]?.name.startsWith('singleton-');
  const decoder = binaryMessageDecoder({ session });
  const encoder = binaryMessageEncoder({ session });
  return vectors.map((listed) => {
    const vector = listed.name === alternative?.alternativeOf ? alternative : listed;
    const document = documentIn(decoder.decode(fromHex(vector.payload)));
    return { vector, read: printed(document), written: hexOf(encoder.encode(document)) };
  });
}

const LISTED = VECTORS.messages.filter(({ alternativeOf }) => alternativeOf === undefined);
const SESSIONS = Object.values(Object.groupBy(LISTED, (vector) => `${groupOf(vector)} ${vector.direction}`));
const ALTERNATIVES = VECTORS.messages.filter(({ alternativeOf }) => alternativeOf !== undefined);
const PLAYED = [
  ...SESSIONS.flatMap((vectors) => play(vectors ?? [])),
  ...ALTERNATIVES.flatMap((alternative) => {
    const session = SESSIONS.find((vectors) => vectors?.some(({ name }) => name === alternative.alternativeOf));
    return play(session ?? [], alternative).filter(({ vector }) => vector === alternative);
  }),
];

describe('a message of a session, DICT-1 to DICT-4 and DICT-9', () => {
  test.each(PLAYED)('$vector.name decodes, and is written to the same bytes', ({ vector, read, written }) => {
    expect(read).toBe(expected(vector.infoset));
    expect(written).toBe(hexOf(fromHex(vector.payload)));
  });

  test('no message is left out', () => {
    expect(PLAYED).toHaveLength(55);
  });
});

describe('DICT-7, DICT-8 a string table', () => {
  test.each(VECTORS.sessionTables)('$expect: $name', ({ name, payloads, expect: outcome, infoset = '' }) => {
    const decoder = binaryMessageDecoder({ session: true });
    const reads = payloads.map((parts) => decoder.decode(bytesWritten({ parts })));
    for (const read of reads.slice(0, -1)) expect(read.type).toBe('document');
    const last = reads.at(-1);
    expect(outcome === 'reject').toBe(REFUSED_TABLES[name] !== undefined);
    if (outcome === 'reject') expect(last).toMatchObject({ type: 'violation', ...REFUSED_TABLES[name] });
    else expect(last?.type === 'document' ? printed(last) : last).toBe(infoset);
  });

  test('no vector is left out', () => {
    expect(VECTORS.sessionTables).toHaveLength(17);
  });

  test('a malformed table poisons the session: later payloads are refused whatever they are', () => {
    const decoder = binaryMessageDecoder({ session: true });
    expect(decoder.decode(fromHex('02 05 78 79 7A 40 01 65 01'))).toEqual({
      type: 'violation',
      rule: 'wcf-wire 3.3',
      offset: 1,
      state: 'stringTable',
      exception: {
        name: 'InvalidDataException',
        message: 'The binary encoder session information is not properly formed.',
      },
    });
    expect(decoder.decode(fromHex('00 40 01 65 01'))).toMatchObject({
      rule: 'wcf-wire 3.3',
      state: 'payload',
      exception: { message: expect.stringMatching(/^The binary encoder session is not valid/) },
    });
  });

  test('a malformed document leaves the table alone', () => {
    const decoder = binaryMessageDecoder({ session: true });
    expect(decoder.decode(fromHex('02 01 78 40 01 65'))).toMatchObject({ rule: 'wcf-wire 2.3', offset: 6 });
    expect(printed(documentIn(decoder.decode(fromHex('00 42 01 01'))))).toBe('<x></x>');
  });

  test('a table over the budget is refused with the quota that WCF names', () => {
    const decoder = binaryMessageDecoder({ session: true, maxSessionSize: 10 });
    expect(decoder.decode(fromHex('0B 0A 78 78 78 78 78 78 78 78 78 78 40 01 65 01'))).toMatchObject({
      rule: 'wcf-wire 3.3',
      offset: 0,
      exception: {
        name: 'CommunicationException',
        inner: { name: 'QuotaExceededException', message: expect.stringMatching(/maximum size quota \(10\)/) },
      },
    });
  });
});

describe('an encoder', () => {
  test('DICT-3 a second identical message has an empty table and the same ids', () => {
    const encoder = binaryMessageEncoder({ session: true });
    const first = hexOf(encoder.encode(call('Echo', 'a')));
    const second = hexOf(encoder.encode(call('Echo', 'a')));
    expect(first.slice(0, 2)).toBe('1b');
    expect(second).toBe(`00${first.slice(2 * (1 + 0x1b))}`);
  });

  test('DICT-5 a new session defines its strings again', () => {
    const payload = hexOf(binaryMessageEncoder({ session: true }).encode(call('Echo', 'a')));
    expect(hexOf(binaryMessageEncoder({ session: true }).encode(call('Echo', 'a')))).toBe(payload);
  });

  test('DICT-6 with 3000 bytes of names every message still decodes at a peer that is limited to 2048', () => {
    const encoder = binaryMessageEncoder({ session: true });
    const decoder = binaryMessageDecoder({ session: true });
    const tables = Array.from({ length: 300 }, (_, index) => {
      const message = call(`Operation${index}`, 'x');
      const payload = encoder.encode(message);
      expect(printed(documentIn(decoder.decode(payload)))).toBe(printed(message));
      return payload[0] ?? 0;
    });
    const budget = tables.reduce((sum, size) => sum + size, 0);
    expect(budget).toBeLessThanOrEqual(2_048);
    expect(budget).toBeGreaterThan(2_048 - 'Operation100'.length - 1);
    expect(tables.at(-1)).toBe(0);
  });

  test('the first string that does not fit ends the table for good, though a shorter one would fit', () => {
    const encoder = binaryMessageEncoder({ session: true, maxSessionSize: 24 });
    const named = (local: string) => element({ ...NO_NAMESPACE, origin: 'session' }, local);
    expect(hexOf(encoder.encode(named('twentyThreeCharactersXX'))).slice(0, 4)).toBe('1817');
    const full = binaryMessageEncoder({ session: true, maxSessionSize: 23 });
    expect(hexOf(full.encode(named('twentyThreeCharactersXX'))).slice(0, 4)).toBe('0040');
    expect(hexOf(full.encode(named('x')))).toBe('0040017801');
  });

  test('a string is charged by its bytes, not by its characters', () => {
    const named = element({ ...NO_NAMESPACE, origin: 'session' }, 'ééé');
    const encode = (maxSessionSize: number) => binaryMessageEncoder({ session: true, maxSessionSize }).encode(named)[0];
    expect([encode(6), encode(7)]).toEqual([0, 7]);
  });

  test('a session size of zero leaves all tables empty', () => {
    const encoder = binaryMessageEncoder({ session: true, maxSessionSize: 0 });
    expect(hexOf(encoder.encode(call('E', 'a')))).toBe(`00${INLINE}`);
  });

  test('what cannot be written throws, and defines nothing', () => {
    const encoder = binaryMessageEncoder({ session: true });
    expect(() => encoder.encode(call('Echo', '\ud800'))).toThrow(InvalidOperation);
    const afterwards = hexOf(encoder.encode(call('Other', 'a')));
    expect(afterwards).toBe(hexOf(binaryMessageEncoder({ session: true }).encode(call('Other', 'a'))));
  });

  test('DICT-9 without a session there is no table, and the strings of a session travel inline', () => {
    const payload = binaryMessageEncoder({ session: false }).encode(call('E', 'a'));
    expect(hexOf(payload)).toBe(INLINE);
  });
});

describe('a decoder', () => {
  test('DICT-8 a session id is refused where there is no session', () => {
    const decoder = binaryMessageDecoder({ session: false });
    expect(decoder.decode(fromHex('42 01 01'))).toMatchObject({ rule: 'wcf-wire 3.2', offset: 0, state: 'startTag' });
  });

  test('a payload of the largest size passes, and one byte more is refused with the quota that WCF names', () => {
    const decode = (maxReceivedMessageSize: number) =>
      binaryMessageDecoder({ session: true, maxReceivedMessageSize }).decode(fromHex('00 40 01 65 01'));
    expect(decode(5).type).toBe('document');
    expect(decode(4)).toMatchObject({
      rule: 'wcf-wire 1.9',
      exception: { inner: { message: expect.stringMatching(/maximum message size quota .* \(4\)/) } },
    });
  });
});

describe('a compressed session', () => {
  const decoderFor = (contentType: string): MessageDecoder =>
    binaryMessageDecoder({ session: true, compression: contentType.endsWith('+gzip') ? GZIP : DEFLATE });

  test.each(VECTORS.compressedPayloads)('$expect: $name', ({ contentType, hex, expect: outcome, sameAs }) => {
    const read = decoderFor(contentType).decode(fromHex(hex));
    if (outcome === 'reject') {
      expect(read).toMatchObject({ rule: 'wcf-wire 3.4', exception: { name: 'InvalidDataException' } });
    } else {
      const plain = VECTORS.messages.find(({ name }) => name === sameAs);
      expect(printed(documentIn(read))).toBe(plain?.infoset);
    }
  });

  test('no vector is left out', () => {
    expect(VECTORS.compressedPayloads).toHaveLength(6);
  });

  test.each([
    ['gzip', GZIP],
    ['deflate', DEFLATE],
  ] as const)('%s: the table is packed with the document', (_, compression) => {
    const encoder = binaryMessageEncoder({ session: true, compression });
    const decoder = binaryMessageDecoder({ session: true, compression });
    const plain = binaryMessageEncoder({ session: true }).encode(call('Echo', 'a'));
    const payload = encoder.encode(call('Echo', 'a'));
    expect(compression.unpack(payload, 1_000)).toEqual(plain);
    expect(printed(documentIn(decoder.decode(payload)))).toBe(printed(call('Echo', 'a')));
  });

  test('a payload that unpacks to more than a message may hold is refused unread', () => {
    const encoder = binaryMessageEncoder({ session: true, compression: GZIP });
    const decoder = binaryMessageDecoder({ session: true, compression: GZIP, maxReceivedMessageSize: 10_000 });
    const payload = encoder.encode(call('Echo', 'a'.repeat(10_000)));
    expect(payload.length).toBeLessThan(200);
    expect(decoder.decode(payload)).toMatchObject({ rule: 'wcf-wire 1.9', state: 'payload' });
  });
});
