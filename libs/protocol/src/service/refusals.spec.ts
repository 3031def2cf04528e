import { describe, expect, test } from '@jest/globals';
import { attribute, characters, childElements, declaration, element, type XmlElement } from '../encoding/index.ts';
import { encodeRecord } from '../framing/index.ts';
import {
  ADDRESSING,
  DUPLEX_TEST_SERVICE,
  NO_ADDRESS,
  oneWayOperation,
  requestBody,
  SOAP,
  twoWayOperation,
  writeMessage,
} from '../soap/index.ts';
import { ADDRESS, caller, id, messagesIn } from './testing/caller.ts';
import { END, effectsOf, received, story, written } from './testing/session.ts';

const { operations } = DUPLEX_TEST_SERVICE;
const echo = twoWayOperation(operations, 'Echo');
const oneWay = oneWayOperation(operations, 'OneWay');
const STRANGE = { prefix: 'x', namespace: 'urn:x', origin: 'inline' } as const;
const MUST = element(STRANGE, 'Must', attribute(SOAP, 'mustUnderstand', characters('1')), declaration(STRANGE));

const request = (
  changes: { readonly action?: string; readonly to?: string; readonly headers?: readonly XmlElement[] } = {},
) =>
  ({
    type: 'request',
    action: echo.action,
    messageId: id(1),
    to: ADDRESS,
    body: requestBody(echo, { s: 'x' }),
    ...changes,
  }) as const;

function mapHeaders(envelope: XmlElement, map: (header: XmlElement) => readonly XmlElement[]): XmlElement {
  const children = envelope.children.map((child) =>
    child.type === 'element' && child.local === 'Header'
      ? { ...child, children: childElements(child).flatMap(map) }
      : child,
  );
  return { ...envelope, children };
}

const without = (envelope: XmlElement, local: string) =>
  mapHeaders(envelope, (header) => (header.local === local ? [] : [header]));

const outcome = (envelope: XmlElement) => {
  const { write } = caller();
  const [answer] = messagesIn(effectsOf([received(100, write(envelope))]));
  if (answer?.content.type !== 'fault') return undefined;
  const { code, subcodes } = answer.content;
  return { action: answer.action, code: code.local, subcode: subcodes[0]?.local, relatesTo: answer.relatesTo };
};

describe('a message that calls nothing', () => {
  test('because its action is unknown is answered, and is no activity', () => {
    const { send } = caller();
    expect(story([received(1_000, send(request({ action: 'urn:none' }))), written(1_001, 2)])).toMatchSnapshot();
  });

  test('because it is for nobody here is answered, and is no activity', () => {
    const { send } = caller();
    const to = 'net.tcp://localhost:8081/elsewhere';
    expect(story([received(1_000, send(request({ to }))), written(1_001, 2)])).toMatchSnapshot();
  });

  test('because nobody understands its header is answered, and is activity', () => {
    const { send } = caller();
    expect(story([received(1_000, send(request({ headers: [MUST] }))), written(1_001, 2)])).toMatchSnapshot();
  });

  test('though it is one way is not answered, and is activity', () => {
    const { send } = caller();
    const message = { type: 'oneWay', action: oneWay.action, to: ADDRESS, headers: [MUST] } as const;
    expect(story([received(1_000, send(message))])).toMatchSnapshot();
  });

  test('and wants no answer gets none', () => {
    const { write } = caller();
    const nowhere = element(ADDRESSING, 'ReplyTo', element(ADDRESSING, 'Address', characters(NO_ADDRESS)));
    const anonymous = writeMessage(request({ action: 'urn:none' }));
    const envelope = mapHeaders(anonymous, (header) => (header.local === 'ReplyTo' ? [nowhere] : [header]));
    expect(story([received(1_000, write(envelope))])).toMatchSnapshot();
  });

  test('because it has no id, though a reply is due, ends the session', () => {
    const { write } = caller();
    const lines = [
      received(100, write(without(writeMessage(request()), 'MessageID'))),
      written(101, 2),
      received(102, END),
    ];
    expect(story(lines)).toMatchSnapshot();
  });

  test('because it has no action is answered, and the session goes on', () => {
    expect(outcome(without(writeMessage(request()), 'Action'))).toEqual({
      action: 'http://www.w3.org/2005/08/addressing/fault',
      code: 'Sender',
      subcode: 'InvalidAddressingHeader',
      relatesTo: id(1),
    });
    const { write } = caller();
    const lines = [received(100, write(without(writeMessage(request()), 'Action'))), written(101, 2)];
    expect(story(lines)).toMatchSnapshot();
  });

  test('because its body is another is answered under the name of its operation', () => {
    const wrong = writeMessage({ ...request(), body: requestBody(oneWay, { s: 'x' }) });
    expect(outcome(wrong)).toMatchObject({ code: 'Sender', subcode: 'DeserializationFailed', relatesTo: id(1) });
  });
});

describe('what is no message', () => {
  test('of XML is answered by RST', () => {
    const { write } = caller();
    expect(story([received(100, write(element(STRANGE, 'Nothing', declaration(STRANGE))))])).toMatchSnapshot();
  });

  test('of bytes is answered by RST, and what came behind it is not read', () => {
    const { calls } = caller();
    const payload = Uint8Array.of(0, 0xff);
    const lines = [received(100, encodeRecord({ type: 'sizedEnvelope', payload }), calls(1, 'Echo', { s: 'x' }))];
    expect(story(lines)).toMatchSnapshot();
  });
});
