import { arrayBytes, isPieceByPiece } from './array-writer.ts';
import { variableIn, type WrittenTemplate } from './envelope-template.ts';
import type {
  Origin,
  XmlArray,
  XmlAttribute,
  XmlDeclaration,
  XmlDocument,
  XmlElement,
  XmlNode,
  XmlText,
} from './infoset.ts';
import { Output } from './output.ts';
import { ARRAY_TYPES, letterOf, RECORD } from './record-type.ts';
import { staticId } from './static-dictionary.ts';
import { type TextSink, writeRecord, writeText } from './text-writer.ts';

/** Gives a string of the session its id, new or old; undefined when it has to travel inline. */
export type SessionIds = (text: string) => number | undefined;

/** Where the six forms begin that a start or attribute record has (wcf-wire 2.2). */
interface Forms {
  readonly short: number;
  readonly prefixed: number;
  readonly shortDictionary: number;
  readonly prefixedDictionary: number;
  readonly letterDictionary: number;
  readonly letter: number;
}

const ELEMENT: Forms = {
  short: RECORD.shortElement,
  prefixed: RECORD.element,
  shortDictionary: RECORD.shortDictionaryElement,
  prefixedDictionary: RECORD.dictionaryElement,
  letterDictionary: RECORD.prefixDictionaryElement,
  letter: RECORD.prefixElement,
};

const ATTRIBUTE: Forms = {
  short: RECORD.shortAttribute,
  prefixed: RECORD.attribute,
  shortDictionary: RECORD.shortDictionaryAttribute,
  prefixedDictionary: RECORD.dictionaryAttribute,
  letterDictionary: RECORD.prefixDictionaryAttribute,
  letter: RECORD.prefixAttribute,
};

/** Writes documents as Microsoft's writer does, byte for byte (wcf-wire 2.4). Reusable; one document at a time. */
export class DocumentWriter implements TextSink {
  readonly output = new Output();
  #sessionIds: SessionIds | undefined;
  /** Is told of each text of an element before it is written. */
  #watch: ((text: XmlText) => void) | undefined;

  /**
   * Puts a document into `output`. Without `sessionIds` nothing is taken from a session. Throws `InvalidOperation` for what
   * the format cannot carry, such as half of a surrogate pair; the output is worthless then.
   */
  write(document: XmlDocument | XmlElement, sessionIds?: SessionIds): void {
    this.#sessionIds = sessionIds;
    this.output.clear();
    if (document.type === 'element') this.#element(document);
    else {
      for (const { text } of document.before) this.#comment(text);
      this.#element(document.root);
      for (const { text } of document.after) this.#comment(text);
    }
  }

  /** Writes an envelope again, to write others like it: undefined for one that none is like. */
  template(root: XmlElement, sessionIds?: SessionIds): WrittenTemplate | undefined {
    const variable = variableIn(root);
    if (variable === undefined) return undefined;
    let idAt = 0;
    let beginning = this.output.beginning();
    this.#watch = (text) => {
      if (text === variable.id) idAt = this.output.length + 1;
      if (text === variable.value) beginning = this.output.beginning();
    };
    this.write(root, sessionIds);
    this.#watch = undefined;
    return { beginning, idAt, depth: variable.path.length };
  }

  /** Puts an envelope into `output` that is like another but for its id and its value. False for an id that is no uuid. */
  fill({ beginning, idAt, depth }: WrittenTemplate, uuid: string, value: XmlText): boolean {
    const { output } = this;
    output.resume(beginning);
    if (!output.overwrite(idAt, uuid)) return false;
    writeText(value, this);
    for (let open = depth; open > 0; open -= 1) output.endElement(RECORD.endElement);
    return true;
  }

  dictionaryId(text: string, origin: Origin): number | undefined {
    if (origin === 'static') return staticId(text);
    return origin === 'session' ? this.#sessionIds?.(text) : undefined;
  }

  #element(element: XmlElement): void {
    this.#start(element);
    for (const child of element.children) this.#node(child);
    this.output.endElement(RECORD.endElement);
  }

  #node(node: XmlNode): void {
    if (node.type === 'element') this.#element(node);
    else if (node.type === 'array') this.#array(node);
    else if (node.type === 'comment') this.#comment(node.text);
    else {
      this.#watch?.(node);
      writeText(node, this);
    }
  }

  #start({ prefix, local, origin, attributes }: XmlElement): void {
    this.#name(ELEMENT, prefix, local, origin);
    for (const attribute of attributes) {
      if (attribute.type === 'declaration') this.#declaration(attribute);
      else this.#attribute(attribute);
    }
  }

  #attribute({ prefix, local, origin, value }: XmlAttribute): void {
    this.#name(ATTRIBUTE, prefix, local, origin);
    writeRecord(value, this);
    this.output.seal();
  }

  #declaration({ prefix, namespace, origin }: XmlDeclaration): void {
    const { output } = this;
    const id = this.dictionaryId(namespace, origin);
    if (prefix === '') output.record(id === undefined ? RECORD.shortXmlns : RECORD.shortDictionaryXmlns);
    else {
      output.record(id === undefined ? RECORD.xmlns : RECORD.dictionaryXmlns);
      output.name(prefix);
    }
    if (id === undefined) output.name(namespace);
    else output.size(id);
  }

  #comment(text: string): void {
    this.output.record(RECORD.comment);
    this.output.name(text);
  }

  /** A start or attribute record: with a letter where the prefix is one, with an id where the name has one. */
  #name(forms: Forms, prefix: string, local: string, origin: Origin): void {
    const { output } = this;
    const id = this.dictionaryId(local, origin);
    const letter = letterOf(prefix);
    if (letter !== undefined) output.record(letter + (id === undefined ? forms.letter : forms.letterDictionary));
    else if (prefix === '') output.record(id === undefined ? forms.short : forms.shortDictionary);
    else {
      output.record(id === undefined ? forms.prefixed : forms.prefixedDictionary);
      output.name(prefix);
    }
    if (id === undefined) output.name(local);
    else output.size(id);
  }

  /** Nothing at all for an array without values (wcf-wire 2.5). */
  #array({ of, item, values }: XmlArray): void {
    if (values.length === 0) return;
    const { output } = this;
    output.record(RECORD.array);
    this.#start(item);
    output.record(RECORD.endElement);
    output.record(ARRAY_TYPES[of].record + 1);
    output.size(values.length);
    const { size, bytes } = arrayBytes(of, values);
    if (!isPieceByPiece(of)) output.rawPast(bytes);
    else for (let at = 0; at < bytes.length; at += size) output.raw(bytes.subarray(at, at + size));
  }
}
