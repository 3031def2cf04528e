import { describe, expect, test } from '@jest/globals';
import { attributeValue, childElements, textOf, type XmlElement } from '../encoding/index.ts';
import { type Message, type QName, readMessage, SCHEMA_INSTANCE, type SoapFault } from './index.ts';
import { CAPTURED_MESSAGES, type Leaf, type MessageFacts } from './testing/captures.ts';

test('every family is here', () => {
  const counts = ['dotnet/', 'dotnet-server/', 'mono/'].map((family) => {
    const found = CAPTURED_MESSAGES.filter(({ name }) => name.startsWith(family));
    return found.reduce((sum, { messages }) => sum + messages.length, 0);
  });
  expect(counts).toEqual([570, 120, 193]);
});

describe('every captured envelope is read as its own decoder read it', () => {
  test.each(CAPTURED_MESSAGES)('$name, connection $connection, $direction', ({ messages }) => {
    expect(messages.map(({ envelope, facts }) => factsOf(messageIn(envelope), facts))).toEqual(
      messages.map(({ facts }) => facts),
    );
  });
});

function messageIn(envelope: XmlElement): Message {
  const read = readMessage(envelope);
  if (read.type === 'violation') throw new Error(JSON.stringify(read));
  return read;
}

/** What was read, in the form and as far as the facts tell it. */
function factsOf({ type: _, content, headers, ...addressing }: Message, facts: MessageFacts) {
  const others = headers.map(({ element, mustUnderstand }) => `${mustUnderstand ? '!' : ''}${nameOf(element)}`);
  return {
    ...addressing,
    ...(others.length === 0 ? {} : { headers: others }),
    ...(content.type === 'body' ? bodyFacts(content.body, facts) : { fault: faultFacts(content) }),
  };
}

function bodyFacts(body: XmlElement | undefined, { values }: MessageFacts) {
  if (body === undefined) return {};
  return { body: nameOf(body), ...(values === undefined ? {} : { values: leavesOf(body) }) };
}

function faultFacts({ code, subcodes, reason, detail }: SoapFault) {
  const details = detail.map((element) => [nameOf(element), leavesOf(element, { itself: true })]);
  return {
    codes: [code, ...subcodes].map(nameOf),
    reason,
    ...(details.length === 0 ? {} : { detail: details }),
  };
}

function nameOf({ namespace, local }: QName): string {
  return `{${namespace}}${local}`;
}

/** The elements inside that have no child elements. */
function leavesOf(element: XmlElement, { itself } = { itself: false }): readonly Leaf[] {
  const inside = childElements(element);
  if (inside.length > 0) return inside.flatMap((child) => leavesOf(child, { itself: true }));
  if (!itself) return [];
  const isNil = attributeValue(element, 'nil', SCHEMA_INSTANCE.namespace) !== undefined;
  const text = isNil ? null : textOf(element);
  return text === null || text.length < LONG ? [[element.local, text]] : [];
}

/** Texts from this length on are not told. */
const LONG = 150;
