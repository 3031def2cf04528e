import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { InvalidOperation } from '../machine.ts';
import { encodePreamble, encodeRecord, type FrameRecord, frameDecoder, TLS_UPGRADE } from './index.ts';
import { concatenate } from './record.ts';
import { bytewise, fromHex, piecesAt } from './testing/bytes.ts';
import { type RecordVector, session, VECTORS } from './testing/vectors.ts';

/** An End: it decodes, so that what is read of it shows. */
const TAIL = Uint8Array.of(0x07);

describe('records (wcf-wire 1.1)', () => {
  test.each(VECTORS.framingRecords)('$meaning decodes whole, byte by byte and with a tail', (vector) => {
    const bytes = fromHex(vector.hex);
    const record = expectedRecord(vector);
    expect(frameDecoder().push(bytes)).toEqual([record]);
    const decoder = frameDecoder();
    expect(bytewise(bytes).flatMap((byte) => decoder.push(byte))).toEqual([record]);
    expect(frameDecoder().push(concatenate([bytes, TAIL]))[0]).toEqual(record);
  });

  test.each(VECTORS.framingRecords)('$meaning encodes to the bytes of the vector', ({ hex }) => {
    const bytes = fromHex(hex);
    const encoded = frameDecoder()
      .push(bytes)
      .map((record) => (record.type === 'violation' ? new Uint8Array() : encodeRecord(record)));
    expect(encoded).toEqual([bytes]);
  });

  test('every record type has a vector', () => {
    expect(new Set(VECTORS.framingRecords.map(({ record }) => record.type)).size).toBe(13);
  });
});

function expectedRecord({ record }: RecordVector) {
  if (record.payload !== undefined) return { ...record, payload: fromHex(record.payload) };
  return record.chunks === undefined ? record : { ...record, chunks: record.chunks.map(fromHex) };
}

describe('upgrade records (wcf-wire 1.5)', () => {
  const REQUEST: FrameRecord = { type: 'upgradeRequest', protocol: TLS_UPGRADE };

  test.each([REQUEST, { type: 'upgradeResponse' } as const])(
    'the decoder stops behind $type with its leftover',
    (upgrade) => {
      const decoder = frameDecoder();
      expect(decoder.push(concatenate([encodeRecord(upgrade), Uint8Array.of(0x16, 0x03)]))).toEqual([upgrade]);
      expect(decoder.push(Uint8Array.of(0x01))).toEqual([]);
      expect(decoder.leftover()).toEqual(Uint8Array.of(0x16, 0x03, 0x01));
      expect(decoder.leftover()).toEqual(new Uint8Array());
      expect(decoder.resume()).toEqual([]);
      expect(decoder.push(Uint8Array.of(0x0c, 0x07))).toEqual([{ type: 'preambleEnd' }, { type: 'end' }]);
    },
  );

  test('what is not taken as leftover is read after resume', () => {
    const decoder = frameDecoder();
    decoder.push(Uint8Array.of(0x0a, 0x0b));
    expect(decoder.resume()).toEqual([{ type: 'preambleAck' }]);
  });

  test('a decoder that has not stopped has no leftover and nothing to resume', () => {
    const decoder = frameDecoder();
    decoder.push(Uint8Array.of(0x06, 0x02, 0x01));
    expect(decoder.leftover()).toEqual(new Uint8Array());
    expect(() => decoder.resume()).toThrow(InvalidOperation);
    expect(decoder.push(Uint8Array.of(0x02))).toEqual([{ type: 'sizedEnvelope', payload: Uint8Array.of(1, 2) }]);
  });
});

