import { describe, expect, test } from '@jest/globals';
import { attributeValue, childElements, textOf, type XmlElement } from '../encoding/index.ts';
import type { Direction } from '../framing/testing/vectors.ts';
import { EXCEPTION_DETAIL } from './exception-detail.ts';
import {
  CAPTURED_DETAIL,
  CAPTURED_ECHO,
  type DataContract,
  type Message,
  MONO_ECHO,
  MONO_ECHO_FAULT,
  outcomeOf,
  type QName,
  readDetail,
  readMessage,
  SCHEMA_INSTANCE,
  type SoapFault,
  type TwoWayOperation,
  twoWayOperation,
} from './index.ts';
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

/** The message of a direction at an index. */
function captured(name: string, direction: Direction, index: number): Message {
  const found = CAPTURED_MESSAGES.find((candidate) => candidate.name === name && candidate.direction === direction);
  const message = found?.messages[index];
  if (message === undefined) throw new Error(`${name} has no message ${index}`);
  return messageIn(message.envelope);
}

const typed = twoWayOperation(CAPTURED_ECHO.operations, 'Typed');
const anyOther = twoWayOperation(CAPTURED_ECHO.operations, 'Echo');

/** What the recorded .NET client threw, and whether its channel was Faulted then. */
test.each<readonly [string, number, TwoWayOperation, string, boolean]>([
  ['fault-typed', 0, typed, 'FaultException<Detail>', false],
  ['streamed', 2, typed, 'FaultException<Detail>', false],
  ['fault-internal', 0, anyOther, 'FaultException', true],
  ['duplex-askback-reentrant', 0, anyOther, 'FaultException', true],
  ['unknown-action', 0, anyOther, 'ActionNotSupportedException', false],
  ['session-contract', 1, anyOther, 'ActionNotSupportedException', false],
])(
  'the fault of %s (message %i) is shown to its caller as it was',
  (name, index, operation, exception, faultsChannel) => {
    const reply = captured(`dotnet-server/${name}`, 's2c', index);
    const message = reply.content.type === 'fault' ? reply.content.reason : 'no fault';
    expect(outcomeOf(reply, operation)).toEqual({
      type: 'threw',
      exception: { name: exception, message },
      faultsChannel,
    });
  },
);

describe('the detail of a fault', () => {
  function detailOf(name: string, index: number, contract: DataContract) {
    const { content } = captured(name, 's2c', index);
    return content.type === 'fault' ? readDetail(content, contract) : content;
  }

  test('is read by its contract', () => {
    const detail = detailOf('dotnet-server/fault-typed', 0, CAPTURED_DETAIL);
    expect(detail).toEqual({ type: 'data', data: { Code: 42, Text: 'x' } });
  });

  test('is read from Mono too, and found there although the action is another', () => {
    const detail = detailOf('mono/nettcp-fault', 2, MONO_ECHO_FAULT);
    expect(detail).toEqual({ type: 'data', data: { Code: 7, Text: 'typed 7' } });
    const operation = twoWayOperation(MONO_ECHO.operations, 'FailTyped');
    expect(outcomeOf(captured('mono/nettcp-fault', 's2c', 2), operation)).toMatchObject({
      exception: { name: 'FaultException<EchoFault>', message: 'typed fault' },
    });
  });

  test('tells the exception behind it', () => {
    expect(detailOf('mono/nettcp-fault-detail', 0, EXCEPTION_DETAIL)).toMatchObject({
      data: {
        HelpLink: null,
        InnerException: null,
        Message: 'unhandled plain',
        StackTrace: expect.stringContaining('at EchoService.Fail'),
        Type: 'System.InvalidOperationException',
      },
    });
  });

  test('of another contract is none of this one', () => {
    expect(detailOf('dotnet-server/fault-typed', 0, EXCEPTION_DETAIL)).toBeUndefined();
    expect(detailOf('dotnet-server/fault-internal', 0, EXCEPTION_DETAIL)).toBeUndefined();
  });
});
