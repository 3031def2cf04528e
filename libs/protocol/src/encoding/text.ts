import type { XmlElement, XmlNode, XmlText } from './infoset.ts';
import { base64Text, dateTimeText, doubleText, durationText, floatText, parseBase64 } from './lexical.ts';

// A record's type says nothing about the type that a contract asks for (wcf-wire 2.4): every reading goes by the characters
// that the records mean, however many there are, unless the typed value is already the one asked for.

/** The characters of a text, or of all texts of an element without those of its child elements. Local times as of that zone. */
export function textOf(from: XmlElement | XmlText, zoneMinutes = 0): string {
  if (from.type !== 'element') return lexical(from, zoneMinutes);
  const { children } = from;
  let text = '';
  for (const child of children) if (isText(child)) text += lexical(child, zoneMinutes);
  return text;
}

/** Whether a node is text of any kind. */
export function isText(node: XmlNode): node is XmlText {
  return node.type !== 'element' && node.type !== 'array' && node.type !== 'comment';
}

function lexical(text: XmlText, zoneMinutes: number): string {
  switch (text.type) {
    case 'characters':
      return text.text;
    case 'boolean':
    case 'integer':
      return String(text.value);
    case 'float':
      return floatText(text.value);
    case 'double':
      return doubleText(text.value);
    case 'decimal':
      return text.value;
    case 'dateTime':
      return dateTimeText(text.ticks, text.kind, zoneMinutes);
    case 'timeSpan':
      return durationText(text.ticks);
    case 'uniqueId':
      return `urn:uuid:${text.uuid}`;
    case 'uuid':
      return text.uuid;
    case 'bytes':
      return base64Text(text.value);
    case 'qualifiedName':
      return text.prefix === '' ? text.local : `${text.prefix}:${text.local}`;
    case 'list':
      return text.items.map((item) => lexical(item, zoneMinutes)).join(' ');
  }
}

/** A whole number, whatever record it came as, `3.0` and `3E2` included; undefined when it is none. */
export function integerOf(from: XmlElement | XmlText): bigint | undefined {
  const only = onlyText(from);
  if (only?.type === 'integer') return only.value;
  const text = textOf(from).trim();
  if (/^[+-]?\d+$/.test(text)) return BigInt(text.replace('+', ''));
  const plain = /^([+-]?\d+)\.0*$/.exec(text)?.[1];
  if (plain !== undefined) return BigInt(plain.replace('+', ''));
  const value = numberOf(from);
  return value !== undefined && Number.isInteger(value) ? BigInt(value) : undefined;
}

/** A number as xs:double understands it; undefined when it is none. */
export function numberOf(from: XmlElement | XmlText): number | undefined {
  const only = onlyText(from);
  if (only?.type === 'float' || only?.type === 'double') return only.value;
  const text = textOf(from).trim();
  switch (text) {
    case 'INF':
      return Number.POSITIVE_INFINITY;
    case '-INF':
      return Number.NEGATIVE_INFINITY;
    case 'NaN':
      return Number.NaN;
    default:
      return /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[Ee][+-]?\d+)?$/.test(text) ? Number(text) : undefined;
  }
}

/** `true`, `1`, `false`, `0`; undefined for anything else. */
export function booleanOf(from: XmlElement | XmlText): boolean | undefined {
  const text = textOf(from).trim();
  if (text === 'true' || text === '1') return true;
  return text === 'false' || text === '0' ? false : undefined;
}

/** Bytes, also when they came in several records or as the characters of base 64; undefined when they are none. */
export function bytesOf(from: XmlElement | XmlText): Uint8Array | undefined {
  const parts = from.type === 'element' ? from.children.filter(isText) : [from];
  const raw = parts.flatMap((part) => (part.type === 'bytes' ? [part.value] : []));
  if (raw.length < parts.length) return parseBase64(textOf(from));
  const [only] = raw;
  if (raw.length === 1 && only !== undefined) return only;
  const joined = new Uint8Array(raw.reduce((sum, part) => sum + part.length, 0));
  let offset = 0;
  for (const part of raw) {
    joined.set(part, offset);
    offset += part.length;
  }
  return joined;
}

/** The one text of an element that holds nothing else. */
function onlyText(from: XmlElement | XmlText): XmlText | undefined {
  if (from.type !== 'element') return from;
  const [first] = from.children;
  return from.children.length === 1 && first !== undefined && isText(first) ? first : undefined;
}
