import { InvalidOperation } from '../machine.ts';
import { widthOfSize, writeSize } from './size.ts';
import { writeUuid } from './uuid.ts';

const UTF_8 = new TextEncoder();

const INITIAL_CAPACITY = 1_024;
/** A larger scratch buffer is given up again, so that an idle session does not hold the room of its largest message. */
const KEPT_CAPACITY = 262_144;
/** Bytes of UTF-8 for one UTF-16 unit, at most. */
const WIDEST = 3;
/** Bytes of a MultiByteInt31 at its longest, and of the type and the length of a long text. */
const LONGEST_SIZE = 5;
/** Names of fewer units are reserved for in one piece (wcf-wire 2.4). */
const SHORT_NAME = 42;
/** Texts of not more units are reserved for in one piece, their type included. */
const SHORT_TEXT = 85;
/** The buffer of Microsoft's writer. */
const WINDOW = 512;
/** Below it a loop is faster than the encoder. */
const LOOPED = 32;

/** The types of a text in either encoding, with a length of one byte; those of two and four bytes follow, two apart. */
export interface SizedText {
  readonly characters: number;
  readonly unicode: number;
}

/** The beginning of a document, and where Microsoft's buffer stands behind it. */
export interface Beginning {
  readonly bytes: Uint8Array;
  readonly position: number;
}

/**
 * The bytes of one document, in a scratch buffer that grows. It also keeps the books of the 512-byte buffer of Microsoft's
 * writer: a text record can become one that ends its element only while that buffer still holds its type byte, and each
 * thing written first reserves there what it may need (wcf-wire 2.4).
 */
export class Output {
  #bytes = new Uint8Array(INITIAL_CAPACITY);
  #view = new DataView(this.#bytes.buffer);
  #length = 0;
  /** In Microsoft's buffer. */
  #position = 0;
  /** Where the text record is that could still end its element; -1 when there is none. */
  #text = -1;

  get length(): number {
    return this.#length;
  }

