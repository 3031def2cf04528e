import { utf8Text } from './cursor.ts';
import type { XmlElement, XmlNode, XmlText } from './infoset.ts';
import type { Beginning } from './output.ts';
import { RECORD } from './record-type.ts';
import { isText } from './text.ts';
import { uuidText } from './uuid.ts';

// Most envelopes of a session are the same as one before but for their id and for the value at their end: the text that is
// all of the last element. What they have in common is put aside once, as bytes.

/** An envelope to be written like one before. */
export interface WrittenTemplate {
  /** Everything up to the value. */
  readonly beginning: Beginning;
  /** Where the bytes of the id are. */
  readonly idAt: number;
  /** Elements that end behind the value. */
  readonly depth: number;
}

/** An envelope that others are read like. */
export interface ReadTemplate {
  /** Everything up to the value: what is compared, but for the id. */
  readonly beginning: Uint8Array;
  readonly idAt: number;
  /** Elements that end behind the value, that around it included. */
  readonly depth: number;
}

/** The same, with what it was made from. */
export interface FreshTemplate extends ReadTemplate {
  readonly variable: Variable;
}

/** What is different in each of the envelopes that are alike. */
export interface Varying {
  readonly uuid: string;
  readonly value: string;
}

/** The two texts of an envelope that may be others in the next, and the elements around the value, from the root down. */
export interface Variable {
  readonly id: XmlText;
  readonly value: XmlText;
  readonly path: readonly XmlElement[];
}

/** Where a text of an element stands in a payload. */
export interface TextPlace {
  readonly text: XmlText;
  /** Of its record. */
  readonly offset: number;
}

const UUID_SIZE = 16;

/** Undefined for an envelope without a value at its end, or with another number of ids than one. */
export function variableIn(root: XmlElement): Variable | undefined {
  const path: XmlElement[] = [];
  let last: XmlNode | undefined = root;
  let count = 1;
  while (last?.type === 'element') {
    path.push(last);
    count = last.children.length;
    last = last.children.at(-1);
  }
  const [id, ...more] = idsIn(root);
  if (last === undefined || !isText(last) || count > 1 || id === undefined || more.length > 0) return undefined;
  return id === last ? undefined : { id, value: last, path };
}

function idsIn({ children }: XmlElement): readonly XmlText[] {
  return children.flatMap((child) => {
    if (child.type === 'element') return idsIn(child);
    return child.type === 'uniqueId' ? [child] : [];
  });
}

/** What others are read like that differ in nothing but an id and a value of characters; undefined where none can. */
export function readTemplate(
  payload: Uint8Array,
  root: XmlElement,
  places: readonly TextPlace[],
): FreshTemplate | undefined {
  const variable = variableIn(root);
  const id = places.find(({ text }) => text === variable?.id);
  const value = places.find(({ text }) => text === variable?.value);
  if (variable === undefined || id === undefined || value === undefined) return undefined;
  const beginning = payload.slice(0, value.offset);
  const template = { beginning, idAt: id.offset + 1, depth: variable.path.length, variable };
  return varyingIn(payload, template) === undefined ? undefined : template;
}

/** What varies in a payload that is like the template in everything else; undefined for one that is not, or that may be wrong. */
export function varyingIn(payload: Uint8Array, template: ReadTemplate): Varying | undefined {
  const { beginning, idAt, depth } = template;
  const valueAt = beginning.length;
  const value = sizedText(payload, valueAt);
  if (value === undefined || value.end + (value.closes ? depth - 1 : depth) !== payload.length) return undefined;
  if (!isSame(payload, beginning, 0, idAt)) return undefined;
  if (!isSame(payload, beginning, idAt + UUID_SIZE, valueAt)) return undefined;
  for (let at = value.end; at < payload.length; at += 1) if (payload[at] !== RECORD.endElement) return undefined;
  const text = utf8Text(payload, value.start, value.end - value.start);
  return text === undefined ? undefined : { uuid: uuidText(payload, idAt), value: text };
}

/** At least one character in UTF-8. */
interface SizedText {
  readonly start: number;
  readonly end: number;
  /** It ends its element. */
  readonly closes: boolean;
}

function sizedText(payload: Uint8Array, at: number): SizedText | undefined {
  const record = payload[at] ?? 0;
  const width = widthOfLength(record & 0xfe);
  const start = at + 1 + width;
  let length = 0;
  for (let index = start - 1; index > at; index -= 1) length = 0x100 * length + (payload[index] ?? 0);
  return width === 0 || length === 0 ? undefined : { start, end: start + length, closes: record % 2 !== 0 };
}

function widthOfLength(type: number): number {
  switch (type) {
    case RECORD.chars8:
      return 1;
    case RECORD.chars16:
      return 2;
    case RECORD.chars32:
      return 4;
    default:
      return 0;
  }
}

function isSame(one: Uint8Array, other: Uint8Array, start: number, end: number): boolean {
  for (let index = start; index < end; index += 1) if (one[index] !== other[index]) return false;
  return true;
}
