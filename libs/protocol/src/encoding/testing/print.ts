import type { XmlAttribute, XmlComment, XmlDeclaration, XmlDocument, XmlElement, XmlNode } from '../infoset.ts';
import { textOf } from '../text.ts';

/**
 * An infoset as the vectors write it: nothing is escaped, every element has both tags, attributes and declarations are in
 * the order of the wire.
 */
export function printed(document: XmlDocument | XmlElement, zoneMinutes = 0): string {
  if (document.type === 'element') return printedNode(document, zoneMinutes);
  const comments = (list: readonly XmlComment[]) => list.map((comment) => printedNode(comment, zoneMinutes)).join('');
  return `${comments(document.before)}${printedNode(document.root, zoneMinutes)}${comments(document.after)}`;
}

/** What the vectors expect, where they write a backslash and a letter for three characters. */
export function expected(infoset: string): string {
  return infoset.replaceAll('\\0', '\0').replaceAll('\\r', '\r').replaceAll('\\n', '\n');
}

function printedNode(node: XmlNode, zoneMinutes: number): string {
  switch (node.type) {
    case 'element':
      return printedElement(node, zoneMinutes);
    case 'array':
      return node.values.map((value) => printedElement({ ...node.item, children: [value] }, zoneMinutes)).join('');
    case 'comment':
      return `<!--${node.text}-->`;
    default:
      return textOf(node, zoneMinutes);
  }
}

function printedElement({ prefix, local, attributes, children }: XmlElement, zoneMinutes: number): string {
  const name = nameOf(prefix, local);
  const parts = attributes.map((attribute) => printedAttribute(attribute, zoneMinutes));
  return `<${name}${parts.join('')}>${children.map((child) => printedNode(child, zoneMinutes)).join('')}</${name}>`;
}

function printedAttribute(attribute: XmlAttribute | XmlDeclaration, zoneMinutes: number): string {
  if (attribute.type === 'attribute') {
    return ` ${nameOf(attribute.prefix, attribute.local)}="${textOf(attribute.value, zoneMinutes)}"`;
  }
  return ` ${attribute.prefix === '' ? 'xmlns' : `xmlns:${attribute.prefix}`}="${attribute.namespace}"`;
}

function nameOf(prefix: string, local: string): string {
  return prefix === '' ? local : `${prefix}:${local}`;
}
