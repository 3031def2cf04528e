import { attributeValue, childElement, childElements, type XmlElement } from '../encoding/infoset.ts';
import { type AddressingProblem, invalidAddressing, versionMismatch } from './dispatcher-faults.ts';
import type { FaultAnswer } from './fault.ts';
import { readFault } from './fault-reader.ts';
import type { Content, Header, Message, SoapViolation } from './message.ts';
import { ADDRESSING, SOAP } from './names.ts';
import { simpleText, textOfAttribute } from './text.ts';

/** Reads an envelope of any peer: Mono's too, which leaves out what .NET writes. A malformed one is a violation. */
export function readMessage(envelope: XmlElement): Message | SoapViolation {
  if (envelope.local !== 'Envelope') return violation('wcf-wire 4.1', envelope.local);
  if (envelope.namespace !== SOAP.namespace) return violation('wcf-wire 4.5', 'Envelope', versionMismatch());
  const [first, second] = childElements(envelope);
  const header = isSoap(first, 'Header') ? first : undefined;
  const body = header === undefined ? first : second;
  if (body === undefined || !isSoap(body, 'Body')) return violation('wcf-wire 4.1', 'Envelope/Body');
  const read = readHeaders(header === undefined ? [] : childElements(header));
  if (read.type === 'violation') return related(read, header);
  const { action, ...addressing } = read.addressing;
  if (action === undefined) return related(missingAction(), header);
  const content = readContent(envelope, body);
  if (content.type === 'violation') return related(content, header);
  return { type: 'message', action, ...addressing, headers: read.headers, content };
}

function readContent(envelope: XmlElement, body: XmlElement): Content | SoapViolation {
  const [first] = childElements(body);
  if (first === undefined || !isSoap(first, 'Fault')) return { type: 'body', body: first };
  return readFault(first, [envelope, body]) ?? violation('wcf-wire 4.5', 'Envelope/Body/Fault');
}

type Addressing = Partial<Pick<Message, 'action' | 'messageId' | 'relatesTo' | 'to' | 'replyTo' | 'faultTo'>>;

interface Headers {
  readonly type: 'headers';
  readonly addressing: Addressing;
  readonly headers: readonly Header[];
}

function readHeaders(elements: readonly XmlElement[]): Headers | SoapViolation {
  const addressing: { -readonly [Field in keyof Addressing]: Addressing[Field] } = {};
  const headers: Header[] = [];
  for (const element of elements) {
    const mustUnderstand = mustBeUnderstood(element);
    if (mustUnderstand === undefined) return violation('wcf-wire 4.1', headerPath(element));
    const known = addressingHeader(element);
    if (known === undefined) {
      headers.push({ element, mustUnderstand });
      continue;
    }
    const address = known.reference === undefined ? element : childElement(element, ...ADDRESS);
    const text = simpleText(address);
    if (text === undefined || addressing[known.field] !== undefined) {
      return invalidHeader(element, problemOf(address, text));
    }
    addressing[known.field] = text.trim();
  }
  return { type: 'headers', addressing, headers };
}

interface AddressingHeader {
  readonly field: keyof Addressing;
  /** The text is that of an `a:Address` inside. */
  readonly reference?: true;
}

const ADDRESSING_HEADERS: ReadonlyMap<string, AddressingHeader> = new Map([
  ['Action', { field: 'action' }],
  ['MessageID', { field: 'messageId' }],
  ['RelatesTo', { field: 'relatesTo' }],
  ['To', { field: 'to' }],
  ['ReplyTo', { field: 'replyTo', reference: true }],
  ['FaultTo', { field: 'faultTo', reference: true }],
]);

const ADDRESS = ['Address', ADDRESSING.namespace] as const;

/** What WS-Addressing defines, if it is meant for us. Relations other than a reply's are none of ours (wcf-wire 4.2). */
function addressingHeader(element: XmlElement): AddressingHeader | undefined {
  if (element.namespace !== ADDRESSING.namespace || !isForUltimateReceiver(element)) return undefined;
  const relation = textOfAttribute(attributeValue(element, 'RelationshipType')) ?? REPLY_RELATION;
  return relation === REPLY_RELATION ? ADDRESSING_HEADERS.get(element.local) : undefined;
}

const REPLY_RELATION = `${ADDRESSING.namespace}/reply`;

/** Undefined where the attribute says neither. */
function mustBeUnderstood(element: XmlElement): boolean | undefined {
  switch (textOfAttribute(attributeValue(element, 'mustUnderstand', SOAP.namespace))) {
    case undefined:
    case '0':
    case 'false':
      return false;
    case '1':
    case 'true':
      return isForUltimateReceiver(element);
    default:
      return undefined;
  }
}

/** SOAP 1.2 part 1, 2.2: no role, or one that the ultimate receiver plays. */
function isForUltimateReceiver(element: XmlElement): boolean {
  const role = textOfAttribute(attributeValue(element, 'role', SOAP.namespace)) ?? '';
  return role === '' || role === `${SOAP.namespace}/role/ultimateReceiver` || role === `${SOAP.namespace}/role/next`;
}

function isSoap(element: XmlElement | undefined, local: string): boolean {
  return element?.local === local && element.namespace === SOAP.namespace;
}

function missingAction(): SoapViolation {
  const answer = invalidAddressing('Action', 'MessageAddressingHeaderRequired');
  return violation('wcf-wire 4.2', 'Envelope/Header/Action', answer);
}

function invalidHeader(element: XmlElement, problem: AddressingProblem | undefined): SoapViolation {
  return violation('wcf-wire 4.2', headerPath(element), invalidAddressing(element.local, problem));
}

/** With a text a header is wrong only for being there twice. */
function problemOf(address: XmlElement | undefined, text: string | undefined): AddressingProblem | undefined {
  if (text !== undefined) return 'InvalidCardinality';
  return address === undefined ? 'MissingAddressInEPR' : undefined;
}

function headerPath(element: XmlElement): string {
  return `Envelope/Header/${element.local}`;
}

function violation(rule: string, at: string, answer?: FaultAnswer): SoapViolation {
  return { type: 'violation', rule, at, ...(answer === undefined ? {} : { answer }) };
}

/** Says what an answer relates to, wherever the id stands. */
function related(found: SoapViolation, header: XmlElement | undefined): SoapViolation {
  const id = header === undefined ? undefined : childElement(header, 'MessageID', ADDRESSING.namespace);
  const messageId = simpleText(id)?.trim();
  return messageId === undefined ? found : { ...found, messageId };
}
