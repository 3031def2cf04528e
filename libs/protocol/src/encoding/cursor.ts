import type { Exception } from '../channel/vocabulary.ts';
import { LARGEST_SIZE } from '../framing/size.ts';
import { uuidText } from './uuid.ts';
import { type EncodingState, type EncodingViolation, invalidFormat, sessionMalformed } from './violation.ts';

/** Strict, as WCF decodes: no replacement characters, and U+FEFF is a character like any other (wcf-wire 2.1). */
const UTF_8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const UTF_16 = new TextDecoder('utf-16le', { fatal: true, ignoreBOM: true });

/** Below it a loop is faster than the decoder. */
const SHORT = 24;
/** A power of two. */
const CACHED_NAMES = 256;

/**
 * Reads the primitives of a payload (wcf-wire 2.1), one after another. After the first mistake it stands at the end of the
 * bytes and reads zeros and empty strings, so that a reader needs to look at `violation` only where it loops or builds.
 * Every length is held against the bytes that are there before anything is allocated.
 */
export class Cursor {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  readonly #names: NameCache;
  #offset = 0;
  #recordOffset = 0;
  #violation: EncodingViolation | undefined;
  /** For reports. */
  state: EncodingState = 'payload';

  constructor(bytes: Uint8Array, names: NameCache = new NameCache()) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#names = names;
  }

  get offset(): number {
    return this.#offset;
  }

  /** The first mistake. */
  get violation(): EncodingViolation | undefined {
    return this.#violation;
  }

  get left(): number {
    return this.#bytes.length - this.#offset;
  }

  /** Notes a mistake, if it is the first, and stops. */
  fail(rule: string, exception?: Exception, offset = this.#recordOffset): void {
    const raised = exception ?? (this.state === 'stringTable' ? sessionMalformed() : invalidFormat());
    this.#violation ??= { type: 'violation', rule, offset, state: this.state, exception: raised };
    this.#offset = this.#bytes.length;
  }

  /** Where the record begins that is being read, or whatever else was marked. */
  get recordOffset(): number {
    return this.#recordOffset;
  }

  /** Something begins here that a mistake is to be told by. */
  mark(): void {
    this.#recordOffset = this.#offset;
  }

  /** The type byte of the next record. Zero, which is no type, at the end. */
  record(): number {
    this.mark();
    return this.byte();
  }

  /** The next byte without taking it; zero at the end. */
  peek(): number {
    return this.#offset < this.#bytes.length ? this.#view.getUint8(this.#offset) : 0;
  }

  byte(): number {
    return this.#has(1) ? this.#view.getUint8(this.#advance(1)) : 0;
  }

  int8(): number {
    return this.#has(1) ? this.#view.getInt8(this.#advance(1)) : 0;
  }

  int16(): number {
    return this.#has(2) ? this.#view.getInt16(this.#advance(2), true) : 0;
  }

  uint16(): number {
    return this.#has(2) ? this.#view.getUint16(this.#advance(2), true) : 0;
  }

  int32(): number {
    return this.#has(4) ? this.#view.getInt32(this.#advance(4), true) : 0;
  }

  uint32(): number {
    return this.#has(4) ? this.#view.getUint32(this.#advance(4), true) : 0;
  }

  int64(): bigint {
    return this.#has(8) ? this.#view.getBigInt64(this.#advance(8), true) : 0n;
  }

  uint64(): bigint {
    return this.#has(8) ? this.#view.getBigUint64(this.#advance(8), true) : 0n;
  }

  float32(): number {
    return this.#has(4) ? this.#view.getFloat32(this.#advance(4), true) : 0;
  }

  float64(): number {
    return this.#has(8) ? this.#view.getFloat64(this.#advance(8), true) : 0;
  }

  /** A length of four bytes, which is not negative (wcf-wire 2.2). */
  length32(): number {
    const length = this.int32();
    if (length < 0) this.fail('wcf-wire 2.2');
    return length < 0 ? 0 : length;
  }

  /** MultiByteInt31, in any of its forms (wcf-wire 1.2). */
  size(): number {
    const first = this.byte();
    if (first < 0x80) return first;
    let value = first & 0x7f;
    for (let factor = 0x80; factor <= 0x10000000; factor *= 0x80) {
      const byte = this.byte();
      value += (byte & 0x7f) * factor;
      if (byte < 0x80 && value <= LARGEST_SIZE) return value;
    }
    this.fail('wcf-wire 1.2');
    return 0;
  }

  /** A string with its length before it: a name, a prefix, a namespace, a comment. Equal ones are often the same object. */
  name(): string {
    const length = this.size();
    if (length === 0 || !this.#has(length)) return '';
    const start = this.#advance(length);
    return this.#names.find(this.#bytes, start, length) ?? this.#keep(this.#utf8(start, length), start, length);
  }

  /** So many bytes of UTF-8. */
  utf8(length: number): string {
    return length > 0 && this.#has(length) ? this.#utf8(this.#advance(length), length) : '';
  }

  /** So many bytes of UTF-16, little endian; an even number. */
  utf16(length: number): string {
    if (length % 2 !== 0) this.fail('wcf-wire 2.2');
    if (!this.#has(length)) return '';
    const start = this.#advance(length);
    const text = decoded(UTF_16, this.#bytes.subarray(start, start + length));
    if (text === undefined) this.fail('wcf-wire 2.1');
    return text ?? '';
  }

  /** A copy of the next bytes. */
  bytes(length: number): Uint8Array {
    if (!this.#has(length)) return new Uint8Array();
    const start = this.#advance(length);
    return this.#bytes.slice(start, start + length);
  }

  /** A GUID as it is printed: three groups little endian, the rest in order (wcf-wire 2.1). */
  uuid(): string {
    if (!this.#has(16)) return '';
    return uuidText(this.#bytes, this.#advance(16));
  }

  #has(count: number): boolean {
    if (count <= this.#bytes.length - this.#offset) return true;
    this.fail(this.state === 'stringTable' ? 'wcf-wire 3.3' : 'wcf-wire 2.3');
    return false;
  }

  /** Steps over what is about to be read, and returns where it begins. */
  #advance(count: number): number {
    const at = this.#offset;
    this.#offset = at + count;
    return at;
  }

  #utf8(start: number, length: number): string {
    const text = utf8Text(this.#bytes, start, length);
    if (text === undefined) this.fail('wcf-wire 2.1');
    return text ?? '';
  }

  #keep(name: string, start: number, length: number): string {
    this.#names.keep(name, { bytes: this.#bytes, start, length });
    return name;
  }
}

/** So many bytes of UTF-8 as text; undefined where they are none. */
export function utf8Text(bytes: Uint8Array, start: number, length: number): string | undefined {
  const text = length < SHORT ? asciiAt(bytes, start, length) : undefined;
  return text ?? decoded(UTF_8, bytes.subarray(start, start + length));
}

function decoded(decoder: TextDecoder, bytes: Uint8Array): string | undefined {
  try {
    return decoder.decode(bytes);
  } catch {
    return undefined;
  }
}

/** Undefined when not all of them are ASCII. */
function asciiAt(bytes: Uint8Array, start: number, length: number): string | undefined {
  let text = '';
  for (let index = start; index < start + length; index += 1) {
    const code = bytes[index] ?? 0;
    if (code > 0x7f) return undefined;
    text += String.fromCharCode(code);
  }
  return text;
}

/** Short ASCII names by their bytes: a session repeats the same few, and comparing is cheaper than decoding. */
export class NameCache {
  readonly #names = Array<string>(CACHED_NAMES).fill('');

  /** The name with these bytes, if it is here. */
  find(bytes: Uint8Array, start: number, length: number): string | undefined {
    if (length >= SHORT) return undefined;
    const name = this.#names[slotOf(bytes, start, length)] ?? '';
    if (name.length !== length) return undefined;
    for (let index = 0; index < length; index += 1) {
      if (name.charCodeAt(index) !== bytes[start + index]) return undefined;
    }
    return name;
  }

  /** Instead of whatever has its place. A name that is not ASCII has another length than its bytes: it is never found. */
  keep(name: string, at: { readonly bytes: Uint8Array; readonly start: number; readonly length: number }): void {
    if (at.length < SHORT && name.length === at.length) this.#names[slotOf(at.bytes, at.start, at.length)] = name;
  }
}

function slotOf(bytes: Uint8Array, start: number, length: number): number {
  let hash = length;
  for (let index = start; index < start + length; index += 1) hash = (hash * 31 + (bytes[index] ?? 0)) | 0;
  return hash & (CACHED_NAMES - 1);
}
