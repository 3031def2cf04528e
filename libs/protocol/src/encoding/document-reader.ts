import type { Cursor } from './cursor.ts';
import type { TextPlace } from './envelope-template.ts';
import type { ArrayType, XmlArray, XmlComment, XmlDocument, XmlElement, XmlText } from './infoset.ts';
import { ARRAY_TYPES, RECORD } from './record-type.ts';
import { type StartTag, type StartTagContext, StartTagReader } from './start-tag-reader.ts';
import { staticString } from './static-dictionary.ts';
import { textOf } from './text.ts';
import { readText, readValue } from './text-reader.ts';
import {
  type EncodingViolation,
  READER_QUOTAS,
  type ReaderQuota,
  type ReaderQuotas,
  readerQuotaExceeded,
} from './violation.ts';

/** What a document is read with. */
export interface DocumentSettings {
  readonly quotas: ReaderQuotas;
  /** Of the decoder's time zone: whether a local time is valid depends on it (wcf-wire 2.1). */
  readonly zoneMinutes: number;
  /** The string of an even id, where that is not WCF's dictionary. */
  readonly staticString?: (id: number) => string | undefined;
  /** Strings of this direction of the session, in order; absent where no session id may occur (wcf-wire 3.2). */
  readonly sessionStrings?: readonly string[];
  /** Where each text of an element stands is put here. */
  readonly places?: TextPlace[];
}

/** By the type byte of an array, which is always odd. */
const ARRAY_TYPE_OF: ReadonlyMap<number, ArrayType> = new Map([
  [ARRAY_TYPES.boolean.record + 1, 'boolean'],
  [ARRAY_TYPES.int16.record + 1, 'int16'],
  [ARRAY_TYPES.int32.record + 1, 'int32'],
  [ARRAY_TYPES.int64.record + 1, 'int64'],
  [ARRAY_TYPES.float.record + 1, 'float'],
  [ARRAY_TYPES.double.record + 1, 'double'],
  [ARRAY_TYPES.decimal.record + 1, 'decimal'],
  [ARRAY_TYPES.dateTime.record + 1, 'dateTime'],
  [ARRAY_TYPES.timeSpan.record + 1, 'timeSpan'],
  [ARRAY_TYPES.uuid.record + 1, 'uuid'],
]);

/** Reads everything from a cursor's place to its end as one document: comments around exactly one root (wcf-wire 2). */
export function readDocument(cursor: Cursor, settings: DocumentSettings): XmlDocument | EncodingViolation {
  return new DocumentReader(cursor, settings).read();
}

class DocumentReader implements StartTagContext {
  readonly cursor: Cursor;
  readonly quotas: ReaderQuotas;
  readonly zoneMinutes: number;
  readonly #staticString: (id: number) => string | undefined;
  readonly #sessionStrings: readonly string[];
  readonly #startTags: StartTagReader;
  readonly #open: StartTag[] = [];
  readonly #stringsAreLimited: boolean;
  readonly #places: TextPlace[] | undefined;
  #stringLength = 0;

  constructor(cursor: Cursor, settings: DocumentSettings) {
    this.cursor = cursor;
    this.quotas = settings.quotas;
    this.zoneMinutes = settings.zoneMinutes;
    this.#staticString = settings.staticString ?? staticString;
    this.#sessionStrings = settings.sessionStrings ?? [];
    this.#places = settings.places;
    this.#startTags = new StartTagReader(this);
    this.#stringsAreLimited = this.quotas.maxStringContentLength < READER_QUOTAS.maxStringContentLength;
  }

  get maxArrayLength(): number {
    return this.quotas.maxArrayLength;
  }

