// What a binary message means: a tree of elements whose text keeps the type it was written with (wcf-wire 2). Nothing here
// knows bytes; what a writer needs to choose the same bytes again is kept: the order of declarations and attributes, the
// kind of each text, and where each string may come from.

/**
 * Where a writer may take a string from (wcf-wire 3.3). `static`: the dictionary that everybody has; the message layer's
 * own strings. `session`: the table of this direction of the session; what the contract, the address and the serializer
 * own. `inline`: its characters, always; plain values. A string that is not in its dictionary travels inline.
 */
export type Origin = 'inline' | 'static' | 'session';

/** An element. Its namespace is the one that its prefix is bound to: a writer needs the declaration, a reader has resolved it. */
export interface XmlElement {
  readonly type: 'element';
  readonly prefix: string;
  readonly local: string;
  readonly namespace: string;
  /** Of the local name. */
  readonly origin: Origin;
  /** Declarations and attributes, in the order of the wire. */
  readonly attributes: readonly (XmlDeclaration | XmlAttribute)[];
  readonly children: readonly XmlNode[];
}

/** `xmlns:prefix="namespace"`; without a prefix the default namespace. */
export interface XmlDeclaration {
  readonly type: 'declaration';
  readonly prefix: string;
  readonly namespace: string;
  /** Of the namespace. */
  readonly origin: Origin;
}

/** An attribute. Without a prefix it has no namespace. */
export interface XmlAttribute {
  readonly type: 'attribute';
  readonly prefix: string;
  readonly local: string;
  readonly namespace: string;
  /** Of the local name. */
  readonly origin: Origin;
  readonly value: XmlText;
}

export type XmlNode = XmlElement | XmlArray | XmlComment | XmlText;

export interface XmlComment {
  readonly type: 'comment';
  readonly text: string;
}

/** The same element once for each value (wcf-wire 2.5): `<int>1</int><int>2</int>`. `item` has no children of its own. */
export interface XmlArray {
  readonly type: 'array';
  readonly of: ArrayType;
  readonly item: XmlElement;
  /** At least one, each of the kind that `of` names. */
  readonly values: readonly XmlText[];
}

export type ArrayType =
  | 'boolean'
  | 'int16'
  | 'int32'
  | 'int64'
  | 'float'
  | 'double'
  | 'decimal'
  | 'dateTime'
  | 'timeSpan'
  | 'uuid';

/**
 * Text as one record holds it (wcf-wire 2.2). Its type is the writer's choice, not the schema's: `1` arrives as an integer
 * whatever it means, and a text may come in several pieces side by side. Read it with `textOf` and its kin.
 */
export type XmlText =
  | { readonly type: 'characters'; readonly text: string; readonly origin: Origin }
  | { readonly type: 'boolean'; readonly value: boolean }
  /** From -2^63 to 2^64 - 1. */
  | { readonly type: 'integer'; readonly value: bigint }
  | { readonly type: 'float'; readonly value: number }
  | { readonly type: 'double'; readonly value: number }
  /** Plain decimal notation with the zeros of its scale: `-12.50`. At most 96 bits and 28 places. */
  | { readonly type: 'decimal'; readonly value: string }
  /** 100 ns since 0001-01-01; for `local` of the instant in UTC, which may lie hours below zero. */
  | { readonly type: 'dateTime'; readonly ticks: bigint; readonly kind: DateTimeKind }
  /** 100 ns. */
  | { readonly type: 'timeSpan'; readonly ticks: bigint }
  /** The identifier `urn:uuid:` + uuid. */
  | { readonly type: 'uniqueId'; readonly uuid: string }
  | { readonly type: 'uuid'; readonly uuid: string }
  | { readonly type: 'bytes'; readonly value: Uint8Array }
  /** `prefix:local`. */
  | { readonly type: 'qualifiedName'; readonly prefix: string; readonly local: string; readonly origin: Origin }
  /** Items with a space between them; a list holds no list. */
  | { readonly type: 'list'; readonly items: readonly XmlText[] };

export type DateTimeKind = 'unspecified' | 'utc' | 'local';

/** One root element, and comments around it. */
export interface XmlDocument {
  readonly type: 'document';
  readonly before: readonly XmlComment[];
  readonly root: XmlElement;
  readonly after: readonly XmlComment[];
}

/** A namespace under one prefix, and where its names come from. */
export interface Vocabulary {
  readonly prefix: string;
  readonly namespace: string;
  readonly origin: Origin;
}