describe('limits (wcf-wire 1.9)', () => {
  test.each([
    { quota: 'maxViaSize', type: 0x02 },
    { quota: 'maxContentTypeSize', type: 0x04 },
    { quota: 'maxUpgradeSize', type: 0x09 },
    { quota: 'maxFaultStringSize', type: 0x08 },
    { quota: 'maxReceivedMessageSize', type: 0x06 },
    { quota: 'maxReceivedMessageSize', type: 0x05 },
  ] as const)('record $type beyond $quota is refused as soon as its size is read', ({ quota, type }) => {
    const cause = { code: 'quotaExceeded', quota, limit: 3 };
    const violation = { type: 'violation', rule: 'wcf-wire 1.9', offset: 2, state: 'anyRecord', cause };
    const decoder = frameDecoder({ [quota]: 3 });
    expect(decoder.push(Uint8Array.of(0x07, type, 4))).toEqual([{ type: 'end' }, violation]);
    expect(decoder.push(Uint8Array.of(0x07))).toEqual([]);
    expect(frameDecoder({ [quota]: 3 }).push(Uint8Array.of(type, 3, 0x61, 0x61, 0x61, 0))[0]?.type).not.toBe(
      'violation',
    );
  });

  test('the chunks of an unsized envelope are limited by their sum', () => {
    const decoder = frameDecoder({ maxReceivedMessageSize: 3 });
    expect(decoder.push(Uint8Array.of(0x05, 2, 0xaa, 0xbb))).toEqual([]);
    expect(decoder.push(Uint8Array.of(2))).toMatchObject([{ type: 'violation', rule: 'wcf-wire 1.9', offset: 4 }]);
  });
});

describe('writing', () => {
  test.each([
    { vector: 'duplex-request-reply-then-reuse', wanted: { mode: 'duplex' } } as const,
    { vector: 'singleton-streamed-request-reply', wanted: { mode: 'singletonUnsized' } } as const,
    { vector: 'tls-upgrade', wanted: { mode: 'duplex', upgrade: TLS_UPGRADE } } as const,
  ])('the preamble of $vector is one write', ({ vector, wanted }) => {
    const preamble = encodePreamble({ via: 'net.tcp://localhost:8081/calc', ...wanted });
    expect(preamble).toEqual(fromHex(session(vector).steps[0]?.hex ?? ''));
  });

  test('a content type without a byte of its own is written by name', () => {
    const contentType = 'application/soap+msbinsession1+gzip';
    const records = frameDecoder().push(encodePreamble({ via: 'net.tcp://h/p', mode: 'duplex', contentType }));
    expect(records[3]).toEqual({ type: 'extensibleEncoding', contentType });
  });

  test('an empty chunk is left out, because it would end the envelope', () => {
    const chunks = [new Uint8Array(), Uint8Array.of(0xcc)];
    expect(encodeRecord({ type: 'unsizedEnvelope', chunks })).toEqual(Uint8Array.of(0x05, 1, 0xcc, 0));
  });

  test.each<FrameRecord>([
    { type: 'via', via: '' },
    { type: 'fault', fault: '' },
    { type: 'mode', mode: 256 },
    { type: 'version', major: 1, minor: -1 },
  ])('our own caller cannot write %j', (record) => {
    expect(() => encodeRecord(record)).toThrow(InvalidOperation);
  });
});

test('any bytes in any pieces never throw, and decode as the whole does', () => {
  const seed = Date.now();
  process.stdout.write(`frameDecoder property: seed ${seed}\n`);
  const bytes = fc.array(fc.oneof(fc.integer({ min: 0, max: 13 }), fc.integer({ min: 0, max: 255 })), {
    maxLength: 200,
  });
  fc.assert(
    fc.property(bytes, fc.array(fc.nat(200), { maxLength: 8 }), (values, cuts) => {
      const whole = Uint8Array.from(values);
      expect(decode(piecesAt(whole, cuts))).toEqual(decode([whole]));
    }),
    { seed, numRuns: 2_000 },
  );
});

function decode(parts: readonly Uint8Array[]) {
  const decoder = frameDecoder({ maxReceivedMessageSize: 100 });
  return parts.flatMap((part) => {
    const records = [...decoder.push(part)];
    while (records.at(-1)?.type.startsWith('upgrade')) {
      const more = decoder.resume();
      if (more.length === 0) break;
      records.push(...more);
    }
    return records;
  });
}
