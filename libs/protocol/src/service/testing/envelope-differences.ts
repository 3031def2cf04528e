import { childElement, childElements, namespaceOf, textOf, type XmlElement } from '../../encoding/index.ts';
import { ADDRESSING, SOAP } from '../../soap/index.ts';

/**
 * In what an envelope of ours differs from a recorded one, as lines such as `Header/a:To: only ours`. Prefixes, the order of attributes,
 * the kinds of texts, reasons and their languages count for nothing (testdata/replay.md).
 */
export function envelopeDifferences(recorded: XmlElement, ours: XmlElement): readonly string[] {
  return elementDifferences({ recorded: [recorded], ours: [ours] });
}

/** The same of two faults that may have nothing in both but their detail. */
export function detailDifferences(recorded: XmlElement, ours: XmlElement): readonly string[] {
  const details = { recorded: detailsOf(recorded), ours: detailsOf(ours) };
  return childDifferences(details.recorded, details.ours, 'Detail');
}

export function isFault(envelope: XmlElement): boolean {
  return faultOf(envelope) !== undefined;
}

function faultOf(envelope: XmlElement): XmlElement | undefined {
  const body = childElement(envelope, 'Body', SOAP.namespace);
  return body && childElement(body, 'Fault', SOAP.namespace);
}

/** The path from the envelope down to what its fault's detail is in. */
function detailsOf(envelope: XmlElement): readonly XmlElement[] {
  const fault = faultOf(envelope);
  const detail = fault && childElement(fault, 'Detail', SOAP.namespace);
  return detail === undefined ? [] : [envelope, detail];
}

/** Two elements of the same name, each as its path from the root. */
interface Pair {
  readonly recorded: readonly XmlElement[];
  readonly ours: readonly XmlElement[];
}

function elementDifferences({ recorded, ours }: Pair): readonly string[] {
  const path = pathOf(recorded);
  return [
    ...attributeDifferences(recorded.at(-1), ours.at(-1), path),
    ...childDifferences(recorded, ours, path),
    ...(path.endsWith('s:Text') ? [] : textDifferences(contentOf(recorded), contentOf(ours), path)),
  ];
}

function childDifferences(
  recorded: readonly XmlElement[],
  ours: readonly XmlElement[],
  path: string,
): readonly string[] {
  const theirs = childrenOf(recorded);
  const own = childrenOf(ours);
  const both = [...theirs.keys()].filter((key) => own.has(key));
  const order = [...own.keys()].filter((key) => theirs.has(key));
  return [
    ...unmatched([...theirs.keys()], [...own.keys()], path),
    ...(both.join(' ') === order.join(' ') ? [] : [`${path}: ${order.join(' ')} in the place of ${both.join(' ')}`]),
    ...both.flatMap((key) => {
      const [one, other] = [theirs.get(key), own.get(key)];
      if (one === undefined || other === undefined) return [];
      return elementDifferences({ recorded: [...recorded, one], ours: [...ours, other] });
    }),
  ];
}

function attributeDifferences(
  recorded: XmlElement | undefined,
  ours: XmlElement | undefined,
  path: string,
): readonly string[] {
  const theirs = attributesOf(recorded);
  const own = attributesOf(ours);
  const both = [...theirs.keys()].filter((key) => own.has(key));
  return [
    ...unmatched([...theirs.keys()], [...own.keys()], path),
    ...both.flatMap((key) => textDifferences(theirs.get(key), own.get(key), `${path}/${key}`)),
  ];
}

function unmatched(theirs: readonly string[], own: readonly string[], path: string): readonly string[] {
  return [
    ...theirs.filter((key) => !own.includes(key)).map((key) => `${path}/${key}: only recorded`),
    ...own.filter((key) => !theirs.includes(key)).map((key) => `${path}/${key}: only ours`),
  ];
}

function textDifferences(recorded: string | undefined, ours: string | undefined, path: string): readonly string[] {
  const [theirs, own] = [mapped(recorded), mapped(ours)];
  return theirs === own ? [] : [`${path}: ${told(own)} in the place of ${told(theirs)}`];
}

/** Ports differ from run to run. */
function mapped(text = 'nothing'): string {
  return text.replace(/^(net\.tcp:\/\/[^/]+):\d+/, '$1:PORT');
}

/** A long text is told by its length. */
function told(text: string): string {
  return text.length < LONG ? text : `${text.length} characters`;
}

const LONG = 100;

/** By their names, which are numbered where they repeat. */
function childrenOf(path: readonly XmlElement[]): ReadonlyMap<string, XmlElement> {
  const parent = path.at(-1);
  const children = new Map<string, XmlElement>();
  for (const child of parent === undefined ? [] : childElements(parent)) {
    const name = nameOf(child);
    const repeated = [...children.keys()].filter((key) => key.replace(/\[\d+\]$/, '') === name).length;
    children.set(repeated === 0 ? name : `${name}[${repeated + 1}]`, child);
  }
  return children;
}

function attributesOf(element: XmlElement | undefined): ReadonlyMap<string, string> {
  const attributes = new Map<string, string>();
  for (const each of element?.attributes ?? []) {
    if (each.type === 'declaration' || each.prefix === 'xml') continue;
    attributes.set(`@${nameOf(each)}`, textOf(each.value));
  }
  return attributes;
}

/** The text of an element without children; codes of a fault with the namespace that their prefix stands for. */
function contentOf(path: readonly XmlElement[]): string | undefined {
  const element = path.at(-1);
  if (element === undefined || childElements(element).length > 0) return undefined;
  const text = textOf(element);
  if (nameOf(element) !== 's:Value') return text;
  const [prefix = '', local] = text.includes(':') ? text.split(':') : ['', text];
  return nameOf({ namespace: prefix === '' ? '' : (namespaceOf(prefix, path) ?? ''), local: local ?? '' });
}

function pathOf(path: readonly XmlElement[]): string {
  return path.slice(1).map(nameOf).join('/');
}

const SHORT: Readonly<Record<string, string>> = { [SOAP.namespace]: 's:', [ADDRESSING.namespace]: 'a:', '': '' };

function nameOf({ namespace, local }: { readonly namespace: string; readonly local: string }): string {
  return `${SHORT[namespace] ?? `{${namespace}}`}${local}`;
}
