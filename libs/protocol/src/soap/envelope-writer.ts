import {
  binaryMessageEncoder,
  type EncoderSettings,
  type MessageEncoder,
  type WrittenTemplate,
  type XmlElement,
  type XmlNode,
  type XmlText,
} from '../encoding/index.ts';
import type { OutgoingMessage } from './message.ts';
import { writeMessage } from './writer.ts';

/** So many shapes of messages are remembered: the operations of a session that are called again and again. */
const REMEMBERED = 16;

const UUID_SCHEME = 'urn:uuid:';

/** A request or a reply whose body is one value in one element. */
interface Shaped {
  readonly type: OutgoingMessage['type'];
  readonly action: string;
  readonly to: string | undefined;
  readonly id: string;
  readonly body: XmlElement;
  readonly value: XmlText;
}

interface Known {
  /** Without the value. */
  readonly shape: Omit<Shaped, 'value'>;
  readonly template: WrittenTemplate;
}

/**
 * Writes the messages of one direction of one session, in order. Those of which one like it went before are written by what
 * they have in common, to the same bytes.
 */
export class EnvelopeWriter {
  readonly #encoder: MessageEncoder;
  readonly #known: Known[] = [];

  constructor(settings: EncoderSettings) {
    this.#encoder = binaryMessageEncoder(settings);
  }

  /** The payload. Throws `InvalidOperation` for what the format cannot carry. */
  write(message: OutgoingMessage): Uint8Array {
    const shaped = shapeOf(message);
    if (shaped === undefined) return this.#encoder.encode(writeMessage(message));
    const known = this.#known.find((candidate) => isAlike(candidate.shape, shaped));
    if (known === undefined) return this.#writeFirst(message, shaped);
    const varying = { uuid: shaped.id.slice(UUID_SCHEME.length), value: shaped.value };
    return this.#encoder.fill(known.template, varying) ?? this.#encoder.encode(writeMessage(message));
  }

  #writeFirst(message: OutgoingMessage, shaped: Shaped): Uint8Array {
    const envelope = writeMessage(message);
    const payload = this.#encoder.encode(envelope);
    const template = this.#known.length < REMEMBERED ? this.#encoder.template(envelope) : undefined;
    const { value: _, body, ...shape } = shaped;
    if (template !== undefined) this.#known.push({ shape: { ...shape, body: withoutValue(body) }, template });
    return payload;
  }
}

/** Undefined for a message that is always written whole. */
function shapeOf(message: OutgoingMessage): Shaped | undefined {
  const { type, action, to } = message;
  if (type === 'fault' || type === 'oneWay' || message.headers !== undefined) return undefined;
  const { body } = message;
  const id = type === 'request' ? message.messageId : message.relatesTo;
  const value = body && valueIn(body);
  if (body === undefined || value === undefined || !id.startsWith(UUID_SCHEME)) return undefined;
  return { type, action, to, id, body, value };
}

/** The text that is everything in the only element of a body, and that takes nothing from the table of the session. */
function valueIn({ children }: XmlElement): XmlText | undefined {
  const [part, another] = children;
  if (part?.type !== 'element' || another !== undefined) return undefined;
  const [value, more] = part.children;
  return value !== undefined && more === undefined && isPlain(value) ? value : undefined;
}

function withoutValue(body: XmlElement): XmlElement {
  const children = body.children.map((part) => (part.type === 'element' ? { ...part, children: [] } : part));
  return { ...body, children };
}

function isPlain(node: XmlNode): node is XmlText {
  switch (node.type) {
    case 'element':
    case 'array':
    case 'comment':
    case 'list':
    case 'qualifiedName':
    case 'uniqueId':
      return false;
    case 'characters':
      return node.origin === 'inline';
    default:
      return true;
  }
}

function isAlike(one: Known['shape'], other: Known['shape']): boolean {
  return one.action === other.action && one.type === other.type && one.to === other.to && isLike(one.body, other.body);
}

/** The same, but for the value. */
function isLike(one: XmlElement, other: XmlElement): boolean {
  if (one.local !== other.local || one.namespace !== other.namespace) return false;
  if (one.prefix !== other.prefix || one.origin !== other.origin || !haveSameDeclarations(one, other)) return false;
  const [part] = one.children;
  const [its] = other.children;
  return part?.type !== 'element' || (its?.type === 'element' && isLike(part, its));
}

/** Attributes other than declarations are not looked into: elements that have any are different. */
function haveSameDeclarations({ attributes }: XmlElement, { attributes: others }: XmlElement): boolean {
  if (attributes.length !== others.length) return false;
  for (let index = 0; index < attributes.length; index += 1) {
    const [one, other] = [attributes[index], others[index]];
    if (one?.type !== 'declaration' || other?.type !== 'declaration') return false;
    if (one.prefix !== other.prefix || one.namespace !== other.namespace || one.origin !== other.origin) return false;
  }
  return true;
}
