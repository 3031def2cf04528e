import type { Cursor } from './cursor.ts';
import { widthOfSize, writeSize } from './size.ts';
import { sessionTooLarge } from './violation.ts';

/** WCF BinaryEncoderDefaults.MaxSessionSize: bytes of all string tables of one direction of a session (wcf-wire 3.3). */
export const MAX_SESSION_SIZE = 2_048;

/** The strings that a peer has defined in this session, in order: the first has the id 1, the next 3, and so on. */
export class ReceivedStrings {
  readonly #strings: string[] = [];
  readonly #maxSessionSize: number;
  #left: number;

  constructor(maxSessionSize: number) {
    this.#maxSessionSize = maxSessionSize;
    this.#left = maxSessionSize;
  }

  get strings(): readonly string[] {
    return this.#strings;
  }

  /** Takes the table that a payload begins with. What is wrong with it, the cursor knows: no id can be trusted then. */
  take(cursor: Cursor): void {
    cursor.state = 'stringTable';
    const size = cursor.size();
    if (size > cursor.left) cursor.fail('wcf-wire 3.3');
    else if (size > this.#left) cursor.fail('wcf-wire 3.3', sessionTooLarge(this.#maxSessionSize));
    this.#left -= size;
    const end = cursor.offset + size;
    while (cursor.offset < end && cursor.violation === undefined) this.#add(cursor, end);
  }

  #add(cursor: Cursor, end: number): void {
    cursor.mark();
    const length = cursor.size();
    if (length > end - cursor.offset) cursor.fail('wcf-wire 3.3');
    this.#strings.push(cursor.utf8(length));
  }
}

const UTF_8 = new TextEncoder();

/** The table of most messages. */
export const NOTHING_NEW = Uint8Array.of(0);

/** A string of the table, as the table holds it. */
interface Entry {
  readonly text: string;
  readonly bytes: Uint8Array;
}

/**
 * The strings that this side has defined in this session. The first that its budget cannot hold ends the table for good:
 * this and all later ones travel inline (wcf-wire 3.3).
 */
export class SentStrings {
  readonly #ids = new Map<string, number>();
  #left: number;
  #leftBefore: number;
  #added: Entry[] = [];

  constructor(maxSessionSize: number) {
    this.#left = maxSessionSize;
    this.#leftBefore = maxSessionSize;
  }

  /** The id of a string, which is defined by the next table if it is new; undefined when it has to travel inline. */
  readonly idOf = (text: string): number | undefined => this.#ids.get(text) ?? this.#define(text);

  /** The table of a message, with its size before it: what `idOf` has added since the message before. */
  table(): Uint8Array {
    this.#leftBefore = this.#left;
    if (this.#added.length === 0) return NOTHING_NEW;
    const size = this.#added.reduce((sum, { bytes }) => sum + widthOfSize(bytes.length) + bytes.length, 0);
    const table = new Uint8Array(widthOfSize(size) + size);
    let offset = writeSize(table, 0, size);
    for (const { bytes } of this.#added) {
      offset = writeSize(table, offset, bytes.length);
      table.set(bytes, offset);
      offset += bytes.length;
    }
    this.#added = [];
    return table;
  }

  /** The message is not sent: what `idOf` has added since the message before is not defined. */
  rollBack(): void {
    for (const { text } of this.#added) this.#ids.delete(text);
    this.#added = [];
    this.#left = this.#leftBefore;
  }

  #define(text: string): number | undefined {
    if (this.#left === 0) return undefined;
    const bytes = UTF_8.encode(text);
    const cost = widthOfSize(bytes.length) + bytes.length;
    if (cost > this.#left) {
      this.#left = 0;
      return undefined;
    }
    this.#left -= cost;
    const id = 2 * this.#ids.size + 1;
    this.#ids.set(text, id);
    this.#added.push({ text, bytes });
    return id;
  }
}
