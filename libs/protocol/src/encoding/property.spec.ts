import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { fromHex } from '../framing/testing/bytes.ts';
import {
  attribute,
  characters,
  declaration,
  element,
  integer,
  type Origin,
  type Vocabulary,
  type XmlDocument,
  type XmlElement,
  type XmlNode,
  type XmlText,
} from './infoset.ts';
import { LAST_TICK } from './lexical.ts';
import { binaryMessageDecoder, binaryMessageEncoder } from './message-encoding.ts';
import { documentIn, hexOf } from './testing/bytes.ts';
import { printed } from './testing/print.ts';
import { VECTORS } from './testing/vectors.ts';

const origin = fc.constantFrom<Origin>('inline', 'static', 'session');
/** Names of the static dictionary, and others. */
const local = fc.oneof(fc.constantFrom('Envelope', 'Action', 's', 'Id'), fc.stringMatching(/^[A-Za-z][\w.-]{0,60}$/));
const text = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 20 }),
  fc.tuple(fc.constantFrom('x', 'é', '日', '😀', 'aé', '日a'), fc.nat(400)).map(([unit, times]) => unit.repeat(times)),
  fc.constantFrom('', '0', '1', 'true', '\ufeff', 'Envelope', 'x'.repeat(300)),
);
const uuid = fc.uuid();
/** What Microsoft's writer turns into a narrower number keeps its digits: halves do, tenths of a float do not. */
const real = fc.oneof(
  fc.integer({ min: -1_000_000, max: 1_000_000 }).map((value) => value / 8 + 0),
  fc.constantFrom(0.1, 1e300, 5e-324, Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY),
);

const scalar: fc.Arbitrary<XmlText> = fc.oneof(
  fc.tuple(text, origin).map(([value, from]): XmlText => characters(value, value === '' ? 'inline' : from)),
  fc.boolean().map((value): XmlText => ({ type: 'boolean', value })),
  fc.bigInt({ min: -(2n ** 63n), max: 2n ** 64n - 1n }).map(integer),
  fc.integer({ min: -70_000, max: 70_000 }).map(integer),
  real.map((value): XmlText => ({ type: 'double', value })),
  fc
    .tuple(fc.bigInt({ min: 0n, max: 2n ** 96n - 1n }), fc.boolean())
    .map(([value, negative]): XmlText => ({ type: 'decimal', value: `${negative ? '-' : ''}${value}` })),
  fc
    .tuple(fc.bigInt({ min: 0n, max: LAST_TICK }), fc.constantFrom('unspecified', 'utc', 'local'))
    .map(([ticks, kind]): XmlText => ({ type: 'dateTime', ticks, kind })),
  fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }).map((ticks): XmlText => ({ type: 'timeSpan', ticks })),
  uuid.map((value): XmlText => ({ type: 'uniqueId', uuid: value })),
  uuid.map((value): XmlText => ({ type: 'uuid', uuid: value })),
  fc.uint8Array({ maxLength: 700 }).map((value): XmlText => ({ type: 'bytes', value })),
  fc
    .tuple(fc.constantFrom('s', 'pp', ''), local, origin)
    .map(([prefix, name, from]): XmlText => ({ type: 'qualifiedName', prefix, local: name, origin: from })),
);
const list: fc.Arbitrary<XmlText> = fc
  .array(scalar, { maxLength: 4 })
  .map((items): XmlText => ({ type: 'list', items }));

const vocabulary: fc.Arbitrary<Vocabulary> = fc
  .tuple(fc.constantFrom('', 's', 'a', 'z', 'pp', 'P'), fc.constantFrom('urn:n', 'http://tempuri.org/'), origin)
  .map(([prefix, namespace, from]) => ({ prefix, namespace, origin: from }));

/** An element that declares what it uses; its attributes differ in name. */
const startTag = fc
  .tuple(vocabulary, local, fc.uniqueArray(fc.tuple(local, scalar), { selector: ([name]) => name, maxLength: 3 }))
  .map(([names, name, attributes]) =>
    element(names, name, declaration(names), ...attributes.map(([key, value]) => attribute(names, key, value))),
  );

const array: fc.Arbitrary<XmlNode> = fc
  .tuple(startTag, fc.array(fc.integer({ min: -32_768, max: 32_767 }), { minLength: 1, maxLength: 40 }))
  .map(
    ([item, values]): XmlNode => ({ type: 'array', of: 'int16', item, values: values.map((value) => integer(value)) }),
  );

