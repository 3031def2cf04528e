import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  characters,
  childElements,
  element,
  isText,
  textOf,
  type XmlElement,
  type XmlNode,
} from '../encoding/index.ts';
import { printed } from '../encoding/testing/print.ts';
import { InvalidOperation } from '../machine.ts';
import { dataContract } from './data-contract.ts';
import {
  arrayOf,
  contract,
  type DataType,
  type DataValue,
  dataElement,
  MONO_ECHO,
  readReplyBody,
  readRequestBody,
  replyBody,
  requestBody,
  twoWayOperation,
} from './index.ts';
import { parseXml } from './testing/parse-xml.ts';

const INSTANCE = 'http://www.w3.org/2001/XMLSchema-instance';
const ARRAYS = 'http://schemas.microsoft.com/2003/10/Serialization/Arrays';

/** An operation that takes and returns one value. */
function passing(type: DataType) {
  const { operations } = contract({
    name: 'I',
    namespace: 'urn:n',
    operations: { Pass: { takes: { v: type }, returns: type } },
  });
  return twoWayOperation(operations, 'Pass');
}

function bodyOf(type: DataType, value: DataValue): string {
  return printed(requestBody(passing(type), { v: value }));
}

/** As another peer may have written it: every text as characters, no arrays. */
function asCharacters(from: XmlElement): XmlElement {
  const texts = from.children.filter(isText).map((text) => characters(textOf(text)));
  return { ...from, children: [...texts, ...childElements(from).map(asCharacters)] };
}

const INNER = dataContract('Inner', 'urn:inner', { X: 'int' });
const OUTER = dataContract('Outer', 'urn:outer', {
  Ids: arrayOf('guid'),
  In: INNER,
  List: arrayOf(INNER),
  Span: 'duration',
});

/** Types with values that a careless codec confuses (wcf-wire, checklist SOAP-10). */
const VALUES: readonly (readonly [name: string, type: DataType, values: readonly DataValue[]])[] = [
  ['string', 'string', [null, '', '0', '1', ' ', 'true', 'é中😀 <&>"\n', '2024-02-29']],
  ['boolean', 'boolean', [true, false]],
  ['int', 'int', [0, 1, -1, 2 ** 31 - 1, -(2 ** 31)]],
  ['long', 'long', [0n, 1n, 2n ** 63n - 1n, -(2n ** 63n)]],
  ['double', 'double', [0, 1, 0.1, -1.5, 1e300, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, Number.NaN]],
  ['decimal', 'decimal', ['0', '1', '12.50', '-0.0000000000000000000000000001', '79228162514264337593543950335']],
  ['dateTime', 'dateTime', ['0001-01-01T00:00:00', '1980-02-29T01:02:03Z', '9999-12-31T23:59:59.9999999Z']],
  ['duration', 'duration', ['PT0S', 'PT1M30S', '-P1DT2H3M4.005S']],
  ['guid', 'guid', ['00112233-4455-6677-8899-aabbccddeeff']],
  ['bytes', 'base64Binary', [null, new Uint8Array(), Uint8Array.of(0), Uint8Array.of(1, 2, 3, 4)]],
  ['strings', arrayOf('string'), [null, [], [''], ['a', null, '1']]],
  ['booleans', arrayOf('boolean'), [null, [], [true, false]]],
  ['ints', arrayOf('int'), [null, [], [0], [1, 2, 300]]],
  ['longs', arrayOf('long'), [[], [0n, 2n ** 40n]]],
  ['doubles', arrayOf('double'), [[], [1, 0.5]]],
  ['decimals', arrayOf('decimal'), [[], ['1', '0.5']]],
  ['dateTimes', arrayOf('dateTime'), [[], ['2024-02-29T12:00:00Z']]],
  ['guids', arrayOf('guid'), [null, [], ['00112233-4455-6677-8899-aabbccddeeff']]],
  ['arrays of bytes', arrayOf('base64Binary'), [[], [Uint8Array.of(1), null]]],
  ['arrays of arrays', arrayOf(arrayOf('int')), [[], [[1], [], null]]],
  [
    'contracts',
    OUTER,
    [
      null,
      { Ids: null, In: null, List: null, Span: 'PT0S' },
      { Ids: ['00112233-4455-6677-8899-aabbccddeeff'], In: { X: 1 }, List: [{ X: 2 }, null], Span: 'PT1S' },
    ],
  ],
];

describe('values are read back as they were written, and distinguishably', () => {
  test.each(VALUES)('%s', (_, type, values) => {
    const operation = passing(type);
    const written = values.map(
      (v) => [requestBody(operation, { v }), replyBody(operation, { PassResult: v })] as const,
    );
    for (const [index, [request, reply]] of written.entries()) {
      const value = values[index];
      expect(readRequestBody(operation, request)).toEqual({ type: 'data', data: { v: value } });
      expect(readReplyBody(operation, reply)).toEqual({ type: 'data', data: { PassResult: value } });
      expect(readRequestBody(operation, asCharacters(request))).toEqual({ type: 'data', data: { v: value } });
    }
    expect(new Set(written.map(([request]) => printed(request))).size).toBe(values.length);
  });
});

