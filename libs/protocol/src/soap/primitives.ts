import {
  type ArrayType,
  boolean,
  bytes,
  characters,
  integer,
  type XmlElement,
  type XmlText,
} from '../encoding/infoset.ts';
import { decimalText, parseDecimal } from '../encoding/lexical.ts';
import { booleanOf, bytesOf, integerOf, numberOf, textOf } from '../encoding/text.ts';
import { InvalidOperation } from '../machine.ts';
import type { DataValue, PrimitiveType } from './data-contract.ts';
import { parseDateTime } from './date-time.ts';

/** The types of which an array is one record (wcf-wire 4.6), and what that record calls them. */
export const ARRAY_RECORDS: Readonly<Partial<Record<PrimitiveType, ArrayType>>> = {
  boolean: 'boolean',
  int: 'int32',
  long: 'int64',
  double: 'double',
  decimal: 'decimal',
  dateTime: 'dateTime',
};

interface Primitive {
  /** As WCF's serializers write it (wcf-wire 4.6); undefined for a value of another type. */
  write(value: DataValue | undefined): XmlText | undefined;
  /** Whatever records it came in; undefined for what is not of the type. */
  read(element: XmlElement): DataValue | undefined;
  /** What .NET calls the type. */
  readonly clrName: string;
}

const PRIMITIVES: Readonly<Record<PrimitiveType, Primitive>> = {
  string: {
    write: (value) => (typeof value === 'string' ? characters(value) : undefined),
    read: (element) => textOf(element),
    clrName: 'String',
  },
  boolean: {
    write: (value) => (typeof value === 'boolean' ? boolean(value) : undefined),
    read: booleanOf,
    clrName: 'Boolean',
  },
  int: {
    write: (value) => (typeof value === 'number' && isInt(value) ? integer(value) : undefined),
    read: (element) => {
      const value = Number(integerOf(element) ?? Number.NaN);
      return isInt(value) ? value : undefined;
    },
    clrName: 'Int32',
  },
  long: {
    write: (value) => (typeof value === 'bigint' && isLong(value) ? integer(value) : undefined),
    read: (element) => {
      const value = integerOf(element);
      return value !== undefined && isLong(value) ? value : undefined;
    },
    clrName: 'Int64',
  },
  double: {
    write: (value) => (typeof value === 'number' ? { type: 'double', value } : undefined),
    read: numberOf,
    clrName: 'Double',
  },
  decimal: {
    write: (value) => {
      const decimal = typeof value === 'string' ? plainDecimal(value) : undefined;
      return decimal === undefined ? undefined : { type: 'decimal', value: decimal };
    },
    read: (element) => plainDecimal(textOf(element).trim()),
    clrName: 'Decimal',
  },
  dateTime: {
    write: (value) => (typeof value === 'string' ? parseDateTime(value) : undefined),
    read: (element) => {
      const instant = parseDateTime(textOf(element).trim());
      return instant === undefined ? undefined : textOf(instant);
    },
    clrName: 'DateTime',
  },
  duration: {
    write: (value) => (isText(value, DURATION) ? characters(value) : undefined),
    read: (element) => matching(textOf(element).trim(), DURATION),
    clrName: 'TimeSpan',
  },
  guid: {
    write: (value) => (isText(value, GUID) ? characters(value) : undefined),
    read: (element) => matching(textOf(element).trim().toLowerCase(), GUID),
    clrName: 'Guid',
  },
  base64Binary: {
    write: (value) => (value instanceof Uint8Array ? bytes(value) : undefined),
    read: bytesOf,
    clrName: 'Byte[]',
  },
};

/** A value as text. Throws `InvalidOperation` for a value of another type. */
export function writePrimitive(type: PrimitiveType, value: DataValue | undefined): XmlText {
  const text = PRIMITIVES[type].write(value);
  if (text === undefined) throw new InvalidOperation(`${String(value)} is no ${type}`);
  return text;
}

/** The value in an element, if it is one of the type. */
export function readPrimitive(type: PrimitiveType, element: XmlElement): DataValue | undefined {
  return PRIMITIVES[type].read(element);
}

export function clrName(type: PrimitiveType): string {
  return PRIMITIVES[type].clrName;
}

/** The same as what stands in an element: nothing, where there is nothing to write (wcf-wire 2.4). */
export function primitiveNodes(type: PrimitiveType, value: DataValue | undefined): readonly XmlText[] {
  const text = writePrimitive(type, value);
  return isEmptyText(text) ? [] : [text];
}

function isEmptyText(text: XmlText): boolean {
  return (text.type === 'characters' && text.text === '') || (text.type === 'bytes' && text.value.length === 0);
}

const DURATION = /^-?P(?=.)(?:\d+Y)?(?:\d+M)?(?:\d+D)?(?:T(?=.)(?:\d+H)?(?:\d+M)?(?:\d+(?:\.\d+)?S)?)?$/;
const GUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** In plain notation, if 96 bits and 28 places hold it. */
function plainDecimal(text: string): string | undefined {
  const parsed = parseDecimal(text);
  return parsed === undefined ? undefined : decimalText(parsed.unscaled, parsed.scale, parsed.negative);
}

function isText(value: DataValue | undefined, form: RegExp): value is string {
  return typeof value === 'string' && form.test(value);
}

function matching(text: string, form: RegExp): string | undefined {
  return form.test(text) ? text : undefined;
}

function isInt(value: number): boolean {
  return Number.isInteger(value) && value >= -(2 ** 31) && value < 2 ** 31;
}

function isLong(value: bigint): boolean {
  return value >= -(2n ** 63n) && value < 2n ** 63n;
}
