import { describe, expect, test } from '@jest/globals';
import { fromHex } from '../framing/testing/bytes.ts';
import { Cursor } from './cursor.ts';
import { type DocumentSettings, readDocument } from './document-reader.ts';
import { DocumentWriter } from './document-writer.ts';
import type { XmlDocument, XmlElement } from './infoset.ts';
import { documentIn, hexOf } from './testing/bytes.ts';
import { expected, printed } from './testing/print.ts';
import { REFUSED_DOCUMENTS } from './testing/refusals.ts';
import { type ReaderVector, VECTORS } from './testing/vectors.ts';
import { infosetOf } from './testing/writer-calls.ts';
import { type EncodingViolation, READER_QUOTAS } from './violation.ts';

/** The made-up dictionary of the published examples: every id means `str` and itself. */
const SYNTHETIC: Partial<DocumentSettings> = {
  staticString: (id) => `str${id}`,
  sessionStrings: Array.from({ length: 1_000 }, (_, index) => `str${2 * index + 1}`),
};

function read(bytes: Uint8Array, { dictionary = 'none', zoneMinutes = 0 }): XmlDocument | EncodingViolation {
  const strings = dictionary.startsWith('synthetic') ? SYNTHETIC : {};
  return readDocument(new Cursor(bytes), { quotas: READER_QUOTAS, zoneMinutes, ...strings });
}

function shown(read: XmlDocument | EncodingViolation, zoneMinutes = 0): string {
  return read.type === 'violation' ? JSON.stringify(read) : printed(read, zoneMinutes);
}

function written(document: XmlDocument | XmlElement): Uint8Array {
  const writer = new DocumentWriter();
  writer.write(document);
  const bytes = new Uint8Array(writer.output.length);
  writer.output.copyTo(bytes, 0);
  return bytes;
}

/** A sequence of records is what an element may hold: here one called `f`. */
function wrapped(hex: string): Uint8Array {
  return fromHex(`40 01 66 ${hex} 01`);
}

const DOCUMENTS = VECTORS.nbfx.map((vector) => ({ ...vector, bytes: fromHex(vector.hex) }));
const WHOLE = DOCUMENTS.filter(({ fragment }) => fragment === undefined);
const WRITTEN = DOCUMENTS.flatMap((vector) => (vector.write === undefined ? [] : [{ ...vector, write: vector.write }]));

test('no vector is left out', () => {
  expect(DOCUMENTS).toHaveLength(197);
  expect(DOCUMENTS.length - WHOLE.length).toBe(3);
  expect(WRITTEN).toHaveLength(114);
  expect(VECTORS.nbfxReader).toHaveLength(78);
});

describe('NBFX-1 a document decodes to its infoset', () => {
  test.each(WHOLE)('$name ($derivation)', ({ bytes, infoset, dictionary, zoneMinutes }) => {
    const options = zoneMinutes === undefined ? {} : { zoneMinutes };
    expect(shown(read(bytes, { dictionary, ...options }), zoneMinutes)).toBe(expected(infoset));
  });

  test.each(DOCUMENTS.filter(({ fragment }) => fragment))('$name, as a piece of a document', (vector) => {
    expect(shown(read(wrapped(vector.hex), vector))).toBe(`<f>${expected(vector.infoset)}</f>`);
  });
});

describe('NBFX-2 the calls of a writer give the bytes of Microsoft’s writer', () => {
  test.each(WRITTEN)('$name', ({ bytes, write }) => {
    expect(hexOf(written(infosetOf(write)))).toBe(hexOf(bytes));
  });

  test.each(WRITTEN)('$name, read and written again', ({ bytes, dictionary, zoneMinutes }) => {
    const document = read(bytes, { dictionary, ...(zoneMinutes === undefined ? {} : { zoneMinutes }) });
    expect(hexOf(written(documentIn(document)))).toBe(hexOf(bytes));
  });
});

describe('NBFX-3 a reader', () => {
  const of = (expect: ReaderVector['expect']) => VECTORS.nbfxReader.filter((vector) => vector.expect === expect);

  test.each(of('accept'))('accepts: $name', ({ hex, infoset = '', dictionary, zoneMinutes = 0 }) => {
    expect(shown(read(fromHex(hex), { dictionary, zoneMinutes }), zoneMinutes)).toBe(expected(infoset));
  });

  test.each(of('reject'))('refuses: $name', ({ name, hex, dictionary, zoneMinutes = 0 }) => {
    const violation = read(fromHex(hex), { dictionary, zoneMinutes });
    expect(violation).toMatchObject({ type: 'violation', ...REFUSED_DOCUMENTS[name] });
    expect(REFUSED_DOCUMENTS[name]).toBeDefined();
  });
});

test.each([
  ['a text without a value', '80', 'wcf-wire 2.3'],
  ['an attribute', '04 01 61 80', 'wcf-wire 2.3'],
  ['an end', '01', 'wcf-wire 2.3'],
  ['the first reserved type', '78 01', 'wcf-wire 2.2'],
  ['the last reserved type', '7F 01', 'wcf-wire 2.2'],
  ['no type at all', '00', 'wcf-wire 2.2'],
])('NBFX-3 a document that begins with %s is refused', (_, hex, rule) => {
  expect(read(fromHex(hex), {})).toMatchObject({ type: 'violation', rule, offset: 0 });
});

test('NBFX-4 a document that is cut anywhere before the end of its root is refused', () => {
  for (const { name, bytes, dictionary } of WHOLE) {
    for (let length = 0; length < bytes.length; length += 1) {
      expect({ name, length, type: read(bytes.subarray(0, length), { dictionary }).type }).toEqual({
        name,
        length,
        type: 'violation',
      });
    }
  }
});
