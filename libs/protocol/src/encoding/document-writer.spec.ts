import { describe, expect, test } from '@jest/globals';
import { InvalidOperation } from '../machine.ts';
import {
  type ArrayType,
  attribute,
  boolean,
  bytes,
  characters,
  declaration,
  element,
  integer,
  NO_NAMESPACE,
  uniqueId,
  type Vocabulary,
  type XmlElement,
  type XmlNode,
  type XmlText,
} from './infoset.ts';
import { binaryMessageDecoder, binaryMessageEncoder } from './message-encoding.ts';
import { documentIn, hexOf } from './testing/bytes.ts';
import { READER_QUOTAS } from './violation.ts';

const SOAP: Vocabulary = { prefix: 's', namespace: 'http://www.w3.org/2003/05/soap-envelope', origin: 'static' };
const ADDRESSING: Vocabulary = { prefix: 'a', namespace: 'http://www.w3.org/2005/08/addressing', origin: 'static' };
const ECHO: Vocabulary = { prefix: '', namespace: 'http://tempuri.org/', origin: 'session' };
const ID = uniqueId('urn:uuid:00112233-4455-6677-8899-aabbccddeeff');

const write = (root: XmlElement) => hexOf(binaryMessageEncoder({ session: false }).encode(root));
const e = (...parts: readonly XmlNode[]) => element(NO_NAMESPACE, 'e', ...parts);

/** Whether a text of so many letters ends its element with the same record, or needs one of its own. */
function merges(rootWith: (text: XmlText) => XmlElement, text: string): boolean {
  const encoder = binaryMessageEncoder({ session: true });
  encoder.encode(rootWith(characters('')));
  const payload = encoder.encode(rootWith(characters(text)));
  const shortest = encoder.encode(rootWith(integer(0))).length - 1;
  const length = Buffer.from(text).length;
  return payload.length === shortest + length + (length < 256 ? 2 : 3);
}

/** The messages of wcf-wire 2.4: with the text at offset 61, and with the text at offset 54. */
const ECHO_REQUEST = (text: XmlText) =>
  envelope(
    'Echo',
    element(ADDRESSING, 'MessageID', ID),
    element(ADDRESSING, 'ReplyTo', element(ADDRESSING, 'Address', anonymous())),
    element(ADDRESSING, 'To', understood(), characters('net.tcp://127.0.0.1/svc', 'session')),
    element(SOAP, 'Body', element(ECHO, 'Echo', declaration(ECHO), element(ECHO, 's', text))),
  );
const ECHO_REPLY = (text: XmlText) =>
  envelope(
    'EchoResponse',
    element(ADDRESSING, 'RelatesTo', ID),
    element(ADDRESSING, 'To', understood(), anonymous()),
    element(SOAP, 'Body', element(ECHO, 'EchoResponse', declaration(ECHO), element(ECHO, 'EchoResult', text))),
  );

function envelope(action: string, ...rest: readonly XmlElement[]): XmlElement {
  const named = element(
    ADDRESSING,
    'Action',
    understood(),
    characters(`http://tempuri.org/ITest/${action}`, 'session'),
  );
  const header = element(SOAP, 'Header', named, ...rest.slice(0, -1));
  return element(SOAP, 'Envelope', declaration(SOAP), declaration(ADDRESSING), header, ...rest.slice(-1));
}

function understood() {
  return attribute(SOAP, 'mustUnderstand', integer(1));
}

function anonymous(): XmlText {
  return characters('http://www.w3.org/2005/08/addressing/anonymous', 'static');
}

