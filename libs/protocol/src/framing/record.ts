import { InvalidOperation } from '../machine.ts';
import { roomFor } from './room.ts';
import { encodeSize } from './size.ts';

/** One record of [MC-NMF], as bytes decode to it (wcf-wire 1.1). */
export type FrameRecord =
  | { readonly type: 'version'; readonly major: number; readonly minor: number }
  | { readonly type: 'mode'; readonly mode: number }
  | { readonly type: 'via'; readonly via: string }
  | { readonly type: 'knownEncoding'; readonly encoding: number }
  | { readonly type: 'extensibleEncoding'; readonly contentType: string }
  | { readonly type: 'unsizedEnvelope'; readonly chunks: readonly Uint8Array[] }
  | { readonly type: 'sizedEnvelope'; readonly payload: Uint8Array }
  | { readonly type: 'end' }
  | { readonly type: 'fault'; readonly fault: string }
  | { readonly type: 'upgradeRequest'; readonly protocol: string }
  | { readonly type: 'upgradeResponse' }
  | { readonly type: 'preambleAck' }
  | { readonly type: 'preambleEnd' };

export type FrameRecordType = FrameRecord['type'];

/** Every record type, at the index that is its type byte. Higher bytes are reserved (wcf-wire 1.1). */
export const FRAME_RECORD_TYPES = [
  'version',
  'mode',
  'via',
  'knownEncoding',
  'extensibleEncoding',
  'unsizedEnvelope',
  'sizedEnvelope',
  'end',
  'fault',
  'upgradeRequest',
  'upgradeResponse',
  'preambleAck',
  'preambleEnd',
] as const satisfies readonly FrameRecordType[];

/** The two modes of a net.tcp listener, by their mode byte (wcf-wire 1.3). */
export const FRAMING_MODE = { singletonUnsized: 1, duplex: 2 } as const;

export type FramingMode = keyof typeof FRAMING_MODE;

/** Content types that have a byte of their own, at the index that is that byte (wcf-wire 1.4). */
export const KNOWN_ENCODINGS: readonly string[] = [
  'text/xml; charset=utf-8',
  'text/xml; charset=utf16',
  'text/xml; charset=unicodeFFFE',
  'application/soap+xml; charset=utf-8',
  'application/soap+xml; charset=utf16',
  'application/soap+xml; charset=unicodeFFFE',
  'multipart/related',
  'application/soap+msbin1',
  'application/soap+msbinsession1',
];

/** What buffered netTcpBinding speaks: binary with a string table per session (wcf-wire 0). */
export const SESSION_CONTENT_TYPE = 'application/soap+msbinsession1';

/** What netTcpBinding speaks in each mode (wcf-wire 0): without a session there is no string table. */
const BINARY_CONTENT_TYPE = { duplex: SESSION_CONTENT_TYPE, singletonUnsized: 'application/soap+msbin1' } as const;

/** The upgrade to TLS (wcf-wire 1.11). */
export const TLS_UPGRADE = 'application/ssl-tls';

/** The bytes of one record. Throws `InvalidOperation` for what the format cannot carry, such as an empty via. */
export function encodeRecord(record: FrameRecord): Uint8Array {
  const body = bodyOf(record);
  const bytes = roomFor(body.reduce((sum, part) => sum + part.length, 1));
  bytes[0] = FRAME_RECORD_TYPES.indexOf(record.type);
  let end = 1;
  for (const part of body) {
    bytes.set(part, end);
    end += part.length;
  }
  return bytes;
}

function bodyOf(record: FrameRecord): readonly Uint8Array[] {
  switch (record.type) {
    case 'version':
      return [singleByte(record.major), singleByte(record.minor)];
    case 'mode':
      return [singleByte(record.mode)];
    case 'knownEncoding':
      return [singleByte(record.encoding)];
    case 'via':
      return text(record.via);
    case 'extensibleEncoding':
      return text(record.contentType);
    case 'fault':
      return text(record.fault);
    case 'upgradeRequest':
      return text(record.protocol);
    case 'sizedEnvelope':
      return sized(record.payload);
    case 'unsizedEnvelope':
      return [...record.chunks.flatMap(chunk), Uint8Array.of(0)];
    case 'end':
    case 'upgradeResponse':
    case 'preambleAck':
    case 'preambleEnd':
      return [];
  }
}

/** What a client announces at the start of a session. */
export interface Preamble {
  readonly via: string;
  readonly mode: FramingMode;
  /** Absent: what WCF's binary encoder speaks in this mode. */
  readonly contentType?: string;
  /** The upgrade wanted first. PreambleEnd then belongs after the handshake, inside the upgraded stream. */
  readonly upgrade?: string;
}

/** The first write of WCF's client: everything up to PreambleEnd, or up to the upgrade request (wcf-wire 1.5, 1.11). */
export function encodePreamble(preamble: Preamble): Uint8Array {
  const last: FrameRecord =
    preamble.upgrade === undefined ? { type: 'preambleEnd' } : { type: 'upgradeRequest', protocol: preamble.upgrade };
  const records: readonly FrameRecord[] = [
    { type: 'version', major: 1, minor: 0 },
    { type: 'mode', mode: FRAMING_MODE[preamble.mode] },
    { type: 'via', via: preamble.via },
    encodingRecord(preamble.contentType ?? BINARY_CONTENT_TYPE[preamble.mode]),
    last,
  ];
  return concatenate(records.map(encodeRecord));
}

function encodingRecord(contentType: string): FrameRecord {
  const encoding = KNOWN_ENCODINGS.indexOf(contentType);
  return encoding < 0 ? { type: 'extensibleEncoding', contentType } : { type: 'knownEncoding', encoding };
}

function singleByte(value: number): Uint8Array {
  if (!Number.isInteger(value) || value < 0 || value > 0xff) throw new InvalidOperation(`${value} is not a byte`);
  return Uint8Array.of(value);
}

function text(value: string): readonly Uint8Array[] {
  if (value === '') throw new InvalidOperation('a string of a framing record is never empty');
  return sized(new TextEncoder().encode(value));
}

/** An empty chunk would read as the terminator. */
function chunk(bytes: Uint8Array): readonly Uint8Array[] {
  return bytes.length === 0 ? [] : sized(bytes);
}

function sized(bytes: Uint8Array): readonly Uint8Array[] {
  return [encodeSize(bytes.length), bytes];
}

export function concatenate(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let end = 0;
  for (const part of parts) {
    whole.set(part, end);
    end += part.length;
  }
  return whole;
}
