import {
  attribute,
  boolean,
  declaration,
  element,
  type Vocabulary,
  type XmlDeclaration,
  type XmlElement,
  type XmlNode,
  type XmlText,
} from '../encoding/infoset.ts';
import { InvalidOperation } from '../machine.ts';
import type { Operation, TwoWayOperation } from './contract.ts';
import {
  type DataRecord,
  type DataType,
  type DataValue,
  isList,
  type Part,
  type PrimitiveType,
} from './data-contract.ts';
import { type DataRead, readParts } from './data-reader.ts';
import { dataPart } from './data-writer.ts';
import { ARRAYS_NAMESPACE, type QName, SCHEMA_INSTANCE, sameName } from './names.ts';
import { ARRAY_RECORDS, isEmptyText, writePrimitive } from './primitives.ts';

/** The body of a request: the operation's name around its arguments (wcf-wire 4.4). Throws `InvalidOperation` for others. */
export function requestBody(operation: Operation, values: DataRecord): XmlElement {
  return wrapper(operation, operation.name, writeParts(operation, operation.parameters, values));
}

/** The body of a reply; `results` by their names: `EchoResult`. Throws `InvalidOperation` for values of other types. */
export function replyBody(operation: TwoWayOperation, values: DataRecord): XmlElement {
  return wrapper(operation, responseName(operation), writeParts(operation, operation.results, values));
}

/** The arguments of a request's body, or what WCF says of one that is none. */
export function readRequestBody(operation: Operation, body: XmlElement | undefined): DataRead<DataRecord> {
  return readWrapped(body, operation.parameters, { local: operation.name, namespace: operation.namespace });
}

/** The results in a reply's body, or what WCF says of one that is none. */
export function readReplyBody(operation: TwoWayOperation, body: XmlElement | undefined): DataRead<DataRecord> {
  return readWrapped(body, operation.results, { local: responseName(operation), namespace: operation.namespace });
}

function responseName({ name }: Operation): string {
  return `${name}Response`;
}

function wrapper({ namespace }: Operation, local: string, parts: readonly XmlElement[]): XmlElement {
  const vocabulary = session('', namespace);
  return element(vocabulary, local, ...(namespace === '' ? [] : [declaration(vocabulary)]), ...parts);
}

/** WCF has two serializers, and takes the plain one where every type of the operation allows it (wcf-wire 4.4). */
function writeParts(operation: Operation, parts: readonly Part[], values: DataRecord): readonly XmlElement[] {
  const all = operation.oneWay ? operation.parameters : [...operation.parameters, ...operation.results];
  const write = all.every(({ type }) => isPlain(type)) ? plainPart : dataPart;
  return parts.map((part) => write(part, values[part.name], operation.namespace));
}

const PLAIN_TYPES: ReadonlySet<DataType> = new Set<PrimitiveType>([
  'string',
  'boolean',
  'int',
  'long',
  'double',
  'decimal',
  'dateTime',
  'base64Binary',
]);

function isPlain(type: DataType): boolean {
  if (typeof type === 'string') return PLAIN_TYPES.has(type);
  return type.type === 'array' && type.of !== 'base64Binary' && PLAIN_TYPES.has(type.of);
}

/** The first prefix that an envelope leaves free. */
const INVENTED: Vocabulary = { ...SCHEMA_INSTANCE, prefix: 'b' };

/** As WCF's primitive formatter writes it: null under an invented prefix, array items with a declaration each. */
function plainPart({ name, type }: Part, value: DataValue | undefined, namespace: string): XmlElement {
  const vocabulary = session('', namespace);
  if (value === null && (typeof type !== 'string' || type === 'string' || type === 'base64Binary'))
    return nil(vocabulary, name);
  if (typeof type === 'string') return element(vocabulary, name, ...plainText(type, value));
  if (type.type === 'contract' || typeof type.of !== 'string' || !isList(value)) {
    throw new InvalidOperation(`${String(value)} is no value of ${name}`);
  }
  return element(vocabulary, name, ...plainItems(type.of, value));
}

function plainItems(of: PrimitiveType, items: readonly DataValue[]): readonly XmlNode[] {
  const vocabulary = session('', ARRAYS_NAMESPACE);
  const record = ARRAY_RECORDS[of];
  const item = element(vocabulary, of, declaration(vocabulary));
  if (record !== undefined && items.length > 0) {
    return [{ type: 'array', of: record, item, values: items.map((value) => writePrimitive(of, value)) }];
  }
  return items.map((value) =>
    value === null ? nil(vocabulary, of, declaration(vocabulary)) : { ...item, children: plainText(of, value) },
  );
}

function nil(vocabulary: Vocabulary, name: string, ...declared: readonly XmlDeclaration[]): XmlElement {
  return element(vocabulary, name, attribute(INVENTED, 'nil', boolean(true)), ...declared, declaration(INVENTED));
}

function plainText(type: PrimitiveType, value: DataValue | undefined): readonly XmlText[] {
  const text = writePrimitive(type, value);
  return isEmptyText(text) ? [] : [text];
}

function session(prefix: string, namespace: string): Vocabulary {
  return { prefix, namespace, origin: 'session' };
}

function readWrapped(body: XmlElement | undefined, parts: readonly Part[], name: QName): DataRead<DataRecord> {
  if (body === undefined) return { type: 'problem', problem: EMPTY_BODY };
  return sameName(body, name)
    ? readParts(body, parts, name.namespace)
    : { type: 'problem', problem: wrongBody(body, name) };
}

/** Uncalibrated, like the next. */
const EMPTY_BODY =
  'OperationFormatter could not deserialize any information from the Message because the Message is empty (IsEmpty = true).';

function wrongBody(found: QName, expected: QName): string {
  return `OperationFormatter encountered an invalid Message body. Expected to find node type 'Element' with name '${expected.local}' and namespace '${expected.namespace}'. Found node type 'Element' with name '${found.local}' and namespace '${found.namespace}'`;
}
