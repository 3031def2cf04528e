import type { Cursor } from './cursor.ts';
import type { XmlText } from './infoset.ts';
import { decimalText, LAST_TICK, localTicks } from './lexical.ts';
import { LETTERS, RECORD } from './record-type.ts';
import { readerQuotaExceeded } from './violation.ts';

/** What the text records of a document need to know of their reader. */
export interface TextContext {
  readonly cursor: Cursor;
  /** The dictionary string of an id, or a mistake. */
  dictionaryString(id: number): string;
  readonly maxArrayLength: number;
  /** Of the decoder: local times are checked against it (wcf-wire 2.1). */
  readonly zoneMinutes: number;
}

const ZERO: XmlText = { type: 'integer', value: 0n };
const ONE: XmlText = { type: 'integer', value: 1n };
const FALSE: XmlText = { type: 'boolean', value: false };
const TRUE: XmlText = { type: 'boolean', value: true };
const EMPTY: XmlText = { type: 'characters', text: '', origin: 'inline' };

const KINDS = ['unspecified', 'utc', 'local', 'local'] as const;
const TICK_BITS = 62;
/** From here on ticks of a local time are below zero: the last day below 2^62 (wcf-wire 2.1). */
const FIRST_NEGATIVE = 2n ** 62n - 864_000_000_000n;
const LARGEST_SCALE = 28;
const NEGATIVE_SIGN = 0x80;

/** The text of a record whose (even) type byte has been read. `EMPTY` after a mistake, which the cursor knows. */
export function readText(record: number, context: TextContext): XmlText {
  const { cursor } = context;
  switch (record) {
    case RECORD.zero:
      return ZERO;
    case RECORD.one:
      return ONE;
    case RECORD.false:
      return FALSE;
    case RECORD.true:
      return TRUE;
    case RECORD.chars8:
      return inline(cursor.utf8(cursor.byte()));
    case RECORD.chars16:
      return inline(cursor.utf8(cursor.uint16()));
    case RECORD.chars32:
      return inline(cursor.utf8(cursor.length32()));
    case RECORD.unicodeChars8:
      return inline(cursor.utf16(cursor.byte()));
    case RECORD.unicodeChars16:
      return inline(cursor.utf16(cursor.uint16()));
    case RECORD.unicodeChars32:
      return inline(cursor.utf16(cursor.length32()));
    case RECORD.bytes8:
      return readBytes(cursor.byte(), context);
    case RECORD.bytes16:
      return readBytes(cursor.uint16(), context);
    case RECORD.bytes32:
      return readBytes(cursor.length32(), context);
    case RECORD.empty:
      return EMPTY;
    case RECORD.dictionaryText:
      return readDictionaryText(context);
    case RECORD.qNameDictionary:
      return readQualifiedName(context);
    case RECORD.startList:
      return readList(context);
    default:
      return readValue(record, context);
  }
}

/** A text of fixed size: the kinds that an array may hold, and those that only a record has. */
export function readValue(record: number, { cursor, zoneMinutes }: TextContext): XmlText {
  switch (record) {
    case RECORD.int8:
      return { type: 'integer', value: BigInt(cursor.int8()) };
    case RECORD.int16:
      return { type: 'integer', value: BigInt(cursor.int16()) };
    case RECORD.int32:
      return { type: 'integer', value: BigInt(cursor.int32()) };
    case RECORD.int64:
      return { type: 'integer', value: cursor.int64() };
    case RECORD.uint64:
      return { type: 'integer', value: cursor.uint64() };
    case RECORD.float:
      return { type: 'float', value: cursor.float32() };
    case RECORD.double:
      return { type: 'double', value: cursor.float64() };
    case RECORD.decimal:
      return readDecimal(cursor);
    case RECORD.dateTime:
      return readDateTime(cursor, zoneMinutes);
    case RECORD.timeSpan:
      return { type: 'timeSpan', ticks: cursor.int64() };
    case RECORD.uniqueId:
      return { type: 'uniqueId', uuid: cursor.uuid() };
    case RECORD.uuid:
      return { type: 'uuid', uuid: cursor.uuid() };
    case RECORD.boolean:
      return cursor.byte() === 0 ? FALSE : TRUE;
    default:
      cursor.fail('wcf-wire 2.2');
      return EMPTY;
  }
}

function inline(text: string): XmlText {
  return { type: 'characters', text, origin: 'inline' };
}

function readBytes(length: number, { cursor, maxArrayLength }: TextContext): XmlText {
  if (length > maxArrayLength) {
    cursor.fail('wcf-wire 1.9', readerQuotaExceeded('maxArrayLength', maxArrayLength));
  }
  return { type: 'bytes', value: cursor.bytes(length) };
}

function readDictionaryText(context: TextContext): XmlText {
  const id = context.cursor.size();
  return { type: 'characters', text: context.dictionaryString(id), origin: originOf(id) };
}

/** Where the string of an id comes from (wcf-wire 2.1). */
export function originOf(id: number): 'static' | 'session' {
  return id % 2 === 0 ? 'static' : 'session';
}

function readQualifiedName(context: TextContext): XmlText {
  const prefix = LETTERS[context.cursor.byte()];
  if (prefix === undefined) {
    context.cursor.fail('wcf-wire 2.2');
    return EMPTY;
  }
  const id = context.cursor.size();
  return { type: 'qualifiedName', prefix, local: context.dictionaryString(id), origin: originOf(id) };
}

/** Items are plain text records, and no lists (wcf-wire 2.3). */
function readList(context: TextContext): XmlText {
  const { cursor } = context;
  const outer = cursor.state;
  cursor.state = 'list';
  const items: XmlText[] = [];
  let record = cursor.record();
  while (record !== RECORD.endList && cursor.violation === undefined) {
    if (record < RECORD.zero || record % 2 !== 0 || record === RECORD.startList) cursor.fail('wcf-wire 2.3');
    else items.push(readText(record, context));
    record = cursor.record();
  }
  cursor.state = outer;
  return { type: 'list', items };
}

function readDecimal(cursor: Cursor): XmlText {
  cursor.uint16();
  const scale = cursor.byte();
  const sign = cursor.byte();
  const high = BigInt(cursor.uint32());
  const unscaled = (high << 64n) | cursor.uint64();
  if (scale > LARGEST_SCALE || (sign !== 0 && sign !== NEGATIVE_SIGN)) cursor.fail('wcf-wire 2.1');
  return { type: 'decimal', value: decimalText(unscaled, scale, sign === NEGATIVE_SIGN) };
}

function readDateTime(cursor: Cursor, zoneMinutes: number): XmlText {
  const raw = cursor.uint64();
  const kind = KINDS[Number(raw >> BigInt(TICK_BITS))] ?? 'local';
  const low = BigInt.asUintN(TICK_BITS, raw);
  const ticks = kind === 'local' && low > FIRST_NEGATIVE ? low - 2n ** 62n : low;
  const shown = kind === 'local' ? localTicks(ticks, zoneMinutes) : ticks;
  if (shown < 0n || shown > LAST_TICK) cursor.fail('wcf-wire 2.1');
  return { type: 'dateTime', ticks, kind };
}