describe('wcf-wire 2.4 the end after a text', () => {
  test('in a steady Echo request 149 characters merge with it, and 150 do not', () => {
    expect(merges(ECHO_REQUEST, 'x'.repeat(149))).toBe(true);
    expect(merges(ECHO_REQUEST, 'x'.repeat(150))).toBe(false);
  });

  test('in its reply 152 characters merge with it, and 153 do not', () => {
    expect(merges(ECHO_REPLY, 'x'.repeat(152))).toBe(true);
    expect(merges(ECHO_REPLY, 'x'.repeat(153))).toBe(false);
  });

  test('85 characters merge always, wherever they stand', () => {
    for (let before = 0; before < 600; before += 1) {
      const filled = (text: XmlText) => e(...Array.from({ length: before }, () => integer(0)), e(text));
      expect({ before, merges: merges(filled, 'x'.repeat(85)) }).toEqual({ before, merges: true });
    }
  });

  /** Where the buffer stands behind a first text decides how long one of a child may be: its pieces reserve 3 bytes a unit. */
  test.each<[string, string, number]>([
    ['130 units of one and two bytes', 'x'.repeat(100) + 'é'.repeat(30), 114],
    ['130 units of one and four bytes', 'x'.repeat(100) + '😀'.repeat(15), 114],
    ['130 units of one and three bytes', 'x'.repeat(110) + '日'.repeat(20), 110],
    ['100 units in UTF-16', '日'.repeat(100), 100],
    ['two pieces, which flush twice', 'x'.repeat(300), 125],
    ['pieces that keep a pair together', `${'x'.repeat(169)}😀${'x'.repeat(152)}`, 117],
  ])('behind %s', (_, first, longest) => {
    const root = (text: XmlText) => e(characters(first), e(text));
    expect(merges(root, 'y'.repeat(longest))).toBe(true);
    expect(merges(root, 'y'.repeat(longest + 1))).toBe(false);
  });

  test('a piece of a long text does not end between the halves of a pair, so that it may fit where a whole one does not', () => {
    const letters = 'x'.repeat(169);
    expect(write(e(characters(`${letters}😀`)))).toMatch(/^40016599ad.*f09f9880$/);
    expect(write(e(characters(`${letters}ab`)))).toMatch(/^40016598ab.*616201$/);
  });

  test.each<[string, XmlNode, string]>([
    ['a comment', { type: 'comment', text: 'c' }, '020163'],
    ['a child', e(), '40016501'],
    ['an array', { type: 'array', of: 'boolean', item: e(), values: [boolean(true)] }, '0340016501b50101'],
    ['a list', { type: 'list', items: [integer(1)] }, 'a482a6'],
  ])('does not merge with a text that stands before %s', (_, node, hex) => {
    expect(write(e(characters('a'), node))).toBe(`400165980161${hex}01`);
  });

  test('does not merge with the value of an attribute', () => {
    expect(write(element(NO_NAMESPACE, 'e', attribute(NO_NAMESPACE, 'a', integer(1))))).toBe('4001650401618201');
  });
});

