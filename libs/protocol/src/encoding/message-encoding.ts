import { MAX_RECEIVED_MESSAGE_SIZE } from '../constants.ts';
import { Cursor, NameCache } from './cursor.ts';
import { MAX_SESSION_SIZE, ReceivedStrings, SentStrings } from './dictionaries.ts';
import { readDocument } from './document-reader.ts';
import { DocumentWriter } from './document-writer.ts';
import type { XmlDocument, XmlElement } from './infoset.ts';
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
}

/** Reads the envelopes of one direction of one session, in order. */
export interface MessageDecoder {
  /** Never throws. After a violation of the string table every payload is refused; the session is lost after any. */
  decode(payload: Uint8Array): XmlDocument | EncodingViolation;
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
  const writer = new DocumentWriter();
  const strings = session ? new SentStrings(maxSessionSize) : undefined;
  const pack = (payload: Uint8Array) => (compression === undefined ? payload : compression.pack(payload));
  return { encode: (envelope) => pack(encode(envelope, writer, strings)) };
}

function encode(envelope: XmlElement | XmlDocument, writer: DocumentWriter, strings?: SentStrings): Uint8Array {
  const { output } = writer;
  try {
    writer.write(envelope, strings?.idOf);
  } catch (error) {
    strings?.rollBack();
    throw error;
  }
  const table = strings?.table() ?? new Uint8Array();
  const payload = new Uint8Array(table.length + output.length);
  payload.set(table);
  output.copyTo(payload, table.length);
  return payload;
}

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
    const sessionStrings = this.#strings === undefined ? {} : { sessionStrings: this.#strings.strings };
    const settings = { quotas: this.#quotas, zoneMinutes: this.#zoneMinutes, ...sessionStrings };
    return cursor.violation ?? readDocument(cursor, settings);
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
