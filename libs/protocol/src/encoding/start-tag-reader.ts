import type { Cursor } from './cursor.ts';
import {
  type Origin,
  XML_VOCABULARY,
  type XmlAttribute,
  type XmlDeclaration,
  type XmlElement,
  type XmlNode,
} from './infoset.ts';
import { Namespaces } from './namespaces.ts';
import { LETTERS, RECORD } from './record-type.ts';
import { originOf, readText, type TextContext } from './text-reader.ts';
import { type ReaderQuotas, readerQuotaExceeded } from './violation.ts';

/** An element that has begun. */
export interface StartTag {
  readonly element: XmlElement;
  /** The children of the element, to be filled. */
  readonly children: XmlNode[];
  /** Where its declarations begin. */
  readonly scope: number;
}

interface Name {
  readonly prefix: string;
  readonly local: string;
  readonly origin: Origin;
}

/** What `readText` knows, and the quotas. */
export interface StartTagContext extends TextContext {
  readonly quotas: ReaderQuotas;
}

type Writable<T> = { -readonly [Key in keyof T]: T[Key] };

/** Forms that a start or attribute record may name things in, in the order of their type bytes (wcf-wire 2.2). */
const FORM = { short: 0, prefixed: 1, shortDictionary: 2, prefixedDictionary: 3, letterDictionary: 4, letter: 30 };

/** An element has so many attributes before they are compared by a set. */
const FEW = 8;

const NO_ATTRIBUTES: readonly (XmlDeclaration | XmlAttribute)[] = [];

/** Reads elements up to their content, and resolves what their prefixes mean (wcf-wire 2.3). */
export class StartTagReader {
  readonly #context: StartTagContext;
  readonly #cursor: Cursor;
  readonly #namespaces = new Namespaces();
  /** Different names so far, where they may become too many: not more than there are bytes. */
  readonly #names: Set<string> | undefined;
  #nameCharacters = 0;

  constructor(context: StartTagContext) {
    this.#context = context;
    this.#cursor = context.cursor;
    this.#names = context.quotas.maxNameTableCharCount < context.cursor.left ? new Set() : undefined;
  }

  /** The element that a record begins, with all its attributes; after a mistake some element. */
  read(record: number): StartTag {
    const cursor = this.#cursor;
    if (record < RECORD.shortElement || record >= RECORD.reserved) {
      const known = record !== 0 && (record < RECORD.shortElement || record >= RECORD.zero);
      cursor.fail(known ? 'wcf-wire 2.3' : 'wcf-wire 2.2');
    }
    cursor.state = 'startTag';
    const start = cursor.recordOffset;
    const { prefix, local, origin } = this.#name(record - RECORD.shortElement);
    const scope = this.#namespaces.enter();
    const attributes = isAttribute(cursor.peek()) ? this.#attributes(scope, start) : NO_ATTRIBUTES;
    const namespace = this.#resolve(prefix, start);
    const children: XmlNode[] = [];
    return {
      element: { type: 'element', prefix, local, namespace, origin, attributes, children },
      children,
      scope,
    };
  }

  /** The element is over, and so are its declarations. */
  end({ scope }: StartTag): void {
    this.#namespaces.leave(scope);
  }

  /** `start`: of the element's record, which is at fault where no single attribute is. */
  #attributes(scope: number, start: number): readonly (XmlDeclaration | XmlAttribute)[] {
    const cursor = this.#cursor;
    const first = cursor.offset;
    const read: (XmlDeclaration | XmlAttribute)[] = [];
    const attributes: Writable<XmlAttribute>[] = [];
    while (isAttribute(cursor.peek())) {
      const record = cursor.record();
      if (isDeclaration(record)) read.push(this.#declaration(record, scope));
      else {
        const attribute = this.#attribute(record);
        read.push(attribute);
        attributes.push(attribute);
      }
    }
    const { maxBytesPerRead } = this.#context.quotas;
    if (cursor.violation === undefined && cursor.offset - first > maxBytesPerRead)
      this.#exceeded('maxBytesPerRead', start);
    for (const attribute of attributes) {
      if (attribute.prefix !== '') attribute.namespace = this.#resolve(attribute.prefix, start);
    }
    if (attributes.length > 1 && hasDuplicate(attributes)) cursor.fail('wcf-wire 2.3', undefined, start);
    return read;
  }

