import { describe, expect, test } from '@jest/globals';
import type { XmlElement } from '../encoding/index.ts';
import { printed } from '../encoding/testing/print.ts';
import {
  CAPTURED_DUPLEX,
  CAPTURED_DUPLEX_TEST,
  CAPTURED_ECHO,
  CAPTURED_SESSION,
  CAPTURED_TEST,
  contract,
  type DataRead,
  type DataRecord,
  dispatch,
  EnvelopeWriter,
  type FaultAnswer,
  internalServiceFault,
  type Message,
  MONO_DUPLEX,
  MONO_ECHO,
  MONO_SESSION,
  type Operation,
  type OutgoingMessage,
  readMessage,
  readReplyBody,
  readRequestBody,
  replyBody,
  requestBody,
  writeMessage,
} from './index.ts';
import { CAPTURED_MESSAGES, type CapturedMessage, type CapturedMessages } from './testing/captures.ts';

/** What two clients believed that their services had. */
const UNANSWERED = [
  contract({ name: 'IEcho', namespace: 'urn:cw:echo', operations: { Nope: { takes: { s: 'string' } } } }),
  contract({ name: 'ISess', namespace: 'urn:cw:echo', operations: { Echo: { takes: { s: 'string' } } } }),
];

const OPERATIONS: readonly Operation[] = [
  ...[CAPTURED_TEST, CAPTURED_DUPLEX_TEST, CAPTURED_ECHO, CAPTURED_SESSION, CAPTURED_DUPLEX, ...UNANSWERED],
  ...[MONO_ECHO, MONO_DUPLEX, MONO_SESSION],
].flatMap(({ operations, callbacks }) => [...operations, ...callbacks]);

/** Reliable sessions have headers, messages and faults of their own. */
const RELIABLE = /\/rm[/}]|\/ws-rx\//;

const PLAIN = CAPTURED_MESSAGES.filter(
  ({ messages }) =>
    !messages.some(({ facts }) => RELIABLE.test([facts.action, facts.headers, facts.fault?.codes].join())),
);

/** Bodies that no caller of ours could have written: no arguments of their operations. */
const NO_ARGUMENTS = 'dotnet-server/raw-wrong-params c2s';

const REWRITTEN = PLAIN.filter((captured) => nameOf(captured) !== NO_ARGUMENTS);

function nameOf({ name, direction }: CapturedMessages): string {
  return `${name} ${direction}`;
}

function messageIn({ envelope }: CapturedMessage): Message {
  const read = readMessage(envelope);
  if (read.type === 'violation') throw new Error(JSON.stringify(read));
  return read;
}

/** The message that says the same, by the contract of the peers. */
function rewritten(captured: CapturedMessage): OutgoingMessage {
  const { action, content, messageId, relatesTo, to } = messageIn(captured);
  const correlation = { ...(relatesTo === undefined ? {} : { relatesTo }), ...(to === undefined ? {} : { to }) };
  if (content.type === 'fault') return { type: 'fault', action, fault: content, ...correlation };
  return withBody({ action, messageId, relatesTo, to }, content.body);
}

type Addressing = Readonly<Record<'messageId' | 'relatesTo' | 'to', string | undefined>> & { readonly action: string };

function withBody(
  { action, messageId, relatesTo, to = '' }: Addressing,
  body: XmlElement | undefined,
): OutgoingMessage {
  const asked = OPERATIONS.find((operation) => operation.action === action);
  if (asked !== undefined) {
    const written = requestBody(asked, dataIn(readRequestBody(asked, body)));
    if (messageId === undefined) return { type: 'oneWay', action, to, body: written };
    return { type: 'request', action, messageId, to, body: written };
  }
  const answered = OPERATIONS.find((operation) => !operation.oneWay && operation.replyAction === action);
  if (answered === undefined || answered.oneWay) throw new Error(`no contract knows ${action}`);
  const written = replyBody(answered, dataIn(readReplyBody(answered, body)));
  return { type: 'reply', action, relatesTo: relatesTo ?? '', ...(to === '' ? {} : { to }), body: written };
}

function dataIn(read: DataRead<DataRecord>): DataRecord {
  if (read.type === 'problem') throw new Error(read.problem);
  return read.data;
}

/** A null string under Mono has the serializer's prefix, and a fault code no prefix at all. */
const MONO_DIFFERS: Readonly<Record<string, readonly number[]>> = {
  'mono/nettcp-types c2s': [1],
  'mono/nettcp-types s2c': [1],
  'mono/nettcp-fault s2c': [2],
};

describe('what is read is written again as the same infoset, whoever had written it', () => {
  test.each(REWRITTEN)('$name, connection $connection, $direction', (captured) => {
    const differing = captured.messages.flatMap((message, index) =>
      printed(writeMessage(rewritten(message))) === printed(message.envelope) ? [] : [index],
    );
    expect(differing).toEqual(MONO_DIFFERS[nameOf(captured)] ?? []);
  });
});

/** The stub and Mono have string tables of their own habits. */
function isWrittenByDotNet({ name, direction }: CapturedMessages): boolean {
  return name.startsWith('dotnet-server/') || (name.startsWith('dotnet/') && direction === 'c2s');
}

/** The raw driver of the recording does not take the smallest integer. */
const WIDE_INTEGERS = ['raw-end-in-call', 'raw-envelope-after-end', 'raw-pipelined'].map(
  (name) => `dotnet-server/${name} c2s`,
);

describe('what .NET wrote is written again to the same bytes, string tables included', () => {
  const written = REWRITTEN.filter(
    (captured) => isWrittenByDotNet(captured) && !WIDE_INTEGERS.includes(nameOf(captured)),
  );

  test.each(written)('$name, connection $connection, $direction', ({ messages }) => {
    let writer = new EnvelopeWriter({ session: true });
    for (const [index, message] of messages.entries()) {
      const isFirst = message.session !== messages[index - 1]?.session;
      if (isFirst) writer = new EnvelopeWriter({ session: message.isBuffered });
      const payload = writer.write(rewritten(message));
      expect(Buffer.from(payload).toString('hex')).toBe(Buffer.from(message.payload).toString('hex'));
    }
  });

  test('nothing of it is lost from sight: of all messages these are without a reliable session, and these are compared', () => {
    const count = (list: readonly CapturedMessages[]) => list.reduce((sum, { messages }) => sum + messages.length, 0);
    expect([count(CAPTURED_MESSAGES), count(REWRITTEN), count(written)]).toEqual([883, 342, 128]);
  });
});

describe('a service of ours answers the captured request with the captured fault', () => {
  const service = { operations: CAPTURED_ECHO.operations, address: { path: '/echo' } };

  function answerTo(request: CapturedMessage): FaultAnswer {
    const found = dispatch(messageIn(request), service);
    return found.type === 'refused' ? found.answer : internalServiceFault();
  }

  test.each([
    ['unknown-action', 0],
    ['raw-unknown-action', 0],
    ['raw-wrong-to', 0],
    ['raw-wrong-params', 1],
    ['fault-internal', 0],
  ])('%s', (name, index) => {
    const [requests, replies] = ['c2s', 's2c'].map((direction) =>
      CAPTURED_MESSAGES.find((captured) => nameOf(captured) === `dotnet-server/${name} ${direction}`),
    );
    const [request, reply] = [requests?.messages[index], replies?.messages[index]];
    if (request === undefined || reply === undefined) throw new Error(`${name} is not captured`);
    const { action, fault } = answerTo(request);
    const { action: captured, content } = messageIn(reply);
    // The recorded service ran without a culture.
    expect({ action, content: { ...fault, language: '' } }).toEqual({ action: captured, content });
  });
});
