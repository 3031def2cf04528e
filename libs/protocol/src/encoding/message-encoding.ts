import { MAX_RECEIVED_MESSAGE_SIZE } from '../constants.ts';
import { roomFor } from '../framing/room.ts';
import { Cursor, NameCache } from './cursor.ts';
import { MAX_SESSION_SIZE, NOTHING_NEW, ReceivedStrings, SentStrings } from './dictionaries.ts';
import { type DocumentSettings, readDocument } from './document-reader.ts';
import { DocumentWriter } from './document-writer.ts';
import {
  type FreshTemplate,
  type ReadTemplate,
  readTemplate,
  type TextPlace,
  type Varying,
  varyingIn,
  type WrittenTemplate,
} from './envelope-template.ts';
import type { XmlDocument, XmlElement, XmlText } from './infoset.ts';
import {
  type EncodingViolation,
  messageTooLarge,
  notCompressed,
  READER_QUOTAS,
  type ReaderQuotas,
  STREAMED_READER_QUOTAS,
  sessionInvalid,
} from './violation.ts';

/** Writes the envelopes of one direction of one session. */
export interface MessageEncoder {
  /**
   * The payload of one envelope. Payloads depend on those before: each has to be sent, in the order of encoding (wcf-wire
   * 3.3). Throws `InvalidOperation` for what the format cannot carry; then nothing has happened.
   */
  encode(envelope: XmlElement | XmlDocument): Uint8Array;
  /**
   * What the envelope that was encoded last has in common with others; undefined where nothing can be like it: where it has
   * no value at its end, or another number of ids than one.
   */
  template(envelope: XmlElement): WrittenTemplate | undefined;
  /**
   * The payload of an envelope that is like another but for its id and its value: the bytes that `encode` would give. Undefined
   * for an id that is no uuid. Throws `InvalidOperation` for a value that the format cannot carry.
   */
  fill(template: WrittenTemplate, varying: VaryingTexts): Uint8Array | undefined;
}

/** What an envelope has of its own: its id, and its value, which takes nothing from the table of the session. */
export interface VaryingTexts {
  readonly uuid: string;
  readonly value: XmlText;
}

/** Reads the envelopes of one direction of one session, in order. */
export interface MessageDecoder {
  /** Never throws. After a violation of the string table every payload is refused; the session is lost after any. */
  decode(payload: Uint8Array): XmlDocument | EncodingViolation;
  /** What the payload that was decoded last has in common with others; undefined where nothing can be like it. */
  template(payload: Uint8Array): FreshTemplate | undefined;
  /** What `decode` would find in a payload that is like another: undefined for any that may be different, or wrong. */
  match(template: ReadTemplate, payload: Uint8Array): Varying | undefined;
}

/** Packs payloads whole, table included: the content types that end in `+gzip` and `+deflate` (wcf-wire 3.4). Pure code has no packer. */
export interface Compression {
  pack(payload: Uint8Array): Uint8Array;
  /** `malformed`: not of this format; `tooLarge`: it unpacks to more than `limit` bytes, however much more. */
  unpack(payload: Uint8Array, limit: number): Uint8Array | 'malformed' | 'tooLarge';
}

export interface EncoderSettings {
  /** Content type `application/soap+msbinsession1`, with a string table per session; otherwise `application/soap+msbin1`. */
  readonly session: boolean;
  /** 0: the tables stay empty. */
  readonly maxSessionSize?: number;
  readonly compression?: Compression;
}

export interface DecoderSettings extends EncoderSettings {
  /** Those of a buffered endpoint, or without a session those of a streamed one (wcf-wire 1.9). */
  readonly quotas?: Partial<ReaderQuotas>;
  /** Bytes of a payload, unpacked; its table counts. */
  readonly maxReceivedMessageSize?: number;
  /** Offset of the time zone that local times are checked in. */
  readonly zoneMinutes?: number;
}

/** An encoder for one direction of a new session: after a reconnect, and for every call in streamed mode, a new one. */
export function binaryMessageEncoder({
  session,
  maxSessionSize = MAX_SESSION_SIZE,
  compression,
}: EncoderSettings): MessageEncoder {
  return new BinaryMessageEncoder(session ? new SentStrings(maxSessionSize) : undefined, compression);
}

class BinaryMessageEncoder implements MessageEncoder {
  readonly #writer = new DocumentWriter();
  readonly #strings: SentStrings | undefined;
  readonly #compression: Compression | undefined;

