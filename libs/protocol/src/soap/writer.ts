import {
  attribute,
  characters,
  declaration,
  element,
  integer,
  NO_NAMESPACE,
  uniqueId,
  type XmlElement,
  type XmlText,
} from '../encoding/infoset.ts';
import { faultElement } from './fault.ts';
import type { OutgoingMessage } from './message.ts';
import { ADDRESSING, ANONYMOUS, type QName, SOAP } from './names.ts';

/** The envelope of a message: WCF's headers in WCF's order (wcf-wire 4.1, 4.2). */
export function writeMessage(message: OutgoingMessage): XmlElement {
  return element(
    SOAP,
    'Envelope',
    declaration(SOAP),
    declaration(ADDRESSING),
    element(SOAP, 'Header', actionOf(message), ...(message.headers ?? []), ...addressingOf(message)),
    element(SOAP, 'Body', ...contentOf(message)),
  );
}

/** The action that an operation owns goes to the table of the session; that of a fault never does (wcf-wire 3.3). */
function actionOf({ type, action }: OutgoingMessage): XmlElement {
  return element(ADDRESSING, 'Action', MUST_UNDERSTAND, characters(action, type === 'fault' ? 'inline' : 'session'));
}

const MUST_UNDERSTAND = attribute(SOAP, 'mustUnderstand', integer(1));

function addressingOf(message: OutgoingMessage): readonly XmlElement[] {
  switch (message.type) {
    case 'request':
      return [element(ADDRESSING, 'MessageID', uniqueId(message.messageId)), REPLY_TO, toHeader(message.to)];
    case 'oneWay':
      return [toHeader(message.to)];
    case 'reply':
      return [relatesTo(message.relatesTo), ...optional(message.to, toHeader)];
    case 'fault':
      return [
        ...(message.notUnderstood ?? []).map(notUnderstoodHeader),
        ...optional(message.relatesTo, relatesTo),
        ...optional(message.to, toHeader),
      ];
  }
}

/** Replies of a session come down the session, whatever the address says. */
const REPLY_TO = element(ADDRESSING, 'ReplyTo', element(ADDRESSING, 'Address', addressText(ANONYMOUS)));

function toHeader(to: string): XmlElement {
  return element(ADDRESSING, 'To', MUST_UNDERSTAND, addressText(to));
}

function relatesTo(id: string): XmlElement {
  return element(ADDRESSING, 'RelatesTo', uniqueId(id));
}

function addressText(address: string): XmlText {
  return characters(address, address === ANONYMOUS ? 'static' : 'session');
}

/** The prefix is the first that the envelope leaves free. */
function notUnderstoodHeader({ namespace, local }: QName): XmlElement {
  const vocabulary = { prefix: namespace === '' ? '' : 'b', namespace, origin: 'inline' } as const;
  const name = namespace === '' ? local : `${vocabulary.prefix}:${local}`;
  const declared = namespace === '' ? [] : [declaration(vocabulary)];
  return element(SOAP, 'NotUnderstood', attribute(NO_NAMESPACE, 'qname', characters(name)), ...declared);
}

function contentOf(message: OutgoingMessage): readonly XmlElement[] {
  return message.type === 'fault' ? [faultElement(message.fault)] : optional(message.body, (body) => body);
}

function optional<Given>(given: Given | undefined, write: (given: Given) => XmlElement): readonly XmlElement[] {
  return given === undefined ? [] : [write(given)];
}
