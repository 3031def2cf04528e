import { describe, expect, test } from '@jest/globals';
import { fromHex } from '../framing/testing/bytes.ts';
import { attribute, bytes, characters, element, NO_NAMESPACE, type XmlElement, type XmlNode } from './infoset.ts';
import { binaryMessageDecoder, binaryMessageEncoder, type DecoderSettings } from './message-encoding.ts';
import { documentIn } from './testing/bytes.ts';
import { printed } from './testing/print.ts';
import { READER_QUOTAS, type ReaderQuota, STREAMED_READER_QUOTAS } from './violation.ts';

const encode = (root: XmlElement) => binaryMessageEncoder({ session: false }).encode(root);
const e = (...parts: Parameters<typeof element> extends [unknown, unknown, ...infer Rest] ? Rest : never) =>
  element(NO_NAMESPACE, 'e', ...parts);
const nested = (depth: number): XmlElement => (depth === 1 ? e() : e(nested(depth - 1)));
const ints = (count: number): XmlNode => ({
  type: 'array',
  of: 'int32',
  item: e(),
  values: Array.from({ length: count }, (_, value) => ({ type: 'integer', value: BigInt(value) })),
});

interface Quota {
  readonly quota: ReaderQuota;
  readonly what: string;
  readonly limit: number;
  readonly fits: XmlElement;
  readonly exceeds: XmlElement;
  readonly at: { readonly offset: number; readonly state: string };
  readonly text: RegExp;
}

const QUOTAS: readonly Quota[] = [
  {
    quota: 'maxDepth',
    what: 'open elements',
    limit: 3,
    fits: e(nested(2), nested(2)),
    exceeds: nested(4),
    at: { offset: 9, state: 'startTag' },
    text: /^The maximum read depth \(3\) .* changing the MaxDepth property/,
  },
  {
    quota: 'maxStringContentLength',
    what: 'characters of one text, in however many records',
    limit: 5,
    fits: e(characters('abc'), characters('de'), e(characters('fghij')), characters('klmno')),
    exceeds: e(characters('abc'), characters('def')),
    at: { offset: 8, state: 'content' },
    text: /^The maximum string content length quota \(5\) .* changing the MaxStringContentLength property/,
  },
  {
    quota: 'maxArrayLength',
    what: 'values of an array',
    limit: 2,
    fits: e(ints(2), ints(2)),
    exceeds: e(ints(3)),
    at: { offset: 8, state: 'array' },
    text: /^The maximum array length quota \(2\) .* changing the MaxArrayLength property/,
  },
  {
    quota: 'maxArrayLength',
    what: 'bytes of a text',
    limit: 3,
    fits: e(bytes(Uint8Array.of(1, 2, 3))),
    exceeds: e(attribute(NO_NAMESPACE, 'a', bytes(Uint8Array.of(1, 2, 3, 4)))),
    at: { offset: 6, state: 'startTag' },
    text: /^The maximum array length quota \(3\)/,
  },
  {
    quota: 'maxBytesPerRead',
    what: 'bytes of the attributes of one element',
    limit: 9,
    fits: e(attribute(NO_NAMESPACE, 'a', characters('1234')), e(attribute(NO_NAMESPACE, 'a', characters('0')))),
    exceeds: e(attribute(NO_NAMESPACE, 'a', characters('12345'))),
    at: { offset: 0, state: 'startTag' },
    text: /^The maximum bytes per read quota \(9\) .* changing the MaxBytesPerRead property/,
  },
  {
    quota: 'maxNameTableCharCount',
    what: 'characters of different names',
    limit: 4,
    fits: e(e(), element(NO_NAMESPACE, 'abc'), element(NO_NAMESPACE, 'abc')),
    exceeds: e(element(NO_NAMESPACE, 'abc'), element(NO_NAMESPACE, 'f')),
    at: { offset: 9, state: 'startTag' },
    text: /^The maximum nametable character count quota \(4\) .* changing the MaxNameTableCharCount property/,
  },
];