  constructor(strings: SentStrings | undefined, compression: Compression | undefined) {
    this.#strings = strings;
    this.#compression = compression;
  }

  encode(envelope: XmlElement | XmlDocument): Uint8Array {
    try {
      this.#writer.write(envelope, this.#strings?.idOf);
    } catch (error) {
      this.#strings?.rollBack();
      throw error;
    }
    return this.#payload(this.#strings?.table());
  }

  /** All its strings have been defined by now, or never will be: it is written to the same bytes for the rest of the session. */
  template(envelope: XmlElement): WrittenTemplate | undefined {
    return this.#writer.template(envelope, this.#strings?.idOf);
  }

  fill(template: WrittenTemplate, { uuid, value }: VaryingTexts): Uint8Array | undefined {
    return this.#writer.fill(template, uuid, value) ? this.#payload(this.#strings && NOTHING_NEW) : undefined;
  }

  #payload(table: Uint8Array = NO_TABLE): Uint8Array {
    const { output } = this.#writer;
    const payload = roomFor(table.length + output.length);
    payload.set(table);
    output.copyTo(payload, table.length);
    return this.#compression === undefined ? payload : this.#compression.pack(payload);
  }
}

const NO_TABLE = new Uint8Array();

/** A decoder for one direction of a new session. */
export function binaryMessageDecoder(settings: DecoderSettings): MessageDecoder {
  return new BinaryMessageDecoder(settings);
}

class BinaryMessageDecoder implements MessageDecoder {
  readonly #compression: Compression | undefined;
  readonly #limit: number;
  readonly #quotas: ReaderQuotas;
  readonly #zoneMinutes: number;
  readonly #names = new NameCache();
  readonly #strings: ReceivedStrings | undefined;
  #poisoned = false;

  constructor({ session, compression, quotas, ...settings }: DecoderSettings) {
    this.#compression = compression;
    this.#limit = settings.maxReceivedMessageSize ?? MAX_RECEIVED_MESSAGE_SIZE;
    this.#quotas = { ...(session ? READER_QUOTAS : STREAMED_READER_QUOTAS), ...quotas };
    this.#zoneMinutes = settings.zoneMinutes ?? 0;
    this.#strings = session ? new ReceivedStrings(settings.maxSessionSize ?? MAX_SESSION_SIZE) : undefined;
  }

  decode(payload: Uint8Array): XmlDocument | EncodingViolation {
    if (this.#poisoned) return refusal('wcf-wire 3.3', sessionInvalid());
    const unpacked = this.#unpack(payload);
    if (unpacked === 'malformed') return refusal('wcf-wire 3.4', notCompressed());
    if (unpacked === 'tooLarge') return refusal('wcf-wire 1.9', messageTooLarge(this.#limit));
    const cursor = new Cursor(unpacked, this.#names);
    this.#strings?.take(cursor);
    this.#poisoned = cursor.violation !== undefined;
    return cursor.violation ?? readDocument(cursor, this.#settings());
  }

  /** Behind a table that defines something, or in a packed payload, nothing is told by its bytes. */
  template(payload: Uint8Array): FreshTemplate | undefined {
    if (this.#poisoned || this.#compression !== undefined) return undefined;
    const cursor = new Cursor(payload, this.#names);
    if (this.#strings !== undefined && cursor.byte() !== 0) return undefined;
    const places: TextPlace[] = [];
    const document = readDocument(cursor, { ...this.#settings(), places });
    return document.type === 'document' && document.after.length === 0
      ? readTemplate(payload, document.root, places)
      : undefined;
  }

  match(template: ReadTemplate, payload: Uint8Array): Varying | undefined {
    if (this.#poisoned || payload.length > this.#limit) return undefined;
    const varying = varyingIn(payload, template);
    return varying === undefined || varying.value.length > this.#quotas.maxStringContentLength ? undefined : varying;
  }

  #settings(): DocumentSettings {
    const settings = { quotas: this.#quotas, zoneMinutes: this.#zoneMinutes };
    return this.#strings === undefined ? settings : { ...settings, sessionStrings: this.#strings.strings };
  }

  #unpack(payload: Uint8Array): Uint8Array | 'malformed' | 'tooLarge' {
    if (this.#compression !== undefined) return this.#compression.unpack(payload, this.#limit);
    return payload.length > this.#limit ? 'tooLarge' : payload;
  }
}

/** Of a payload as a whole. */
function refusal(rule: string, exception: EncodingViolation['exception']): EncodingViolation {
  return { type: 'violation', rule, offset: 0, state: 'payload', exception };
}
