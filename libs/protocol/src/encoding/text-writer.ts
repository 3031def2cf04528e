import { InvalidOperation } from '../machine.ts';
import type { Origin, XmlText } from './infoset.ts';
import type { Output, SizedText } from './output.ts';
import { letterOf, RECORD } from './record-type.ts';
import { uuidBytes } from './uuid.ts';
import { dateTimeBits, decimalBytes } from './value-bytes.ts';

/** What the texts of a document need to know of their writer. */
export interface TextSink {
  readonly output: Output;
  /** The id of a string that may come from a dictionary; undefined when it has to travel inline. */
  dictionaryId(text: string, origin: Origin): number | undefined;
}

const CHARACTERS: SizedText = { characters: RECORD.chars8, unicode: RECORD.unicodeChars8 };

const LONG_MINIMUM = -(2n ** 63n);
const LONG_LIMIT = 2n ** 63n;
const UNSIGNED_LIMIT = 2n ** 64n;
const DOUBLE_LONG_LIMIT = 2 ** 63;
const INT_LIMIT = 2 ** 31;

/** Writes the text of an element, in as many records as Microsoft's writer makes of it (wcf-wire 2.4): none for nothing. */
export function writeText(text: XmlText, sink: TextSink): void {
  const { output } = sink;
  if (text.type === 'characters') {
    if (!isNothing(text.text, text.origin, sink)) writeCharacters(text.text, text.origin, sink);
  } else if (text.type === 'qualifiedName' && !isCompact(text.prefix, text.local, text.origin, sink)) {
    writeSpelt(text.prefix, text.local, text.origin, sink);
  } else if (text.type === 'bytes') {
    const whole = text.value.length - (text.value.length % 3);
    if (whole > 0) output.bytes(RECORD.bytes8, text.value.subarray(0, whole));
    if (whole < text.value.length) output.bytes(RECORD.bytes8, text.value.subarray(whole));
  } else writeRecord(text, sink);
}

/** Writes a text as exactly one record: the value of an attribute, or an item of a list. */
export function writeRecord(text: XmlText, sink: TextSink): void {
  const { output } = sink;
  switch (text.type) {
    case 'characters':
      if (isNothing(text.text, text.origin, sink)) output.text(RECORD.empty);
      else writeCharacters(text.text, text.origin, sink);
      break;
    case 'boolean':
      output.text(text.value ? RECORD.true : RECORD.false);
      break;
    case 'integer':
      writeInteger(text.value, output);
      break;
    case 'float':
      writeFloat(text.value, output);
      break;
    case 'double':
      writeDouble(text.value, output);
      break;
    case 'decimal':
      output.wide(RECORD.decimal, decimalBytes(text.value));
      break;
    case 'dateTime':
      output.integer64(RECORD.dateTime, dateTimeBits(text.ticks, text.kind));
      break;
    case 'timeSpan':
      output.integer64(RECORD.timeSpan, text.ticks);
      break;
    case 'uniqueId':
      output.wide(RECORD.uniqueId, uuidBytes(text.uuid));
      break;
    case 'uuid':
      output.wide(RECORD.uuid, uuidBytes(text.uuid));
      break;
    case 'bytes':
      output.bytes(RECORD.bytes8, text.value);
      break;
    case 'qualifiedName':
      writeQualifiedName(text.prefix, text.local, text.origin, sink);
      break;
    case 'list':
      writeList(text.items, sink);
      break;
  }
}

/** A dictionary may hold the empty string: then it is one like any other. */
function isNothing(text: string, origin: Origin, sink: TextSink): boolean {
  return text === '' && sink.dictionaryId(text, origin) === undefined;
}

/** Microsoft's writer knows the two commonest texts by heart. */
function writeCharacters(text: string, origin: Origin, sink: TextSink): void {
  const { output } = sink;
  const id = origin === 'inline' ? undefined : sink.dictionaryId(text, origin);
  if (id !== undefined) {
    output.text(RECORD.dictionaryText);
    output.size(id);
  } else if (text === '0') output.text(RECORD.zero);
  else if (text === '1') output.text(RECORD.one);
  else output.characters(CHARACTERS, text);
}

/** The smallest record that holds a whole number. */
function writeInteger(value: bigint, output: Output): void {
  if (value < LONG_MINIMUM || value >= UNSIGNED_LIMIT) {
    throw new InvalidOperation(`an integer is from -2^63 to 2^64 - 1, not ${value}`);
  }
  if (value >= -INT_LIMIT && value < INT_LIMIT) writeSmallInteger(Number(value), output);
  else output.integer64(value < LONG_LIMIT ? RECORD.int64 : RECORD.uint64, value);
}

function writeSmallInteger(value: number, output: Output): void {
  if (value === 0) output.text(RECORD.zero);
  else if (value === 1) output.text(RECORD.one);
  else if (value >= -0x80 && value < 0x80) output.integer(RECORD.int8, 1, value);
  else if (value >= -0x8000 && value < 0x8000) output.integer(RECORD.int16, 2, value);
  else output.integer(RECORD.int32, 4, value);
}

/** A whole number that a long holds goes the integers' way, and loses the sign of its zero. */
function writeFloat(value: number, output: Output): void {
  if (Number.isInteger(value) && value >= -DOUBLE_LONG_LIMIT && value < DOUBLE_LONG_LIMIT) {
    writeInteger(BigInt(value), output);
  } else output.float(RECORD.float, value);
}

/** What 32 bits hold exactly is written as a float; infinities and NaN keep their width. */
function writeDouble(value: number, output: Output): void {
  if (Number.isFinite(value) && Math.fround(value) === value) writeFloat(value, output);
  else output.double(RECORD.double, value);
}

function isCompact(prefix: string, local: string, origin: Origin, sink: TextSink): boolean {
  return letterOf(prefix) !== undefined && origin !== 'inline' && sink.dictionaryId(local, origin) !== undefined;
}

/** As one record: with its prefix letter and id, or as characters. */
function writeQualifiedName(prefix: string, local: string, origin: Origin, sink: TextSink): void {
  const { output } = sink;
  const letter = letterOf(prefix);
  const id = letter === undefined || origin === 'inline' ? undefined : sink.dictionaryId(local, origin);
  if (letter === undefined || id === undefined) {
    writeCharacters(prefix === '' ? local : `${prefix}:${local}`, prefix === '' ? origin : 'inline', sink);
  } else {
    output.text(RECORD.qNameDictionary);
    output.byte(letter);
    output.size(id);
  }
}

/** As three records: prefix, colon, local name. */
function writeSpelt(prefix: string, local: string, origin: Origin, sink: TextSink): void {
  if (prefix !== '') {
    writeCharacters(prefix, 'inline', sink);
    writeCharacters(':', 'inline', sink);
  }
  if (local !== '') writeCharacters(local, origin, sink);
}

function writeList(items: readonly XmlText[], sink: TextSink): void {
  sink.output.record(RECORD.startList);
  for (const item of items) {
    if (item.type === 'list') throw new InvalidOperation('a list holds no list');
    writeRecord(item, sink);
  }
  sink.output.record(RECORD.endList);
}