describe('wcf-wire 1.9 a reader quota', () => {
  const decode = (root: XmlElement, settings: Omit<DecoderSettings, 'session'>) =>
    binaryMessageDecoder({ session: false, ...settings }).decode(encode(root));

  test.each(QUOTAS)('$quota: as many $what as allowed pass', ({ quota, limit, fits }) => {
    expect(printed(documentIn(decode(fits, { quotas: { ...READER_QUOTAS, [quota]: limit } })))).toBe(printed(fits));
  });

  test.each(QUOTAS)('$quota: more $what are refused with WCF’s text', ({ quota, limit, exceeds, at, text }) => {
    expect(decode(exceeds, { quotas: { ...READER_QUOTAS, [quota]: limit } })).toEqual({
      type: 'violation',
      rule: 'wcf-wire 1.9',
      ...at,
      exception: {
        name: 'ProtocolException',
        message: expect.stringMatching(/^There is a problem with the XML that was received from the network/),
        inner: { name: 'XmlException', message: expect.stringMatching(text) },
      },
    });
  });

  test('a buffered endpoint starts from depth 128 and no other limit, a streamed one from the defaults', () => {
    const deep = (depth: number, session: boolean) => {
      const payload = binaryMessageEncoder({ session }).encode(nested(depth));
      return binaryMessageDecoder({ session }).decode(payload).type;
    };
    expect([deep(128, true), deep(129, true)]).toEqual(['document', 'violation']);
    expect([deep(32, false), deep(33, false)]).toEqual(['document', 'violation']);
    const long = e(characters('x'.repeat(8_193)));
    expect(binaryMessageDecoder({ session: true }).decode(Uint8Array.of(0, ...encode(long))).type).toBe('document');
    expect(binaryMessageDecoder({ session: false }).decode(encode(long)).type).toBe('violation');
    expect(STREAMED_READER_QUOTAS).toEqual({
      maxDepth: 32,
      maxStringContentLength: 8_192,
      maxArrayLength: 16_384,
      maxBytesPerRead: 4_096,
      maxNameTableCharCount: 16_384,
    });
  });
});

describe('NBFX-5 a length is held against the bytes that are there, before anything is allocated', () => {
  test.each([
    ['Chars32 of two gigabytes', '40 01 65 9C FF FF FF 7F 61'],
    ['UnicodeChars32 of two gigabytes', '40 01 65 BA FE FF FF 7F 61'],
    ['Bytes32 of two gigabytes', '40 01 65 A2 FF FF FF 7F 61'],
    ['a name of two gigabytes', '40 FF FF FF FF 07 61'],
    ['an array of two thousand million booleans', '40 01 65 03 40 01 69 01 B5 FF FF FF FF 07 01'],
    ['an array of as many decimals as 2^31 bytes hold', '40 01 65 03 40 01 69 01 95 FF FF FF 3F 00'],
  ])('%s', (_, hex) => {
    expect(binaryMessageDecoder({ session: false, quotas: READER_QUOTAS }).decode(fromHex(hex))).toMatchObject({
      type: 'violation',
      rule: expect.stringMatching(/^wcf-wire 2\.[35]$/),
    });
  });
});

describe('a document made to be slow is read in time that grows with its length', () => {
  const READER = {
    session: false,
    maxReceivedMessageSize: 10_000_000,
    quotas: { ...READER_QUOTAS, maxDepth: 2 ** 31 },
  };
  // Faster than fromHex, which these lengths would make the slowest part.
  const bytesFrom = (hex: string) => new Uint8Array(Buffer.from(hex, 'hex'));
  const concatenated = (count: number, piece: (index: number) => string) =>
    Array.from({ length: count }, (_, index) => piece(index)).join('');
  const indexed = (index: number) => Buffer.from(index.toString(36).padStart(4, '0')).toString('hex');

  test('half a million open elements', () => {
    const hex = `${'400165'.repeat(500_000)}${'01'.repeat(500_000)}`;
    expect(binaryMessageDecoder(READER).decode(bytesFrom(hex)).type).toBe('document');
  });

  test('a hundred thousand attributes of one element, and a duplicate among them', () => {
    const attributes = concatenated(100_000, (index) => `0404${indexed(index)}80`);
    expect(binaryMessageDecoder(READER).decode(bytesFrom(`400165${attributes}01`)).type).toBe('document');
    const twice = bytesFrom(`400165${attributes}0404${indexed(5)}8001`);
    expect(binaryMessageDecoder(READER).decode(twice)).toMatchObject({ rule: 'wcf-wire 2.3', state: 'startTag' });
  });

  test('a hundred thousand declarations, with elements that use the first', () => {
    const declarations = concatenated(100_000, (index) => `0904${indexed(index)}016e`);
    const hex = `400165${declarations}${`4104${indexed(0)}016501`.repeat(100_000)}01`;
    expect(binaryMessageDecoder(READER).decode(bytesFrom(hex)).type).toBe('document');
  });

  test('a text in half a million records, with a limit to its length', () => {
    const quotas = { ...READER.quotas, maxStringContentLength: 1_000_000 };
    const hex = `400165${'980161'.repeat(500_000)}01`;
    expect(binaryMessageDecoder({ ...READER, quotas }).decode(bytesFrom(hex)).type).toBe('document');
  });
});