describe('wcf-wire 2.4 a text', () => {
  test.each([
    [255, '98ff'],
    [256, '9a0001'],
    [65_535, '9affff'],
    [65_536, '9c00000100'],
  ])('of %d bytes has the narrowest length', (length, header) => {
    expect(write(e(characters('z'.repeat(length)))).slice(6, 6 + header.length)).toBe(header);
  });

  test.each([2, 43, 85, 86, 127, 128, 400, 40_000])(
    'of %d Japanese characters is written in UTF-16, and read back',
    (units) => {
      const text = '日'.repeat(units);
      const length = 2 * units;
      const [type, width] = length < 0x100 ? [0xb6, 1] : length < 0x10000 ? [0xb8, 2] : [0xba, 4];
      const payload = binaryMessageEncoder({ session: false }).encode(e(characters(text)));
      expect((payload[3] ?? 0) & 0xfe).toBe(type);
      expect(Buffer.from(payload).readUIntLE(4, width)).toBe(length);
      expect(readBack(e(characters(text)))).toEqual(e(characters(text)));
    },
  );

  test('of characters that take two bytes each, or four for two units, stays in UTF-8', () => {
    for (const text of ['é'.repeat(60), '😀'.repeat(60), '日a'.repeat(60), `${'é'.repeat(90)}日`]) {
      expect(write(e(characters(text))).slice(6, 8)).toMatch(/^9[89ab]$/);
      expect(readBack(e(characters(text)))).toEqual(e(characters(text)));
    }
  });

  test.each([1, 41, 42, 43, 127, 128, 200, 16_383, 16_384])('a name of %d units is read back', (units) => {
    const named = element(NO_NAMESPACE, 'n'.repeat(units), element(NO_NAMESPACE, 'é'.repeat(units)));
    expect(readBack(named)).toEqual(named);
  });

  test('that a dictionary does not hold travels inline', () => {
    expect(write(element({ ...NO_NAMESPACE, origin: 'static' }, 'our', characters('x', 'static')))).toBe(
      '40036f7572990178',
    );
  });

  test('the empty string of the static dictionary keeps its id, and any other is no record or an empty one', () => {
    const of = (origin: 'inline' | 'static') => characters('', origin);
    expect(write(e(of('static')))).toBe('400165aba201');
    expect(readBack(e(of('static')))).toEqual(e(of('static')));
    expect(write(e(of('inline')))).toBe('40016501');
    expect(write(element(NO_NAMESPACE, 'e', attribute(NO_NAMESPACE, 'a', of('inline'))))).toBe('400165040161a801');
  });

  test('a qualified name is three records in an element, and one in an attribute', () => {
    const spelt: XmlText = { type: 'qualifiedName', prefix: 'pp', local: 'Fault', origin: 'static' };
    expect(write(e(spelt))).toBe('40016598027070980' + '13aab8601');
    expect(write(element(NO_NAMESPACE, 'e', attribute(NO_NAMESPACE, 'a', spelt)))).toBe(
      `4001650401619808${Buffer.from('pp:Fault').toString('hex')}01`,
    );
  });
});

describe('an array', () => {
  const arrays: readonly [ArrayType, readonly XmlText[]][] = [
    ['boolean', [boolean(true), boolean(false)]],
    ['int16', [integer(-32_768), integer(32_767)]],
    ['int32', [integer(-(2 ** 31)), integer(2 ** 31 - 1)]],
    ['int64', [integer(-(2n ** 63n)), integer(2n ** 63n - 1n)]],
    ['float', [real('float', 0.5), real('float', Number.NaN), real('float', -0)]],
    ['double', [real('double', 0.1), real('double', Number.NEGATIVE_INFINITY)]],
    ['decimal', [{ type: 'decimal', value: '-12.50' }]],
    ['dateTime', [{ type: 'dateTime', ticks: 638_396_640_000_000_000n, kind: 'utc' }]],
    ['timeSpan', [{ type: 'timeSpan', ticks: -1n }]],
    ['uuid', [{ type: 'uuid', uuid: '00112233-4455-6677-8899-aabbccddeeff' }]],
  ];

  test.each(arrays)('of %s is read back', (of, values) => {
    const root = e({
      type: 'array',
      of,
      item: element(NO_NAMESPACE, 'i', attribute(NO_NAMESPACE, 'a', integer(1))),
      values,
    });
    expect(readBack(root)).toEqual(root);
  });

  test('has .NET’s sign on what is not a number', () => {
    const nan = (of: 'float' | 'double') => write(e({ type: 'array', of, item: e(), values: [real(of, Number.NaN)] }));
    expect(nan('float')).toBe('400165034001650191010000c0ff01');
    expect(nan('double')).toBe('40016503400165019301000000000000f8ff01');
  });

  test.each(arrays)('of %s holds nothing else', (of, [own]) => {
    const others = arrays.flatMap(([, [other]]) => (other === undefined || isLike(own, other) ? [] : [other]));
    expect(others.length).toBeGreaterThan(6);
    for (const other of [...others, characters('1'), ID]) {
      expect(() => write(e({ type: 'array', of, item: e(), values: [other] }))).toThrow(InvalidOperation);
    }
  });

  test.each<[ArrayType, bigint]>([
    ['int16', 32_768n],
    ['int32', -(2n ** 31n) - 1n],
    ['int64', 2n ** 63n],
  ])('of %s does not hold %d', (of, value) => {
    expect(() => write(e({ type: 'array', of, item: e(), values: [integer(value)] }))).toThrow(InvalidOperation);
  });
});