  /** Begins a new document. */
  clear(): void {
    if (this.#bytes.length > KEPT_CAPACITY) this.#resize(INITIAL_CAPACITY, 0);
    this.#length = 0;
    this.#position = 0;
    this.#text = -1;
  }

  /** What has been written, of which another document can be made. */
  beginning(): Beginning {
    return { bytes: this.#bytes.slice(0, this.#length), position: this.#position };
  }

  /** Begins a new document as another began. */
  resume({ bytes, position }: Beginning): void {
    this.clear();
    this.#grow(bytes.length);
    this.#bytes.set(bytes);
    this.#length = bytes.length;
    this.#position = position;
  }

  /** Puts another uuid where sixteen bytes have been written. False for what is none. */
  overwrite(at: number, uuid: string): boolean {
    return writeUuid(this.#bytes, at, uuid);
  }

  /** Copies the document. */
  copyTo(target: Uint8Array, offset: number): void {
    target.set(this.#bytes.subarray(0, this.#length), offset);
  }

  /** The type of a record that is no text. */
  record(type: number): void {
    this.byte(type);
    this.#text = -1;
  }

  /** The type of a text record. */
  text(type: number): void {
    this.#reserve(1);
    this.#text = this.#length;
    this.#advance(1);
    this.#bytes[this.#text] = type;
  }

  /** Ends an element with the text record before, when that can, or with a record of its own. */
  endElement(record: number): void {
    if (this.#text < 0) this.record(record);
    else this.#bytes[this.#text] = (this.#bytes[this.#text] ?? 0) + 1;
    this.#text = -1;
  }

  /** The text record before ends no element: it is the value of an attribute, or of a list. */
  seal(): void {
    this.#text = -1;
  }

  byte(value: number): void {
    this.#reserve(1);
    this.#bytes[this.#length] = value;
    this.#advance(1);
  }

  /** A MultiByteInt31. */
  size(value: number): void {
    this.#reserve(LONGEST_SIZE);
    this.#advance(writeSize(this.#bytes, this.#length, value) - this.#length);
  }

  /** A number behind its text type. Throws nothing: what does not fit is cut. */
  integer(type: number, width: 1 | 2 | 4, value: number): void {
    const at = this.#value(type, width);
    if (width === 1) this.#view.setInt8(at, value);
    else if (width === 2) this.#view.setInt16(at, value, true);
    else this.#view.setInt32(at, value, true);
  }

  integer64(type: number, value: bigint): void {
    const at = this.#value(type, 8);
    this.#view.setBigUint64(at, BigInt.asUintN(64, value), true);
  }

  /** .NET's not-a-number has the sign that JavaScript's lacks. */
  float(type: number, value: number): void {
    const at = this.#value(type, 4);
    if (Number.isNaN(value)) this.#view.setUint32(at, 0xffc00000, true);
    else this.#view.setFloat32(at, value, true);
  }

  double(type: number, value: number): void {
    const at = this.#value(type, 8);
    if (Number.isNaN(value)) this.#view.setBigUint64(at, 0xfff8000000000000n, true);
    else this.#view.setFloat64(at, value, true);
  }

  /** Sixteen bytes behind their text type. */
  wide(type: number, value: Uint8Array): void {
    const at = this.#value(type, 16);
    this.#bytes.set(value, at);
  }

  /** A string with its length before it: a name, a prefix, a namespace, a comment. */
  name(text: string): void {
    if (text.length < SHORT_NAME) {
      this.#reserve(1 + WIDEST * text.length);
      const written = this.#encode(text, this.#length + 1);
      this.#bytes[this.#length] = written;
      this.#advance(1 + written);
      return;
    }
    const written = this.#encodeBehind(text, widthOfSize);
    this.size(written);
    this.#skip(text, written);
  }

  /** A text of at least one character, in whichever of the two encodings Microsoft's writer finds shorter. */
  characters(types: SizedText, text: string): void {
    if (text.length <= SHORT_TEXT) {
      this.#shortText(types, text);
      return;
    }
    const written = this.#encodeBehind(text, widthOfHeader);
    if (isWide(text, written)) {
      this.#header(types.unicode, 2 * text.length);
      this.#grow(2 * text.length);
      this.#writeUtf16(text, this.#length);
      this.#skip(text, 2 * text.length, 2);
    } else {
      this.#header(types.characters, written);
      this.#skip(text, written);
    }
  }

  /** Bytes behind their type, which is the one for a length of one byte. */
  bytes(type: number, value: Uint8Array): void {
    this.#header(type, value.length);
    if (value.length >= WINDOW) this.flush();
    else this.#reserve(value.length);
    this.#grow(value.length);
    this.#bytes.set(value, this.#length);
    this.#length += value.length;
    if (value.length < WINDOW) this.#position += value.length;
  }

  /** Bytes that Microsoft's writer reserves for one by one. */
  raw(value: Uint8Array): void {
    this.#reserve(value.length);
    this.#bytes.set(value, this.#length);
    this.#advance(value.length);
  }

  /** Bytes that Microsoft's writer puts past its buffer. */
  rawPast(value: Uint8Array): void {
    this.flush();
    this.#grow(value.length);
    this.#bytes.set(value, this.#length);
    this.#length += value.length;
  }

  /** Microsoft's buffer is empty, and what is written cannot be changed any more. */
  flush(): void {
    this.#position = 0;
    this.#text = -1;
  }

  #shortText(types: SizedText, text: string): void {
    this.#reserve(2 + WIDEST * text.length);
    this.#text = this.#length;
    const start = this.#length + 2;
    const utf8 = this.#encode(text, start);
    const unicode = isWide(text, utf8);
    if (unicode) this.#writeUtf16(text, start);
    const written = unicode ? 2 * text.length : utf8;
    this.#bytes[this.#length] = unicode ? types.unicode : types.characters;
    this.#bytes[this.#length + 1] = written;
    this.#advance(2 + written);
  }

  /** The type and the length of a text, whose type depends on the width of its length. */
  #header(type: number, length: number): void {
    this.#reserve(LONGEST_SIZE);
    const width = widthOfHeader(length);
    this.#text = this.#length;
    this.#bytes[this.#length] = width === 2 ? type : width === 3 ? type + 2 : type + 4;
    if (width === 2) this.#view.setUint8(this.#length + 1, length);
    else if (width === 3) this.#view.setUint16(this.#length + 1, length, true);
    else this.#view.setUint32(this.#length + 1, length, true);
    this.#advance(width);
  }

  /** Where a value of so many bytes belongs, behind the text type that is written here. The buffer may be another one then. */
  #value(type: number, width: number): number {
    this.#reserve(1 + width);
    this.#text = this.#length;
    this.#bytes[this.#length] = type;
    this.#advance(1 + width);
    return this.#length - width;
  }

  /** Puts a text behind the room for its header, which is written next, and returns its length. */
  #encodeBehind(text: string, widthOf: (length: number) => number): number {
    this.#grow(LONGEST_SIZE + WIDEST * text.length);
    const expected = this.#length + widthOf(text.length);
    const written = this.#encode(text, expected);
    const start = this.#length + widthOf(written);
    if (start !== expected) this.#bytes.copyWithin(start, expected, expected + written);
    return written;
  }

  /** Writes UTF-8 at a place that has room for it, and returns its length. */
  #encode(text: string, at: number): number {
    const units = text.length;
    if (units < LOOPED) {
      let index = 0;
      while (index < units) {
        const code = text.charCodeAt(index);
        if (code > 0x7f) break;
        this.#bytes[at + index] = code;
        index += 1;
      }
      if (index === units) return units;
    }
    const { written } = UTF_8.encodeInto(text, this.#bytes.subarray(at));
    if (written !== units && !text.isWellFormed()) {
      throw new InvalidOperation('a text with half of a surrogate pair cannot be written');
    }
    return written;
  }

  #writeUtf16(text: string, at: number): void {
    for (let index = 0; index < text.length; index += 1) {
      this.#view.setUint16(at + 2 * index, text.charCodeAt(index), true);
    }
  }

