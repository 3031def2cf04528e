import type { ArrayType } from './infoset.ts';

/** Record types by name (wcf-wire 2.2). Ranges are named by their first. Text types are even; odd, they end their element too. */
export const RECORD = {
  endElement: 0x01,
  comment: 0x02,
  array: 0x03,
  shortAttribute: 0x04,
  attribute: 0x05,
  shortDictionaryAttribute: 0x06,
  dictionaryAttribute: 0x07,
  shortXmlns: 0x08,
  xmlns: 0x09,
  shortDictionaryXmlns: 0x0a,
  dictionaryXmlns: 0x0b,
  prefixDictionaryAttribute: 0x0c,
  prefixAttribute: 0x26,
  shortElement: 0x40,
  element: 0x41,
  shortDictionaryElement: 0x42,
  dictionaryElement: 0x43,
  prefixDictionaryElement: 0x44,
  prefixElement: 0x5e,
  /** First of those that are no element any more. */
  reserved: 0x78,
  zero: 0x80,
  one: 0x82,
  false: 0x84,
  true: 0x86,
  int8: 0x88,
  int16: 0x8a,
  int32: 0x8c,
  int64: 0x8e,
  float: 0x90,
  double: 0x92,
  decimal: 0x94,
  dateTime: 0x96,
  chars8: 0x98,
  chars16: 0x9a,
  chars32: 0x9c,
  bytes8: 0x9e,
  bytes16: 0xa0,
  bytes32: 0xa2,
  startList: 0xa4,
  endList: 0xa6,
  empty: 0xa8,
  dictionaryText: 0xaa,
  uniqueId: 0xac,
  timeSpan: 0xae,
  uuid: 0xb0,
  uint64: 0xb2,
  boolean: 0xb4,
  unicodeChars8: 0xb6,
  unicodeChars16: 0xb8,
  unicodeChars32: 0xba,
  qNameDictionary: 0xbc,
} as const;

/** The types that an array may have, and the even record type of its values with their size in bytes (wcf-wire 2.5). */
export const ARRAY_TYPES: Readonly<Record<ArrayType, { readonly record: number; readonly size: number }>> = {
  boolean: { record: RECORD.boolean, size: 1 },
  int16: { record: RECORD.int16, size: 2 },
  int32: { record: RECORD.int32, size: 4 },
  int64: { record: RECORD.int64, size: 8 },
  float: { record: RECORD.float, size: 4 },
  double: { record: RECORD.double, size: 8 },
  decimal: { record: RECORD.decimal, size: 16 },
  dateTime: { record: RECORD.dateTime, size: 8 },
  timeSpan: { record: RECORD.timeSpan, size: 8 },
  uuid: { record: RECORD.uuid, size: 16 },
};

/** Prefixes of one lower-case letter have records of their own. */
export const LETTERS = [...'abcdefghijklmnopqrstuvwxyz'];

const FIRST_LETTER = 0x61;

/** The place of a prefix among the letters; undefined when it is no single lower-case letter. */
export function letterOf(prefix: string): number | undefined {
  if (prefix.length !== 1) return undefined;
  const letter = prefix.charCodeAt(0) - FIRST_LETTER;
  return letter >= 0 && letter < LETTERS.length ? letter : undefined;
}
