/** An element of an XML text: name without prefix, attributes as they stand there. */
export interface Element {
  readonly name: string;
  readonly attributes: ReadonlyMap<string, string>;
  readonly children: readonly Element[];
  /** On which line it begins, from 1. */
  readonly line: number;
}

const TAG =
  /<!--[\s\S]*?(?:-->|$)|<!\[CDATA\[[\s\S]*?(?:\]\]>|$)|<[?!][^>]*>|<(?<end>\/)?(?<name>[A-Za-z_][\w:.-]*)(?<attributes>(?:[^<>"']|"[^"]*"|'[^']*')*?)(?<empty>\/)?>/g;
const ATTRIBUTE = /([A-Za-z_][\w:.-]*)\s*=\s*(?:"([^"]*)"|'([^']*)')/g;

/**
 * Reads elements and attributes and nothing else: no entities of a document's own, no text, no checks. An end without a beginning is
 * skipped, and what is not ended lasts as long as what surrounds it: people paste parts of files.
 */
export function elementsIn(text: string): readonly Element[] {
  const tags = [...text.matchAll(TAG)].filter(({ groups }) => groups?.name !== undefined);
  const root: Open = { name: '', attributes: new Map(), children: [], line: 1 };
  const open = [root];
  const lines = lineCounter(text);
  for (const { groups = {}, index } of tags) {
    const name = withoutPrefix(groups.name ?? '');
    if (groups.end !== undefined) close(open, name);
    else {
      const element: Open = {
        name,
        attributes: attributesIn(groups.attributes ?? ''),
        children: [],
        line: lines(index),
      };
      open.at(-1)?.children.push(element);
      if (groups.empty === undefined) open.push(element);
    }
  }
  return root.children;
}

interface Open extends Element {
  readonly children: Element[];
}

function close(open: Open[], name: string): void {
  const at = open.findLastIndex((element, index) => index > 0 && element.name === name);
  if (at > 0) open.length = at;
}

/** Every element of a name, at any depth, in order. */
export function named(elements: readonly Element[], name: string): readonly Element[] {
  return elements.flatMap((element) => [...(element.name === name ? [element] : []), ...named(element.children, name)]);
}

function attributesIn(text: string): ReadonlyMap<string, string> {
  return new Map(
    [...text.matchAll(ATTRIBUTE)].map(([, name = '', double, single]) => [name, unescaped(double ?? single ?? '')]),
  );
}

const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

function unescaped(text: string): string {
  return text.replaceAll(/&(amp|lt|gt|quot|apos);/g, (whole, name: string) => ENTITIES[name] ?? whole);
}

function withoutPrefix(name: string): string {
  return name.slice(name.indexOf(':') + 1);
}

function lineCounter(text: string): (index: number) => number {
  let [counted, line] = [0, 1];
  return (index) => {
    for (; counted < index; counted++) if (text[counted] === '\n') line++;
    return line;
  };
}
