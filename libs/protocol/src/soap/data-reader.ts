import { attributeValue, childElements, type XmlElement } from '../encoding/infoset.ts';
import {
  type DataContract,
  type DataRecord,
  type DataType,
  type DataValue,
  defaultValue,
  isNullable,
  itemName,
  type Part,
  type PrimitiveType,
} from './data-contract.ts';
import type { SoapFault } from './fault.ts';
import { type QName, SCHEMA_INSTANCE, sameName } from './names.ts';
import { clrName, readPrimitive } from './primitives.ts';
import { simpleText, textOfAttribute } from './text.ts';

/** What was read, or the sentence with which .NET says why it cannot be (its words where they are captured: wcf-wire 4.5). */
export type DataRead<Read> =
  | { readonly type: 'data'; readonly data: Read }
  | { readonly type: 'problem'; readonly problem: string };

/**
 * The parts of an element, in the form of either serializer. What did not come has its default; elements that are unknown,
 * or behind their turn, are skipped (wcf-wire 4.4).
 */
export function readParts(parent: XmlElement, parts: readonly Part[], namespace: string): DataRead<DataRecord> {
  const data: Record<string, DataValue> = {};
  for (const { name, type } of parts) data[name] = defaultValue(type);
  let next = 0;
  for (const element of childElements(parent)) {
    if (element.namespace !== namespace) continue;
    const turn = parts.findIndex(({ name }, index) => index >= next && element.local === name);
    const part = parts[turn];
    if (part === undefined) continue;
    const read = readValue(element, part.type);
    if (read.type === 'problem') return read;
    data[part.name] = read.data;
    next = turn + 1;
  }
  return { type: 'data', data };
}

function readValue(element: XmlElement, type: DataType): DataRead<DataValue> {
  if (isNil(element)) return nothing(type);
  if (typeof type === 'string') return readText(element, type);
  return type.type === 'contract' ? readParts(element, type.members, type.namespace) : readItems(element, type.of);
}

function readText(element: XmlElement, type: PrimitiveType): DataRead<DataValue> {
  const text = simpleText(element);
  const data = text === undefined ? undefined : readPrimitive(type, element);
  return data === undefined ? unreadable(text ?? '', type) : { type: 'data', data };
}

function readItems(element: XmlElement, of: DataType): DataRead<DataValue> {
  const items: DataValue[] = [];
  const { name: local, namespace } = itemName(of);
  const wanted: QName = { local, namespace };
  for (const child of childElements(element)) {
    if (!sameName(child, wanted)) continue;
    const read = readValue(child, of);
    if (read.type === 'problem') return read;
    items.push(read.data);
  }
  return { type: 'data', data: items };
}

function isNil(element: XmlElement): boolean {
  const nil = textOfAttribute(attributeValue(element, 'nil', SCHEMA_INSTANCE.namespace))?.trim();
  return nil === 'true' || nil === '1';
}

/** Only what has no value of its own can be null. */
function nothing(type: DataType): DataRead<DataValue> {
  return typeof type !== 'string' || isNullable(type) ? { type: 'data', data: null } : unreadable('', type);
}

function unreadable(text: string, type: PrimitiveType): DataRead<never> {
  return { type: 'problem', problem: `The value '${text}' cannot be parsed as the type '${clrName(type)}'.` };
}

/** The detail of a SOAP fault, if it is of that contract. */
export function readDetail({ detail }: SoapFault, contract: DataContract): DataRead<DataRecord> | undefined {
  const { name: local, namespace } = contract;
  const found = detail.find((element) => sameName(element, { local, namespace }));
  return found === undefined ? undefined : readParts(found, contract.members, namespace);
}