describe('either serializer has its own form', () => {
  test('plain types: null under an invented prefix, a declaration for each item', () => {
    expect(bodyOf('string', null)).toBe(`<Pass xmlns="urn:n"><v b:nil="true" xmlns:b="${INSTANCE}"></v></Pass>`);
    expect(bodyOf(arrayOf('string'), ['x', null])).toBe(
      `<Pass xmlns="urn:n"><v><string xmlns="${ARRAYS}">x</string><string b:nil="true" xmlns="${ARRAYS}" xmlns:b="${INSTANCE}"></string></v></Pass>`,
    );
  });

  test('a type that is not plain makes data of all parameters, of the results too', () => {
    const { operations } = contract({
      name: 'I',
      namespace: 'urn:n',
      operations: { Mixed: { takes: { s: 'string', t: 'string' }, returns: 'guid' } },
    });
    expect(printed(requestBody(twoWayOperation(operations, 'Mixed'), { s: null, t: 'x' }))).toBe(
      `<Mixed xmlns="urn:n"><s i:nil="true" xmlns:i="${INSTANCE}"></s><t>x</t></Mixed>`,
    );
  });

  test('namespaces of data get the first free letter, where they are first needed', () => {
    const value = { Ids: ['00112233-4455-6677-8899-aabbccddeeff'], In: null, List: [{ X: 2 }], Span: 'PT1S' };
    expect(bodyOf(OUTER, value)).toBe(
      `<Pass xmlns="urn:n"><v xmlns:b="urn:outer" xmlns:i="${INSTANCE}"><b:Ids xmlns:c="${ARRAYS}"><c:guid>00112233-4455-6677-8899-aabbccddeeff</c:guid></b:Ids><b:In i:nil="true" xmlns:c="urn:inner"></b:In><b:List xmlns:c="urn:inner"><c:Inner><c:X>2</c:X></c:Inner></b:List><b:Span>PT1S</b:Span></v></Pass>`,
    );
  });

  test('a detail of a primitive type is called by its type', () => {
    expect(printed(dataElement('string', 'urn:cw:echo/ISess/Echo'))).toBe(
      '<string xmlns="http://schemas.microsoft.com/2003/10/Serialization/">urn:cw:echo/ISess/Echo</string>',
    );
  });

  test('an operation without parameters is an empty element, without a namespace an undeclared one', () => {
    const operations = { None: {} };
    const [bare] = contract({ name: 'I', namespace: '', operations }).operations;
    const nothing = twoWayOperation(MONO_ECHO.operations, 'Nothing');
    expect(printed(requestBody(nothing, {}))).toBe('<Nothing xmlns="urn:interop:echo"></Nothing>');
    expect(bare === undefined ? bare : printed(requestBody(bare, {}))).toBe('<None></None>');
  });
});