  read(): XmlDocument | EncodingViolation {
    const { cursor } = this;
    cursor.state = 'document';
    const before: XmlComment[] = [];
    const after: XmlComment[] = [];
    let record = cursor.record();
    while (record === RECORD.comment) {
      before.push(this.#comment());
      record = cursor.record();
    }
    const root = this.#root(record);
    while (cursor.left > 0) {
      cursor.state = 'document';
      if (cursor.record() === RECORD.comment) after.push(this.#comment());
      else cursor.fail('wcf-wire 2.3');
    }
    return cursor.violation ?? { type: 'document', before, root, after };
  }

  dictionaryString(id: number): string {
    const text = id % 2 === 0 ? this.#staticString(id) : this.#sessionStrings[(id - 1) / 2];
    if (text === undefined) this.cursor.fail('wcf-wire 3.2');
    return text ?? '';
  }

  /** An array of one value is one root; of more, it is as many roots (wcf-wire 2.5). */
  #root(record: number): XmlElement {
    if (record !== RECORD.array) {
      const root = this.#begin(record);
      this.#content();
      return root;
    }
    const { item, values } = this.#array();
    if (values.length > 1) this.cursor.fail('wcf-wire 2.5');
    return { ...item, children: values };
  }

  /** Everything up to the end of all open elements, in a loop: no depth that is allowed is too deep for us. */
  #content(): void {
    const { cursor } = this;
    let open = this.#open.at(-1);
    while (open !== undefined && cursor.violation === undefined) {
      cursor.state = 'content';
      const record = cursor.record();
      if (record >= RECORD.zero) this.#text(record, open);
      else if (record === RECORD.endElement) this.#end();
      else if (record === RECORD.comment) open.children.push(this.#comment());
      else open.children.push(record === RECORD.array ? this.#array() : this.#begin(record));
      open = this.#open.at(-1);
    }
  }

  #begin(record: number): XmlElement {
    this.#stringLength = 0;
    const tag = this.#startTags.read(record);
    this.#open.push(tag);
    if (this.#open.length > this.quotas.maxDepth) this.#exceeded('maxDepth');
    return tag.element;
  }

  #end(): void {
    this.#stringLength = 0;
    const tag = this.#open.pop();
    if (tag !== undefined) this.#startTags.end(tag);
  }

  /** The lists' own records have no odd form (wcf-wire 2.2), and nothing written is no text. */
  #text(record: number, { children }: StartTag): void {
    const type = record & 0xfe;
    const closes = record !== type;
    if (type === RECORD.endList || (closes && type === RECORD.startList)) this.cursor.fail('wcf-wire 2.2');
    const offset = this.cursor.recordOffset;
    const text = readText(type, this);
    this.#places?.push({ text, offset });
    if (text.type !== 'characters' || text.text !== '' || text.origin !== 'inline') children.push(text);
    if (this.#stringsAreLimited) this.#limit(text);
    if (closes) this.#end();
  }

  #limit(text: XmlText): void {
    this.#stringLength += textOf(text).length;
    if (this.#stringLength > this.quotas.maxStringContentLength) this.#exceeded('maxStringContentLength');
  }

  #comment(): XmlComment {
    return { type: 'comment', text: this.cursor.name() };
  }

  /** An element without content, and the values that it stands around (wcf-wire 2.5). */
  #array(): XmlArray {
    const { cursor } = this;
    const item = this.#begin(cursor.record());
    cursor.state = 'array';
    if (cursor.record() !== RECORD.endElement) cursor.fail('wcf-wire 2.5');
    this.#end();
    const of = ARRAY_TYPE_OF.get(cursor.record());
    if (of === undefined) cursor.fail('wcf-wire 2.5');
    return { type: 'array', of: of ?? 'int32', item, values: of === undefined ? [] : this.#values(of) };
  }

  #values(of: ArrayType): readonly XmlText[] {
    const { cursor } = this;
    const { record, size } = ARRAY_TYPES[of];
    const count = cursor.size();
    if (count > this.maxArrayLength) this.#exceeded('maxArrayLength');
    if (count === 0 || count * size > cursor.left) cursor.fail('wcf-wire 2.5');
    const values: XmlText[] = [];
    while (values.length < count && cursor.violation === undefined) values.push(readValue(record, this));
    return values;
  }

  #exceeded(quota: ReaderQuota): void {
    this.cursor.fail('wcf-wire 1.9', readerQuotaExceeded(quota, this.quotas[quota]));
  }
}