  /**
   * Steps over a long text that has been put here, piece by piece, as Microsoft's writer writes it. `widest`: bytes that it
   * reserves for each unit, 3 for UTF-8 and 2 for UTF-16.
   */
  #skip(text: string, written: number, widest: 2 | 3 = 3): void {
    const units = Math.trunc(WINDOW / widest);
    let start = 0;
    while (start < text.length) {
      const end = endOfPiece(text, start + units);
      if (this.#position + (end - start) * widest > WINDOW) this.flush();
      if (widest === 2) this.#position += 2 * (end - start);
      else this.#position += written === text.length ? end - start : utf8Length(text, start, end);
      start = end;
    }
    this.#length += written;
  }

  /** Makes room in Microsoft's buffer, and in ours. */
  #reserve(count: number): void {
    if (this.#position + count > WINDOW) this.flush();
    this.#grow(count);
  }

  #advance(count: number): void {
    this.#position += count;
    this.#length += count;
  }

  #grow(count: number): void {
    const needed = this.#length + count;
    if (needed > this.#bytes.length) this.#resize(2 * needed, this.#length);
  }

  #resize(capacity: number, kept: number): void {
    const grown = new Uint8Array(capacity);
    grown.set(this.#bytes.subarray(0, kept));
    this.#bytes = grown;
    this.#view = new DataView(grown.buffer);
  }
}

/** Microsoft's rule for UTF-16, which looks at whole units (wcf-wire 2.4). */
function isWide(text: string, utf8: number): boolean {
  return Math.trunc(utf8 / 2) > text.length;
}

/** Bytes of a type and a length. */
function widthOfHeader(length: number): number {
  if (length < 0x100) return 2;
  return length < 0x10000 ? 3 : LONGEST_SIZE;
}

/** A piece does not end between the halves of a pair. */
function endOfPiece(text: string, wanted: number): number {
  if (wanted >= text.length) return text.length;
  return isHighSurrogate(text.charCodeAt(wanted - 1)) ? wanted - 1 : wanted;
}

function utf8Length(text: string, start: number, end: number): number {
  let length = 0;
  for (let index = start; index < end; index += 1) {
    const code = text.charCodeAt(index);
    // Each half of a pair stands for two of its four bytes.
    length += code < 0x80 ? 1 : code < 0x800 || isSurrogate(code) ? 2 : 3;
  }
  return length;
}

function isHighSurrogate(code: number): boolean {
  return (code & 0xfc00) === 0xd800;
}

function isSurrogate(code: number): boolean {
  return (code & 0xf800) === 0xd800;
}
