import { ARRAYS_NAMESPACE } from './names.ts';

/**
 * Types of parameters, results and members, by their names in XML Schema and in WCF's serialization namespaces (wcf-wire 4.6).
 * `base64Binary` is a byte array, `duration` a TimeSpan.
 */
export type PrimitiveType =
  | 'string'
  | 'boolean'
  | 'int'
  | 'long'
  | 'double'
  | 'decimal'
  | 'dateTime'
  | 'duration'
  | 'guid'
  | 'base64Binary';

export type DataType = PrimitiveType | ArrayOf | DataContract;

export interface ArrayOf {
  readonly type: 'array';
  readonly of: DataType;
}

/** A class: its members in the order of the wire, which is alphabetical unless the class says otherwise (wcf-wire 4.6). */
export interface DataContract {
  readonly type: 'contract';
  readonly name: string;
  readonly namespace: string;
  readonly members: readonly Part[];
}

/** A parameter, a result or a member: an element with a value inside. */
export interface Part {
  readonly name: string;
  readonly type: DataType;
}

/**
 * A value as this library holds it. `int` and `double` are numbers, `long` is a bigint, byte arrays are bytes. Decimals, dates,
 * durations and GUIDs are their text in XML Schema, which loses nothing: `12.50`, `1980-02-29T01:02:03Z`, `PT1M30S`.
 * Strings, byte arrays, arrays and contracts may be null.
 */
export type DataValue = null | string | boolean | number | bigint | Uint8Array | readonly DataValue[] | DataRecord;

/** By the names of parameters, results or members. */
export interface DataRecord {
  readonly [name: string]: DataValue;
}

export function arrayOf(of: DataType): ArrayOf {
  return { type: 'array', of };
}

/** A data contract; members of a class without explicit order have to be given in alphabetical order. */
export function dataContract(
  name: string,
  namespace: string,
  members: Readonly<Record<string, DataType>>,
): DataContract {
  return { type: 'contract', name, namespace, members: partsOf(members) };
}

export function partsOf(types: Readonly<Record<string, DataType>>): readonly Part[] {
  return Object.entries(types).map(([name, type]) => ({ name, type }));
}

/** What a part that did not come is taken to be (wcf-wire 4.4). */
export function defaultValue(type: DataType): DataValue {
  switch (type) {
    case 'boolean':
      return false;
    case 'int':
    case 'double':
      return 0;
    case 'long':
      return 0n;
    case 'decimal':
      return '0';
    case 'dateTime':
      return '0001-01-01T00:00:00';
    case 'duration':
      return 'PT0S';
    case 'guid':
      return '00000000-0000-0000-0000-000000000000';
    default:
      return null;
  }
}

/** Whether a value of the type may be null. */
export function isNullable(type: DataType): boolean {
  return defaultValue(type) === null;
}

export function isList(value: DataValue | undefined): value is readonly DataValue[] {
  return Array.isArray(value);
}

export function isRecord(value: DataValue | undefined): value is DataRecord {
  return typeof value === 'object' && value !== null && !isList(value) && !(value instanceof Uint8Array);
}

/** What an item of an array is called, and in which namespace (wcf-wire 4.6). */
export function itemName(of: DataType): { readonly name: string; readonly namespace: string } {
  if (typeof of === 'string') return { name: of, namespace: ARRAYS_NAMESPACE };
  if (of.type === 'contract') return of;
  const item = itemName(of.of);
  return { name: `ArrayOf${item.name}`, namespace: item.namespace };
}
