import { describe, expect, test } from '@jest/globals';
import {
  attribute,
  attributeValue,
  childElement,
  childElements,
  declaration,
  element,
  integer,
  NO_NAMESPACE,
  type Vocabulary,
  XML_VOCABULARY,
  type XmlElement,
} from './infoset.ts';
import { binaryMessageDecoder, binaryMessageEncoder } from './message-encoding.ts';
import { documentIn } from './testing/bytes.ts';
import { READER_QUOTAS } from './violation.ts';

const bound = (prefix: string, namespace: string): Vocabulary => ({ prefix, namespace, origin: 'inline' });

/** What a decoder makes of an element; the namespaces that it was built with do not travel, only its declarations do. */
function decode(root: XmlElement) {
  const settings = { session: false, quotas: READER_QUOTAS, maxReceivedMessageSize: 1_000_000 };
  return binaryMessageDecoder(settings).decode(binaryMessageEncoder({ session: false }).encode(root));
}

const read = (root: XmlElement) => documentIn(decode(root)).root;
const unresolved = (prefix: string) => bound(prefix, '');

describe('wcf-wire 2.3 a prefix', () => {
  test('means what the innermost element says, and again what it meant when that is over', () => {
    const inner = element(unresolved('p'), 'x', declaration(bound('p', 'urn:inner')), element(unresolved('p'), 'y'));
    const root = read(
      element(
        unresolved('p'),
        'e',
        declaration(bound('a', 'urn:a')),
        declaration(bound('p', 'urn:outer')),
        inner,
        element(unresolved('p'), 'z'),
      ),
    );
    expect(root.namespace).toBe('urn:outer');
    expect(childElements(root).map(({ namespace }) => namespace)).toEqual(['urn:inner', 'urn:outer']);
    expect(childElements(childElement(root, 'x', 'urn:inner') ?? root)[0]?.namespace).toBe('urn:inner');
  });

  test('may be declared behind the attribute that uses it', () => {
    const root = read(
      element(NO_NAMESPACE, 'e', attribute(bound('p', '?'), 'a', integer(1)), declaration(bound('p', 'urn:p'))),
    );
    expect(attributeValue(root, 'a', 'urn:p')).toEqual(integer(1));
  });

  test('is not known to the next element when an element that declares it is over', () => {
    const root = element(
      NO_NAMESPACE,
      'e',
      element(NO_NAMESPACE, 'x', declaration(bound('p', 'urn:p'))),
      element(unresolved('p'), 'y'),
    );
    expect(decode(root)).toMatchObject({ type: 'violation', rule: 'wcf-wire 2.3', offset: 16, state: 'startTag' });
  });

  test('of an array is over with it', () => {
    const item = element(unresolved('p'), 'i', declaration(bound('p', 'urn:p')));
    const array = { type: 'array', of: 'int32', item, values: [integer(5)] } as const;
    expect(childElements(read(element(NO_NAMESPACE, 'e', array)))[0]?.namespace).toBe('urn:p');
    expect(decode(element(NO_NAMESPACE, 'e', array, element(unresolved('p'), 'x'))).type).toBe('violation');
  });

  test('xml is bound, and to nothing else', () => {
    const root = read(element(NO_NAMESPACE, 'e', attribute(XML_VOCABULARY, 'lang', integer(1))));
    expect(attributeValue(root, 'lang', XML_VOCABULARY.namespace)).toEqual(integer(1));
    expect(decode(element(NO_NAMESPACE, 'e', declaration(bound('xml', 'urn:x')))).type).toBe('violation');
  });
});

describe('wcf-wire 2.3 the default namespace', () => {
  test('is that of elements without a prefix, and can be taken back', () => {
    const root = read(
      element(
        NO_NAMESPACE,
        'e',
        declaration(bound('', 'urn:d')),
        element(NO_NAMESPACE, 'x'),
        element(NO_NAMESPACE, 'y', declaration(bound('', ''))),
      ),
    );
    expect([root, ...childElements(root)].map(({ namespace }) => namespace)).toEqual(['urn:d', 'urn:d', '']);
  });

  test('is not that of attributes', () => {
    const root = read(
      element(NO_NAMESPACE, 'e', declaration(bound('', 'urn:d')), attribute(NO_NAMESPACE, 'a', integer(1))),
    );
    expect(attributeValue(root, 'a')).toEqual(integer(1));
    expect(attributeValue(root, 'a', 'urn:d')).toBeUndefined();
  });
});

describe('wcf-wire 2.3 two attributes', () => {
  const declared = [
    declaration(bound('p', 'urn:n')),
    declaration(bound('q', 'urn:n')),
    declaration(bound('r', 'urn:m')),
  ];
  const many = (count: number) => {
    return Array.from({ length: count }, (_, index) => attribute(NO_NAMESPACE, `a${index}`, integer(0)));
  };

  test.each([0, 6, 7, 8, 20])('of the same expanded name are refused, beside %d others', (others) => {
    const twice = [attribute(bound('p', ''), 'a', integer(1)), attribute(bound('q', ''), 'a', integer(2))];
    const root = element(NO_NAMESPACE, 'e', ...declared, ...many(others), ...twice);
    expect(decode(root)).toMatchObject({ type: 'violation', rule: 'wcf-wire 2.3', offset: 0, state: 'startTag' });
  });

  test.each([0, 20])('of the same name in different namespaces are two, beside %d others', (others) => {
    const both = [attribute(bound('p', ''), 'a', integer(1)), attribute(bound('r', ''), 'a', integer(2))];
    const root = read(
      element(NO_NAMESPACE, 'e', ...declared, ...many(others), ...both, attribute(NO_NAMESPACE, 'a', integer(3))),
    );
    const values = ['urn:n', 'urn:m', ''].map((namespace) => attributeValue(root, 'a', namespace));
    expect(values).toEqual([integer(1), integer(2), integer(3)]);
  });
});

test('names that share a place in a decoder’s memory are not confused, and none is forgotten half', () => {
  const names = Array.from({ length: 3_000 }, (_, index) => `${index % 7 === 0 ? 'é' : 'n'}${index.toString(36)}`);
  const root = element(NO_NAMESPACE, 'e', ...names.map((name) => element(NO_NAMESPACE, name)));
  expect(childElements(read(root)).map(({ local }) => local)).toEqual(names);
});