const { tree } = fc.letrec<{ tree: XmlElement; node: XmlNode }>((tie) => ({
  tree: fc
    .tuple(startTag, fc.array(tie('node'), { maxLength: 4 }))
    .map(([tag, children]): XmlElement => ({ ...tag, children })),
  node: fc.oneof(
    { maxDepth: 4 },
    scalar,
    list,
    array,
    text.map((comment): XmlNode => ({ type: 'comment', text: comment })),
    tie('tree'),
  ),
}));

function seeded(name: string): number {
  const seed = Date.now();
  process.stdout.write(`${name} property: seed ${seed}\n`);
  return seed;
}

const WIDE = { maxReceivedMessageSize: 10_000_000 };

test('NBFX-11 any infosets of one session are read as they were written, and written again to the same bytes', () => {
  const seed = seeded('binary message');
  fc.assert(
    fc.property(fc.array(tree, { minLength: 1, maxLength: 3 }), fc.boolean(), (roots, session) => {
      const [encoder, again] = [binaryMessageEncoder({ session }), binaryMessageEncoder({ session })];
      const decoder = binaryMessageDecoder({ session, ...WIDE, quotas: { maxStringContentLength: 1_000_000 } });
      for (const root of roots) {
        const payload = encoder.encode(root);
        const read = documentIn(decoder.decode(payload));
        expect(printed(read)).toBe(printed(root));
        expect(hexOf(again.encode(read))).toBe(hexOf(payload));
      }
    }),
    { seed, numRuns: 600 },
  );
});

test('random bytes never throw, and what they mean is written and read again', () => {
  const seed = seeded('random payload');
  const payload = fc.array(
    fc.oneof(
      {
        weight: 6,
        arbitrary: fc.constantFrom(0x01, 0x02, 0x03, 0x04, 0x08, 0x40, 0x42, 0x56, 0x5e, 0x98, 0x99, 0xa4, 0xa6, 0xaa),
      },
      { weight: 4, arbitrary: fc.integer({ min: 0x80, max: 0xbd }) },
      { weight: 4, arbitrary: fc.integer({ min: 0, max: 4 }) },
      { weight: 1, arbitrary: fc.integer({ min: 0, max: 255 }) },
    ),
    { maxLength: 60 },
  );
  fc.assert(
    fc.property(payload, fc.boolean(), (values, session) => readAgain(Uint8Array.from(values), session)),
    {
      seed,
      numRuns: 10_000,
    },
  );
});

test('a real message with a few bytes changed never throws, and what it means is written and read again', () => {
  const seed = seeded('changed message');
  const messages = VECTORS.messages.map(({ payload }) => fromHex(payload));
  const vectors = VECTORS.nbfx.map(({ hex }) => fromHex(`00 ${hex}`));
  const changes = fc.array(fc.tuple(fc.nat(), fc.integer({ min: 0, max: 255 })), { minLength: 1, maxLength: 3 });
  fc.assert(
    fc.property(fc.constantFrom(...messages, ...vectors), changes, (original, changed) => {
      const payload = original.slice();
      for (const [place, value] of changed) payload[place % payload.length] = value;
      readAgain(payload, true);
    }),
    { seed, numRuns: 10_000 },
  );
});

function readAgain(payload: Uint8Array, session: boolean): void {
  const read = binaryMessageDecoder({ session }).decode(payload);
  if (read.type === 'violation') {
    expect(read.rule).toMatch(/^wcf-wire [123]/);
    expect(read.offset).toBeLessThanOrEqual(payload.length);
    return;
  }
  const written = binaryMessageEncoder({ session }).encode(read);
  expect(shown(documentIn(binaryMessageDecoder({ session }).decode(written)))).toBe(shown(read));
}

/** Numbers by their value: Microsoft's writer gives one another type where that holds it, and so other digits. */
function shown({ root }: XmlDocument): string {
  return printed(byValue(root));
}

function byValue(node: XmlElement): XmlElement {
  const attributes = node.attributes.map((one) =>
    one.type === 'attribute' ? { ...one, value: numberByValue(one.value) } : one,
  );
  return { ...node, attributes, children: node.children.map(nodeByValue) };
}

function nodeByValue(node: XmlNode): XmlNode {
  if (node.type === 'element') return byValue(node);
  if (node.type === 'array') return { ...node, item: byValue(node.item), values: node.values.map(numberByValue) };
  return node.type === 'comment' ? node : numberByValue(node);
}

function numberByValue(value: XmlText): XmlText {
  if (value.type === 'list') return { ...value, items: value.items.map(numberByValue) };
  const isNumber = value.type === 'float' || value.type === 'double' || value.type === 'integer';
  return isNumber ? { type: 'double', value: Number(value.value) + 0 } : value;
}
