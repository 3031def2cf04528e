import { fromHex } from '../../framing/testing/bytes.ts';
import {
  type ArrayType,
  attribute,
  characters,
  element,
  integer,
  type Origin,
  uniqueId,
  type Vocabulary,
  type XmlAttribute,
  type XmlDeclaration,
  type XmlElement,
  type XmlNode,
  type XmlText,
} from '../infoset.ts';
import { textOf } from '../text.ts';
import type { WriterCall } from './vectors.ts';

/** An element that is being built. */
interface Builder {
  readonly name: readonly unknown[];
  readonly attributes: (XmlDeclaration | XmlAttribute)[];
  readonly children: XmlNode[];
}

/** The infoset that the calls of a writer describe. */
export function infosetOf(calls: readonly WriterCall[]): XmlElement {
  const outermost: Builder = { name: ['', ''], attributes: [], children: [] };
  const open = [outermost];
  let values: XmlText[] | undefined;
  for (const [call, ...operands] of calls) {
    const { attributes, children } = open.at(-1) ?? outermost;
    if (call === 'start') open.push({ name: operands, attributes: [], children: [] });
    else if (call === 'end') (open.at(-2)?.children ?? []).push(built(open.pop()));
    else if (call === 'xmlns') attributes.push(declared(operands));
    else if (call === 'attr') {
      values = [];
      open.push({ name: operands, attributes: [], children: [] });
    } else if (call === 'endAttr') {
      const { name } = open.pop() ?? { name: [] };
      open.at(-1)?.attributes.push(attribute(vocabularyOf(name), String(name[1]), oneOf(values ?? [])));
      values = undefined;
    } else if (call === 'comment') children.push({ type: 'comment', text: String(operands[0]) });
    else if (call === 'array') children.push(arrayOf(operands));
    else (values ?? children).push(value(call, operands));
  }
  const [root] = outermost.children;
  if (root?.type !== 'element') throw new Error('the calls describe no element');
  return root;
}

function built(builder: Builder | undefined): XmlElement {
  const { name, attributes, children } = builder ?? { name: [], attributes: [], children: [] };
  return element(vocabularyOf(name), String(name[1]), ...attributes, ...children);
}

/** Namespaces do not matter to a writer, which is given the declarations. */
function vocabularyOf([prefix, , dictionary]: readonly unknown[]): Vocabulary {
  return { prefix: String(prefix), namespace: '', origin: originOf(dictionary) };
}

function originOf(dictionary: unknown): Origin {
  return dictionary === true ? 'static' : 'inline';
}

function declared([prefix, namespace, dictionary]: readonly unknown[]): XmlDeclaration {
  return {
    type: 'declaration',
    prefix: String(prefix),
    namespace: String(namespace),
    origin: originOf(dictionary),
  };
}

/** Several texts of one attribute are one string (wcf-wire 2.4). */
function oneOf(values: readonly XmlText[]): XmlText {
  const [only] = values;
  return values.length === 1 && only !== undefined ? only : characters(values.map((text) => textOf(text)).join(''));
}

const NUMBERS: Readonly<Record<string, number>> = { INF: Infinity, '-INF': -Infinity };

function numberOf(operand: unknown): number {
  return NUMBERS[String(operand)] ?? Number(operand);
}

const KINDS = ['unspecified', 'utc', 'local'] as const;

function value(call: string, operands: readonly unknown[]): XmlText {
  const [operand] = operands;
  switch (call) {
    case 'string':
      return characters(String(operand));
    case 'dict':
      return characters(String(operand), 'static');
    case 'int64':
    case 'uint64':
      return integer(BigInt(String(operand)));
    case 'float':
      return { type: 'float', value: Math.fround(numberOf(operand)) };
    case 'double':
      return { type: 'double', value: numberOf(operand) };
    case 'decimal':
      return { type: 'decimal', value: String(operand) };
    case 'bool':
      return { type: 'boolean', value: operand === true };
    case 'dateTime':
      return { type: 'dateTime', ticks: BigInt(String(operand)), kind: KINDS[Number(operands[1])] ?? 'local' };
    case 'timeSpan':
      return { type: 'timeSpan', ticks: BigInt(String(operand)) };
    case 'guid':
      return { type: 'uuid', uuid: String(operand) };
    case 'uniqueId':
      return uniqueId(String(operand));
    case 'bytes':
      return { type: 'bytes', value: fromHex(String(operand)) };
    case 'qname':
      return {
        type: 'qualifiedName',
        prefix: String(operand),
        local: String(operands[1]),
        origin: originOf(operands[2]),
      };
    case 'list':
      return { type: 'list', items: listOf(operand).map(([item, ...rest]) => value(item, rest)) };
    default:
      throw new Error(`no call of a writer: ${call}`);
  }
}

function listOf(operand: unknown): readonly WriterCall[] {
  return Array.isArray(operand) ? operand : [];
}

const ARRAYS: Readonly<Record<string, readonly [of: ArrayType, call: string]>> = {
  int32: ['int32', 'int64'],
  bool: ['boolean', 'bool'],
  double: ['double', 'double'],
  dateTime: ['dateTime', 'dateTime'],
};

function arrayOf([type, prefix, local, items]: readonly unknown[]): XmlNode {
  const [of, call] = ARRAYS[String(type)] ?? [];
  if (of === undefined || call === undefined) throw new Error(`no type of an array: ${type}`);
  const item = element(vocabularyOf([prefix]), String(local));
  return {
    type: 'array',
    of,
    item,
    values: Array.isArray(items) ? items.map((one) => value(call, Array.isArray(one) ? one : [one])) : [],
  };
}