/** Names without prefix and namespace, written inline. */
export const NO_NAMESPACE: Vocabulary = { prefix: '', namespace: '', origin: 'inline' };

/** The prefix that needs no declaration: `xml:lang`. */
export const XML_VOCABULARY: Vocabulary = {
  prefix: 'xml',
  namespace: 'http://www.w3.org/XML/1998/namespace',
  origin: 'inline',
};

/** An element of a vocabulary. Declarations and attributes among the parts keep their order, and so do its children. */
export function element(
  { prefix, namespace, origin }: Vocabulary,
  local: string,
  ...parts: readonly (XmlDeclaration | XmlAttribute | XmlNode)[]
): XmlElement {
  return {
    type: 'element',
    prefix,
    local,
    namespace,
    origin,
    attributes: parts.filter(isOfStartTag),
    children: parts.filter(isNode),
  };
}

function isOfStartTag(part: XmlDeclaration | XmlAttribute | XmlNode): part is XmlDeclaration | XmlAttribute {
  return part.type === 'declaration' || part.type === 'attribute';
}

function isNode(part: XmlDeclaration | XmlAttribute | XmlNode): part is XmlNode {
  return !isOfStartTag(part);
}

/** An attribute of a vocabulary; of `NO_NAMESPACE` for one without a prefix. */
export function attribute({ prefix, namespace, origin }: Vocabulary, local: string, value: XmlText): XmlAttribute {
  return { type: 'attribute', prefix, local, namespace: prefix === '' ? '' : namespace, origin, value };
}

/** The declaration that binds a vocabulary's prefix. */
export function declaration({ prefix, namespace, origin }: Vocabulary): XmlDeclaration {
  return { type: 'declaration', prefix, namespace, origin };
}

export function characters(text: string, origin: Origin = 'inline'): XmlText {
  return { type: 'characters', text, origin };
}

export function boolean(value: boolean): XmlText {
  return { type: 'boolean', value };
}

/** Throws `RangeError` for a number that is not whole. */
export function integer(value: number | bigint): XmlText {
  return { type: 'integer', value: BigInt(value) };
}

export function bytes(value: Uint8Array): XmlText {
  return { type: 'bytes', value };
}

const UNIQUE_ID = /^urn:uuid:([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})$/i;

/** A message id or another identifier: compact when it is a `urn:uuid:`, characters otherwise (wcf-wire 2.4). */
export function uniqueId(uri: string): XmlText {
  const uuid = UNIQUE_ID.exec(uri)?.[1];
  return uuid === undefined ? characters(uri) : { type: 'uniqueId', uuid: uuid.toLowerCase() };
}

/** The name of something in a vocabulary, as text: a fault code. */
export function qualifiedName({ prefix, origin }: Vocabulary, local: string): XmlText {
  return { type: 'qualifiedName', prefix, local, origin };
}

/** The child elements, those of arrays included. */
export function childElements({ children }: XmlElement): readonly XmlElement[] {
  const elements: XmlElement[] = [];
  for (const child of children) {
    if (child.type === 'element') elements.push(child);
    if (child.type === 'array') elements.push(...child.values.map((value) => ({ ...child.item, children: [value] })));
  }
  return elements;
}

/** The first child element of that name. */
export function childElement(parent: XmlElement, local: string, namespace: string): XmlElement | undefined {
  return childElements(parent).find((child) => child.local === local && child.namespace === namespace);
}

/** The value of the attribute of that name; no namespace means none, not any. */
export function attributeValue({ attributes }: XmlElement, local: string, namespace = ''): XmlText | undefined {
  for (const candidate of attributes) {
    if (candidate.type === 'attribute' && candidate.local === local && candidate.namespace === namespace) {
      return candidate.value;
    }
  }
  return undefined;
}

/**
 * What a prefix means in the innermost of these elements, given from the root down: to resolve a qualified name in a text.
 * Undefined when nothing declares it; the empty prefix means no namespace then.
 */
export function namespaceOf(prefix: string, path: readonly XmlElement[]): string | undefined {
  for (const { attributes } of path.toReversed()) {
    for (const candidate of attributes) {
      if (candidate.type === 'declaration' && candidate.prefix === prefix) return candidate.namespace;
    }
  }
  if (prefix === XML_VOCABULARY.prefix) return XML_VOCABULARY.namespace;
  return prefix === '' ? '' : undefined;
}
