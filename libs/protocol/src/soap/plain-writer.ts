import {
  attribute,
  boolean,
  declaration,
  element,
  type Vocabulary,
  type XmlDeclaration,
  type XmlElement,
  type XmlNode,
} from '../encoding/infoset.ts';
import { InvalidOperation } from '../machine.ts';
import { type DataType, type DataValue, isList, isNullable, type Part, type PrimitiveType } from './data-contract.ts';
import { ARRAYS_NAMESPACE, SCHEMA_INSTANCE, sessionVocabulary } from './names.ts';
import { ARRAY_RECORDS, primitiveNodes, writePrimitive } from './primitives.ts';

// Data as WCF's primitive formatter writes it (wcf-wire 4.4).

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

/** Whether the primitive formatter knows the type; an operation of which it knows all types is its own (wcf-wire 4.4). */
export function isPlain(type: DataType): boolean {
  if (typeof type === 'string') return PLAIN_TYPES.has(type);
  return type.type === 'array' && type.of !== 'base64Binary' && PLAIN_TYPES.has(type.of);
}

/** The first prefix that an envelope leaves free. */
const INVENTED: Vocabulary = { ...SCHEMA_INSTANCE, prefix: 'b' };

/** A parameter or result: null under an invented prefix, array items with a declaration each. */
export function plainPart({ name, type }: Part, value: DataValue | undefined, namespace: string): XmlElement {
  const vocabulary = sessionVocabulary('', namespace);
  if (value === null && isNullable(type)) return nil(vocabulary, name);
  if (typeof type === 'string') return element(vocabulary, name, ...primitiveNodes(type, value));
  if (type.type === 'contract' || typeof type.of !== 'string' || !isList(value)) {
    throw new InvalidOperation(`${String(value)} is no value of ${name}`);
  }
  return element(vocabulary, name, ...plainItems(type.of, value));
}

function plainItems(of: PrimitiveType, items: readonly DataValue[]): readonly XmlNode[] {
  const vocabulary = sessionVocabulary('', ARRAYS_NAMESPACE);
  const record = ARRAY_RECORDS[of];
  const item = element(vocabulary, of, declaration(vocabulary));
  if (record !== undefined && items.length > 0) {
    return [{ type: 'array', of: record, item, values: items.map((value) => writePrimitive(of, value)) }];
  }
  return items.map((value) =>
    value === null ? nil(vocabulary, of, declaration(vocabulary)) : { ...item, children: primitiveNodes(of, value) },
  );
}

function nil(vocabulary: Vocabulary, name: string, ...declared: readonly XmlDeclaration[]): XmlElement {
  return element(vocabulary, name, attribute(INVENTED, 'nil', boolean(true)), ...declared, declaration(INVENTED));
}