  #declaration(record: number, scope: number): XmlDeclaration {
    const cursor = this.#cursor;
    const prefix = record === RECORD.xmlns || record === RECORD.dictionaryXmlns ? this.#string() : '';
    const id = record >= RECORD.shortDictionaryXmlns ? cursor.size() : undefined;
    const namespace = id === undefined ? this.#string() : this.#context.dictionaryString(id);
    const foreign = prefix === XML_VOCABULARY.prefix && namespace !== XML_VOCABULARY.namespace;
    if (foreign || (prefix !== '' && namespace === '')) cursor.fail('wcf-wire 2.3');
    if (!this.#namespaces.declare(prefix, namespace, scope)) cursor.fail('wcf-wire 2.3');
    return { type: 'declaration', prefix, namespace, origin: id === undefined ? 'inline' : originOf(id) };
  }

  /** Its namespace is not known before all declarations are. */
  #attribute(record: number): Writable<XmlAttribute> {
    const cursor = this.#cursor;
    const { prefix, local, origin } = this.#name(record - (record < RECORD.shortXmlns ? 4 : 8));
    const type = cursor.record();
    if (type < RECORD.zero || type % 2 !== 0 || type === RECORD.endList) cursor.fail('wcf-wire 2.3');
    const value = readText(type, this.#context);
    return { type: 'attribute', prefix, local, namespace: '', origin, value };
  }

  #name(form: number): Name {
    const prefix = form === FORM.prefixed || form === FORM.prefixedDictionary ? this.#string() : prefixOf(form);
    if (form <= FORM.prefixed || form >= FORM.letter) return { prefix, local: this.#string(), origin: 'inline' };
    const id = this.#cursor.size();
    return { prefix, local: this.#context.dictionaryString(id), origin: originOf(id) };
  }

  /** A string that is spelt out, and counts for the name table. */
  #string(): string {
    const text = this.#cursor.name();
    if (this.#names !== undefined && !this.#names.has(text)) {
      this.#names.add(text);
      this.#nameCharacters += text.length;
      if (this.#nameCharacters > this.#context.quotas.maxNameTableCharCount)
        this.#exceeded('maxNameTableCharCount', this.#cursor.recordOffset);
    }
    return text;
  }

  #resolve(prefix: string, start: number): string {
    const namespace = this.#namespaces.resolve(prefix);
    if (namespace === undefined) this.#cursor.fail('wcf-wire 2.3', undefined, start);
    return namespace ?? '';
  }

  #exceeded(quota: 'maxBytesPerRead' | 'maxNameTableCharCount', offset: number): void {
    this.#cursor.fail('wcf-wire 1.9', readerQuotaExceeded(quota, this.#context.quotas[quota]), offset);
  }
}

/** The prefix that a form implies. */
function prefixOf(form: number): string {
  if (form < FORM.letterDictionary) return '';
  return LETTERS[form < FORM.letter ? form - FORM.letterDictionary : form - FORM.letter] ?? '';
}

function isAttribute(record: number): boolean {
  return record >= RECORD.shortAttribute && record < RECORD.shortElement;
}

function isDeclaration(record: number): boolean {
  return record >= RECORD.shortXmlns && record <= RECORD.dictionaryXmlns;
}

/** Whether two attributes have the same expanded name (wcf-wire 2.3). */
function hasDuplicate(attributes: readonly XmlAttribute[]): boolean {
  if (attributes.length > FEW) {
    const names = new Set(attributes.map(({ namespace, local }) => `${namespace.length} ${namespace}${local}`));
    return names.size < attributes.length;
  }
  return attributes.some((one, index) =>
    attributes.some((other, place) => place > index && one.local === other.local && one.namespace === other.namespace),
  );
}
