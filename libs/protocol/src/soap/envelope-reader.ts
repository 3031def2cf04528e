import {
  binaryMessageDecoder,
  characters,
  type DecoderSettings,
  type EncodingViolation,
  type FreshTemplate,
  type MessageDecoder,
  type ReadTemplate,
  type Varying,
  type XmlElement,
  type XmlText,
} from '../encoding/index.ts';
import type { Message, SoapViolation } from './message.ts';
import { addressingName, sameName } from './names.ts';
import { readMessage } from './reader.ts';

/** So many shapes of messages are remembered: the operations of a session that are called again and again. */
const REMEMBERED = 16;
/** So many messages are looked at for that. A peer that sends others is read, and not looked at for ever. */
const LOOKED_AT = 64;

/** A message that others are like, but for its id and for the value that is everything in the last element of its body. */
interface Known {
  readonly template: ReadTemplate;
  readonly message: Message;
  readonly idIn: 'messageId' | 'relatesTo';
  /** The body, without its last element. */
  readonly body: XmlElement;
  /** That element, without the value. */
  readonly part: XmlElement;
}

/**
 * Reads the messages of one direction of one session, in order. Those of which one like it came before are known by their
 * bytes, and read as all others are: to the same message.
 */
export class EnvelopeReader {
  readonly #decoder: MessageDecoder;
  readonly #known: Known[] = [];
  #lookedAt = 0;

  constructor(settings: DecoderSettings) {
    this.#decoder = binaryMessageDecoder(settings);
  }

  /** Never throws. After a violation of the encoding the session is lost. */
  read(payload: Uint8Array): Message | SoapViolation | EncodingViolation {
    for (const known of this.#known) {
      const varying = this.#decoder.match(known.template, payload);
      if (varying !== undefined) return messageLike(known, varying);
    }
    const document = this.#decoder.decode(payload);
    if (document.type === 'violation') return document;
    const message = readMessage(document.root);
    if (message.type === 'message') this.#remember(payload);
    return message;
  }

  #remember(payload: Uint8Array): void {
    if (this.#known.length === REMEMBERED || this.#lookedAt === LOOKED_AT) return;
    this.#lookedAt += 1;
    const template = this.#decoder.template(payload);
    const known = template === undefined ? undefined : knownBy(template);
    if (known !== undefined) this.#known.push(known);
  }
}

/** Undefined where the id or the value is not where it is with a plain request or reply. The value itself is not kept. */
function knownBy({ variable, ...template }: FreshTemplate): Known | undefined {
  const { id, path } = variable;
  const [envelope, , body, part, deeper] = path;
  const message = envelope && readMessage(envelope);
  if (message?.type !== 'message' || body === undefined || part === undefined || deeper !== undefined) return undefined;
  if (message.content.type !== 'body' || message.content.body !== body) return undefined;
  const idIn = fieldOf(envelope, id);
  if (idIn === undefined || message[idIn] !== uriOf(id)) return undefined;
  return {
    template,
    message: { ...message, content: { type: 'body', body: undefined } },
    idIn,
    body: { ...body, children: body.children.slice(0, -1) },
    part: { ...part, children: [] },
  };
}

/** The header that an id is everything in. */
function fieldOf(envelope: XmlElement | undefined, id: XmlText): Known['idIn'] | undefined {
  const header = envelope?.children[0];
  if (header?.type !== 'element') return undefined;
  for (const child of header.children) {
    if (child.type !== 'element' || child.children.length > 1 || child.children[0] !== id) continue;
    if (sameName(child, addressingName('MessageID'))) return 'messageId';
    if (sameName(child, addressingName('RelatesTo'))) return 'relatesTo';
  }
  return undefined;
}

function uriOf(id: XmlText): string | undefined {
  return id.type === 'uniqueId' ? `urn:uuid:${id.uuid}` : undefined;
}

function messageLike({ message, idIn, body, part }: Known, { uuid, value }: Varying): Message {
  const children = [...body.children, { ...part, children: [characters(value)] }];
  const content = { type: 'body', body: { ...body, children } } as const;
  const id = `urn:uuid:${uuid}`;
  return idIn === 'messageId' ? { ...message, messageId: id, content } : { ...message, relatesTo: id, content };
}
