import { describe, expect, test } from '@jest/globals';
import {
  attribute,
  attributeValue,
  boolean,
  characters,
  childElement,
  childElements,
  declaration,
  element,
  integer,
  NO_NAMESPACE,
  namespaceOf,
  qualifiedName,
  uniqueId,
  type Vocabulary,
  XML_VOCABULARY,
  type XmlArray,
} from './infoset.ts';
import { textOf } from './text.ts';

const SOAP: Vocabulary = { prefix: 's', namespace: 'http://www.w3.org/2003/05/soap-envelope', origin: 'static' };
const ECHO: Vocabulary = { prefix: '', namespace: 'urn:echo', origin: 'session' };

test('an element keeps the order of what it declares and of what it holds, however they are mixed', () => {
  const nil = attribute({ ...ECHO, prefix: 'b' }, 'nil', boolean(true));
  const child = element(ECHO, 'c');
  const made = element(SOAP, 'Body', characters('a'), nil, child, declaration(SOAP), characters('b', 'session'));
  expect(made).toEqual({
    type: 'element',
    prefix: 's',
    local: 'Body',
    namespace: SOAP.namespace,
    origin: 'static',
    attributes: [
      { type: 'attribute', prefix: 'b', local: 'nil', namespace: 'urn:echo', origin: 'session', value: boolean(true) },
      { type: 'declaration', prefix: 's', namespace: SOAP.namespace, origin: 'static' },
    ],
    children: [characters('a'), child, { type: 'characters', text: 'b', origin: 'session' }],
  });
});

test('an attribute without a prefix has no namespace, whatever its vocabulary', () => {
  expect(attribute(ECHO, 'Lower', integer(1))).toMatchObject({ prefix: '', namespace: '', origin: 'session' });
});

describe('a message id', () => {
  test('is compact when it is a uuid, in either case', () => {
    const uuid = '00112233-4455-6677-8899-aabbccddeeff';
    expect(uniqueId(`urn:uuid:${uuid}`)).toEqual({ type: 'uniqueId', uuid });
    expect(uniqueId(`urn:uuid:${uuid.toUpperCase()}`)).toEqual({ type: 'uniqueId', uuid });
  });

  test.each(['urn:x', 'urn:uuid:00112233', 'x urn:uuid:00112233-4455-6677-8899-aabbccddeeff', 'http://h/1'])(
    'is characters when it is %s',
    (uri) => {
      expect(uniqueId(uri)).toEqual(characters(uri));
    },
  );
});

test('an integer is whole', () => {
  expect(integer(-3)).toEqual(integer(-3n));
  expect(() => integer(1.5)).toThrow(RangeError);
});

test('a qualified name has the prefix of its vocabulary', () => {
  expect(textOf(qualifiedName(SOAP, 'Sender'))).toBe('s:Sender');
});

describe('the children of an element', () => {
  const array: XmlArray = { type: 'array', of: 'int32', item: element(ECHO, 'int'), values: [integer(1), integer(2)] };
  const parent = element(NO_NAMESPACE, 'p', characters(' '), array, element(SOAP, 'int', integer(3)), {
    type: 'comment',
    text: 'int',
  });

  test('are its elements, with an array as one for each value', () => {
    expect(childElements(parent)).toEqual([
      element(ECHO, 'int', integer(1)),
      element(ECHO, 'int', integer(2)),
      element(SOAP, 'int', integer(3)),
    ]);
  });

  test('are found by name and namespace', () => {
    expect(childElement(parent, 'int', SOAP.namespace)).toEqual(element(SOAP, 'int', integer(3)));
    expect(childElement(parent, 'int', 'urn:echo')).toEqual(element(ECHO, 'int', integer(1)));
    expect(childElement(parent, 'int', '')).toBeUndefined();
  });
});

test('an attribute is found by name and namespace, and a declaration is none', () => {
  const one = element(
    NO_NAMESPACE,
    'e',
    declaration({ ...SOAP, prefix: 'a' }),
    attribute(SOAP, 'a', integer(1)),
    attribute(NO_NAMESPACE, 'a', integer(2)),
  );
  expect(attributeValue(one, 'a')).toEqual(integer(2));
  expect(attributeValue(one, 'a', SOAP.namespace)).toEqual(integer(1));
  expect(attributeValue(one, 'b')).toBeUndefined();
});

describe('a prefix in a text', () => {
  const outer = element(SOAP, 'outer', declaration(SOAP), declaration(ECHO));
  const inner = element(SOAP, 'inner', declaration({ ...SOAP, namespace: 'urn:inner' }));

  test('means what the innermost element that declares it says', () => {
    expect(namespaceOf('s', [outer])).toBe(SOAP.namespace);
    expect(namespaceOf('s', [outer, inner])).toBe('urn:inner');
    expect(namespaceOf('', [outer, inner])).toBe('urn:echo');
  });

  test('means nothing when none does, but for none and xml', () => {
    expect(namespaceOf('x', [outer, inner])).toBeUndefined();
    expect(namespaceOf('', [inner])).toBe('');
    expect(namespaceOf('xml', [])).toBe(XML_VOCABULARY.namespace);
  });
});
