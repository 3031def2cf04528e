import {
  attribute,
  boolean,
  declaration,
  element,
  type Vocabulary,
  type XmlElement,
  type XmlNode,
} from '../encoding/infoset.ts';
import { InvalidOperation } from '../machine.ts';
import {
  type ArrayOf,
  type DataContract,
  type DataType,
  type DataValue,
  isList,
  isNullable,
  isRecord,
  itemName,
  type Part,
  type PrimitiveType,
} from './data-contract.ts';
import { ADDRESSING, SCHEMA_INSTANCE, SERIALIZATION_NAMESPACE, SOAP, sessionVocabulary } from './names.ts';
import { ARRAY_RECORDS, primitiveNodes, writePrimitive } from './primitives.ts';

// Data as DataContractSerializer writes it (wcf-wire 4.6). Namespaces are declared where they are first needed, under the
// first letter that nothing in scope has taken; attributes come before declarations. Every string is the serializer's, so it
// goes to the table of the session (wcf-wire 3.3).

/** The declarations in force, the innermost last. */
type Scope = readonly Vocabulary[];

const ENVELOPE: Scope = [SOAP, ADDRESSING];

/** A root element under the name of its type, as in the detail of a fault. Throws `InvalidOperation` for a value of another type. */
export function dataElement(type: DataContract | PrimitiveType, value: DataValue): XmlElement {
  if (typeof type === 'string') {
    const vocabulary = sessionVocabulary('', SERIALIZATION_NAMESPACE);
    return element(vocabulary, type, declaration(vocabulary), ...primitiveNodes(type, value));
  }
  const vocabulary = sessionVocabulary('', type.namespace);
  const added = [vocabulary, SCHEMA_INSTANCE];
  const content = contentOf(type, value, { vocabulary, scope: [...ENVELOPE, ...added] });
  return element(vocabulary, type.name, ...added.map(declaration), ...content);
}

/** A parameter or result of an operation whose wrapper has made `owner` the default namespace. */
export function dataPart(part: Part, value: DataValue | undefined, owner: string): XmlElement {
  const vocabulary = sessionVocabulary('', owner);
  const isPlain = typeof part.type === 'string' && value !== null;
  return partElement(part, value, {
    vocabulary,
    scope: [...ENVELOPE, vocabulary],
    added: isPlain ? [] : [SCHEMA_INSTANCE],
  });
}

/** Where an element stands: what its own name belongs to, what is declared around it, what it has to declare besides. */
interface Place {
  readonly vocabulary: Vocabulary;
  readonly scope: Scope;
  readonly added?: Scope;
}

function partElement({ name, type }: Part, value: DataValue | undefined, place: Place): XmlElement {
  const { vocabulary, scope, added = [] } = place;
  const inner = bind(namespaceInside(type), scope);
  const declared = inner === undefined || scope.includes(inner) ? added : [inner, ...added];
  const nil = value === null ? [attribute(SCHEMA_INSTANCE, 'nil', boolean(true))] : [];
  if (value === null && !isNullable(type)) throw new InvalidOperation(`${name} cannot be null`);
  const inside = { vocabulary: inner ?? vocabulary, scope: [...scope, ...declared] };
  const content = value === null ? [] : contentOf(type, value, inside);
  return element(vocabulary, name, ...nil, ...declared.map(declaration), ...content);
}

function contentOf(type: DataType, value: DataValue | undefined, inside: Place): readonly XmlNode[] {
  if (typeof type === 'string') return primitiveNodes(type, value);
  if (type.type === 'array') return itemNodes(type, value, inside);
  if (!isRecord(value)) throw new InvalidOperation(`${String(value)} is no ${type.name}`);
  return type.members.map((member) => partElement(member, value[member.name], inside));
}

function itemNodes({ of }: ArrayOf, value: DataValue | undefined, inside: Place): readonly XmlNode[] {
  if (!isList(value)) throw new InvalidOperation(`${String(value)} is no array`);
  const { name } = itemName(of);
  const record = typeof of === 'string' ? ARRAY_RECORDS[of] : undefined;
  if (record === undefined || typeof of !== 'string') {
    return value.map((item) => partElement({ name, type: of }, item, inside));
  }
  if (value.length === 0) return [];
  const values = value.map((item) => writePrimitive(of, item));
  return [{ type: 'array', of: record, item: element(inside.vocabulary, name), values }];
}

/** The namespace of what stands inside a value; text has none. */
function namespaceInside(type: DataType): string | undefined {
  if (typeof type === 'string') return undefined;
  return type.type === 'contract' ? type.namespace : itemName(type.of).namespace;
}

/** The declaration that is in force for a namespace, or else a new one. */
function bind(namespace: string | undefined, scope: Scope): Vocabulary | undefined {
  if (namespace === undefined) return undefined;
  const found = scope.findLast((vocabulary) => vocabulary.namespace === namespace && isInForce(vocabulary, scope));
  if (found !== undefined) return found;
  const taken = new Set(scope.map(({ prefix }) => prefix));
  const letter = [...'abcdefghijklmnopqrstuvwxyz'].find((candidate) => !taken.has(candidate));
  if (letter === undefined || namespace === '') throw new InvalidOperation(`'${namespace}' cannot be declared`);
  return sessionVocabulary(letter, namespace);
}

function isInForce(vocabulary: Vocabulary, scope: Scope): boolean {
  return scope.findLast(({ prefix }) => prefix === vocabulary.prefix) === vocabulary;
}