describe('a body is read as .NET reads it', () => {
  const { operations } = contract({
    name: 'I',
    namespace: 'urn:n',
    operations: { Op: { takes: { a: 'int', b: 'string', c: 'boolean' }, returns: 'int' } },
  });
  const op = twoWayOperation(operations, 'Op');
  const read = (inside: string) => readRequestBody(op, parseXml(`<p:Op xmlns:p="urn:n">${inside}</p:Op>`));

  test.each([
    ['parameters that are missing have their defaults', '', { a: 0, b: null, c: false }],
    ['unknown elements are skipped', '<p:z>1</p:z><a>9</a><p:a>2</p:a><p:z/>', { a: 2, b: null, c: false }],
    ['what comes behind its turn is missing', '<p:b>x</p:b><p:a>2</p:a><p:c>1</p:c>', { a: 0, b: 'x', c: true }],
    [
      'blanks around a number do not matter, around a string they do',
      '<p:a> 7 </p:a><p:b> x </p:b>',
      { a: 7, b: ' x ', c: false },
    ],
    ['null is null under any prefix', `<p:b q:nil="1" xmlns:q="${INSTANCE}"/>`, { a: 0, b: null, c: false }],
  ])('%s', (_, inside, data) => {
    expect(read(inside)).toEqual({ type: 'data', data });
  });

  test.each([
    ['no number', '<p:a>notanumber</p:a>', 'notanumber', 'Int32'],
    ['a number beyond its type', '<p:a>2147483648</p:a>', '2147483648', 'Int32'],
    ['nothing where a number belongs', '<p:a/>', '', 'Int32'],
    ['null where a number belongs', `<p:a q:nil="true" xmlns:q="${INSTANCE}"/>`, '', 'Int32'],
    ['no truth value', '<p:c>yes</p:c>', 'yes', 'Boolean'],
    ['elements where a text belongs', '<p:b><x/></p:b>', '', 'String'],
  ])('%s cannot be parsed', (_, inside, text, type) => {
    const problem = `The value '${text}' cannot be parsed as the type '${type}'.`;
    expect(read(inside)).toEqual({ type: 'problem', problem });
  });

  test.each<readonly [DataType, string]>([
    ['dateTime', '2023-02-29T00:00:00'],
    ['dateTime', '2024-01-01'],
    ['duration', 'P'],
    ['duration', 'PT'],
    ['guid', '0011'],
    ['decimal', '1e5'],
    ['decimal', '79228162514264337593543950336'],
    ['dateTime', '2024-01-01T00:00:00+15:00'],
    ['base64Binary', 'A'],
    ['long', '9223372036854775808'],
    ['double', 'infinite'],
  ])('a %s is not read from %s', (type, text) => {
    const body = parseXml(`<Pass xmlns="urn:n"><v>${text}</v></Pass>`);
    expect(readRequestBody(passing(type), body).type).toBe('problem');
  });

  test('a local time is kept as the instant in UTC', () => {
    const body = parseXml('<Pass xmlns="urn:n"><v>2024-02-29T12:30:00.25+02:00</v></Pass>');
    expect(readRequestBody(passing('dateTime'), body)).toEqual({
      type: 'data',
      data: { v: '2024-02-29T10:30:00.25+00:00' },
    });
  });

  test('an empty body and another wrapper are not what the operation takes', () => {
    expect(readRequestBody(op, undefined)).toMatchObject({ problem: expect.stringContaining('IsEmpty = true') });
    expect(readRequestBody(op, parseXml('<Op xmlns="urn:other"/>'))).toMatchObject({
      problem: expect.stringContaining(
        "name 'Op' and namespace 'urn:n'. Found node type 'Element' with name 'Op' and namespace 'urn:other'",
      ),
    });
    expect(readReplyBody(op, parseXml('<Op xmlns="urn:n"/>')).type).toBe('problem');
  });
});

test.each<readonly [DataType, DataValue]>([
  ['int', 0.5],
  ['int', 2 ** 31],
  ['int', null],
  ['int', '1'],
  ['long', 1],
  ['string', 1],
  ['guid', null],
  ['dateTime', 'yesterday'],
  ['base64Binary', 'AA=='],
  [arrayOf('int'), 1],
  [arrayOf('int'), [null]],
  [arrayOf('guid'), 'x'],
  [INNER, 1],
  [INNER, {}],
  [INNER, []],
])('a caller that passes another type (%j, %j) is told', (type, value) => {
  expect(() => requestBody(passing(type), { v: value })).toThrow(InvalidOperation);
});

test('a caller that leaves an argument out is told', () => {
  expect(() => requestBody(passing('string'), {})).toThrow(InvalidOperation);
});

test('any infoset is read as arguments or is a problem, and never a throw', () => {
  const seed = Date.now();
  process.stdout.write(`readRequestBody property: seed ${seed}\n`);
  const operation = twoWayOperation(MONO_ECHO.operations, 'EchoPerson');
  const names = ['p', 'Active', 'Age', 'Big', 'Born', 'Id', 'Money', 'Name', 'Photo', 'Score', 'Tags', 'string'];
  const namespaces = fc.constantFrom('urn:interop:echo', 'urn:interop:data', ARRAYS);
  const texts = fc.oneof(fc.string(), fc.constantFrom('1', 'true', '2024-02-29T12:00:00', 'AA==', '1.5'));
  const { node } = fc.letrec<{ node: XmlNode }>((tie) => ({
    node: fc.oneof(
      { depthSize: 'medium' },
      texts.map((value): XmlNode => characters(value)),
      elementOf(fc.array(tie('node'), { maxLength: 5 })),
    ),
  }));
  function elementOf(children: fc.Arbitrary<XmlNode[]>): fc.Arbitrary<XmlElement> {
    return fc
      .record({ namespace: namespaces, local: fc.constantFrom(...names), children })
      .map((made) =>
        element({ prefix: '', namespace: made.namespace, origin: 'inline' }, made.local, ...made.children),
      );
  }
  fc.assert(
    fc.property(fc.array(node, { maxLength: 4 }), (children) => {
      const body = element({ prefix: '', namespace: 'urn:interop:echo', origin: 'inline' }, 'EchoPerson', ...children);
      const read = readRequestBody(operation, body);
      if (read.type === 'data') expect(() => requestBody(operation, read.data)).not.toThrow();
    }),
    { seed, numRuns: 2_000 },
  );
});
