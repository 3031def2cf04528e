import {
  characters,
  namespaceOf,
  type XmlAttribute,
  type XmlDeclaration,
  type XmlElement,
  type XmlNode,
} from '../../encoding/index.ts';

const TAG = /<(\/?)([^\s/>]+)((?:\s+[^\s=]+="[^"]*")*)\s*(\/?)>|([^<]+)/g;
const PART = /([^\s=]+)="([^"]*)"/g;

interface Open {
  readonly name: string;
  readonly attributes: readonly (XmlDeclaration | XmlAttribute)[];
  readonly children: XmlNode[];
}

/** The infoset of an XML text without declaration, comments and CDATA, all its text as characters. Throws for anything else. */
export function parseXml(text: string): XmlElement {
  const open: Open[] = [{ name: '', attributes: [], children: [] }];
  for (const [, end, name = '', parts = '', empty, between] of text.matchAll(TAG)) {
    const above = open.at(-1);
    if (between !== undefined) above?.children.push(characters(unescaped(between)));
    else if (end === '/') close(open, name);
    else {
      open.push({ name, attributes: partsOf(parts), children: [] });
      if (empty === '/') close(open, name);
    }
  }
  const root = open[0]?.children[0];
  if (open.length !== 1 || root?.type !== 'element') throw new Error(`no XML: ${text}`);
  return resolved(root, []);
}

function close(open: Open[], name: string): void {
  const closed = open.pop();
  if (closed?.name !== name) throw new Error(`</${name}> closes <${closed?.name}>`);
  const { attributes, children } = closed;
  open
    .at(-1)
    ?.children.push({ type: 'element', ...split(name), namespace: '', origin: 'inline', attributes, children });
}

function partsOf(parts: string): readonly (XmlDeclaration | XmlAttribute)[] {
  return Array.from(parts.matchAll(PART), ([, name = '', escaped = '']) => {
    const { prefix, local } = split(name);
    const value = unescaped(escaped);
    if (name === 'xmlns') return { type: 'declaration', prefix: '', namespace: value, origin: 'inline' };
    if (prefix === 'xmlns') return { type: 'declaration', prefix: local, namespace: value, origin: 'inline' };
    return { type: 'attribute', prefix, local, namespace: '', origin: 'inline', value: characters(value) };
  });
}

/** The same with the namespaces that the prefixes are bound to. */
function resolved(element: XmlElement, above: readonly XmlElement[]): XmlElement {
  const path = [...above, element];
  const namespace = (prefix: string) => {
    const found = namespaceOf(prefix, path);
    if (found === undefined) throw new Error(`nothing declares ${prefix}`);
    return found;
  };
  return {
    ...element,
    namespace: namespace(element.prefix),
    attributes: element.attributes.map((part) =>
      part.type === 'attribute' && part.prefix !== '' ? { ...part, namespace: namespace(part.prefix) } : part,
    ),
    children: element.children.map((child) => (child.type === 'element' ? resolved(child, path) : child)),
  };
}

function split(name: string): { readonly prefix: string; readonly local: string } {
  const colon = name.indexOf(':');
  return { prefix: name.slice(0, Math.max(colon, 0)), local: name.slice(colon + 1) };
}

function unescaped(text: string): string {
  return text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&quot;', '"').replaceAll('&amp;', '&');
}