describe('our own caller cannot write', () => {
  test.each<[string, XmlElement]>([
    ['an integer above 2^64 - 1', e(integer(2n ** 64n))],
    ['an integer below -2^63', e(integer(-(2n ** 63n) - 1n))],
    ['a decimal that is none', e({ type: 'decimal', value: '1e5' })],
    ['a date before the year 1', e({ type: 'dateTime', ticks: -1n, kind: 'utc' })],
    ['a date after the year 9999', e({ type: 'dateTime', ticks: 3_155_378_976_000_000_000n, kind: 'unspecified' })],
    ['a local time a day before the year 1', e({ type: 'dateTime', ticks: -864_000_000_000n, kind: 'local' })],
    ['a uuid that is none', e({ type: 'uuid', uuid: '00112233' })],
    ['half of a surrogate pair in a short text', e(characters('a\udc00'))],
    ['half of a surrogate pair in a long text', e(characters(`${'a'.repeat(100)}\ud800`))],
    ['half of a surrogate pair in a name', element(NO_NAMESPACE, '\ud800')],
    ['a list in a list', e({ type: 'list', items: [{ type: 'list', items: [] }] })],
  ])('%s', (_, root) => {
    expect(() => write(root)).toThrow(InvalidOperation);
  });
});

test('bytes of a text are split at a multiple of three, but not those of an attribute', () => {
  const value = bytes(Uint8Array.from({ length: 5 }, (_, index) => index));
  expect(write(e(value))).toBe('4001659e030001029f020304');
  expect(write(element(NO_NAMESPACE, 'e', attribute(NO_NAMESPACE, 'a', value)))).toBe('4001650401619e05000102030401');
});

test('a writer that threw writes the next document as if nothing had been', () => {
  const encoder = binaryMessageEncoder({ session: false });
  expect(() => encoder.encode(e(e(), integer(2n ** 64n)))).toThrow(InvalidOperation);
  expect(hexOf(encoder.encode(e()))).toBe('40016501');
});

test.each<[string, XmlText]>([
  ['an integer of four bytes', integer(-(2 ** 31))],
  ['an integer of eight bytes', integer(-(2n ** 63n))],
  ['a float', real('float', 0.5)],
  ['a double', real('double', 0.1)],
  ['a uuid', { type: 'uuid', uuid: '00112233-4455-6677-8899-aabbccddeeff' }],
  ['a short text', characters('é'.repeat(40))],
  ['a long text', characters('é'.repeat(200))],
  ['bytes', bytes(Uint8Array.from({ length: 99 }, (_, index) => index))],
])('%s is whole wherever the scratch buffer has to grow for it', (_, text) => {
  for (let before = 1_000; before < 1_024; before += 1) {
    const root = e(...Array.from({ length: before }, () => integer(0)), text, e());
    expect(readBack(root)).toEqual(root);
  }
});

test('a large message and then a small one leave nothing of each other', () => {
  const encoder = binaryMessageEncoder({ session: false });
  const large = e(characters('x'.repeat(1_000_000)));
  expect(encoder.encode(large)).toHaveLength(3 + 5 + 1_000_000 + 1);
  expect(hexOf(encoder.encode(e()))).toBe('40016501');
});

/** Of one kind, or both a number with a fraction: an array of either width holds both. */
function isLike(one: XmlText | undefined, other: XmlText): boolean {
  const isReal = (text: XmlText | undefined) => text?.type === 'float' || text?.type === 'double';
  return one?.type === other.type || (isReal(one) && isReal(other));
}

function real(type: 'float' | 'double', value: number): XmlText {
  return { type, value };
}

function readBack(root: XmlElement): XmlElement {
  const payload = binaryMessageEncoder({ session: false }).encode(root);
  const settings = { session: false, quotas: READER_QUOTAS, maxReceivedMessageSize: 1_000_000 };
  return documentIn(binaryMessageDecoder(settings).decode(payload)).root;
}
