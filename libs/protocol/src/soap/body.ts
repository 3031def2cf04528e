import { declaration, element, type XmlElement } from '../encoding/infoset.ts';
import type { Operation, TwoWayOperation } from './contract.ts';
import type { DataRecord, Part } from './data-contract.ts';
import { type DataRead, readParts } from './data-reader.ts';
import { dataPart } from './data-writer.ts';
import { type QName, sameName, sessionVocabulary } from './names.ts';
import { isPlain, plainPart } from './plain-writer.ts';

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
  const vocabulary = sessionVocabulary('', namespace);
  return element(vocabulary, local, ...(namespace === '' ? [] : [declaration(vocabulary)]), ...parts);
}

/** WCF has two serializers, and takes the plain one where every type of the operation allows it (wcf-wire 4.4). */
function writeParts(operation: Operation, parts: readonly Part[], values: DataRecord): readonly XmlElement[] {
  const areAllPlain = arePlain(operation.parameters) && (operation.oneWay || arePlain(operation.results));
  const write = areAllPlain ? plainPart : dataPart;
  return parts.map((part) => write(part, values[part.name], operation.namespace));
}

function arePlain(parts: readonly Part[]): boolean {
  return parts.every(({ type }) => isPlain(type));
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
