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

/** The same with attributes and declarations sorted by their names, for decoders that do not tell their order. */
export function printedSorted(document: XmlDocument): string {
  return printed(sorted(document.root));
}

function sorted(element: XmlElement): XmlElement {
  const keyOf = (attribute: XmlAttribute | XmlDeclaration) => printedAttribute(attribute, 0).split('=')[0] ?? '';
  const attributes = element.attributes.toSorted((one, other) => (keyOf(one) < keyOf(other) ? -1 : 1));
  return { ...element, attributes, children: element.children.map(sortedNode) };
}

function sortedNode(node: XmlNode): XmlNode {
  if (node.type === 'array') return { ...node, item: sorted(node.item) };
  return node.type === 'element' ? sorted(node) : node;
}
