/** An element of a page, as a strict reader sees it. */
export interface Element {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: readonly (Element | string)[];
}

const TAG =
  /<(?<end>\/)?(?<name>[a-zA-Z][a-zA-Z0-9]*)(?<attributes>(?:\s+[a-zA-Z:][a-zA-Z0-9:-]*="[^"<]*")*)\s*(?<empty>\/)?>/y;
const TEXT = /[^<]+/y;
/** What is no markup, whatever it looks like. */
const RAW: Readonly<Record<string, RegExp>> = { style: /[^<]*/y, script: /[\s\S]*?(?=<\/script>)/y };

interface Open {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: (Element | string)[];
}

/** Reads a page that is well-formed: every tag ended, every attribute in double quotes, every reference a number. @throws for any other. */
export function readPage(text: string): Element {
  const [, doctype, rest] = /^(<!doctype html>)\n([\s\S]*)$/.exec(text) ?? [];
  if (doctype === undefined || rest === undefined) throw new Error('The page has no doctype.');
  return readMarkup(rest.trimEnd());
}

export function readMarkup(text: string): Element {
  const root: Open = { name: '', attributes: {}, children: [] };
  const open: Open[] = [root];
  let at = 0;
  const take = (pattern: RegExp) => {
    pattern.lastIndex = at;
    const found = pattern.exec(text);
    at += found?.[0].length ?? 0;
    return found;
  };
  while (at < text.length) {
    const top = open.at(-1) ?? root;
    const raw = RAW[top.name];
    const words = raw !== undefined && top.children.length === 0 ? take(raw)?.[0] : take(TEXT)?.[0];
    if (words !== undefined && (words !== '' || raw !== undefined)) top.children.push(raw ? words : unescaped(words));
    const { end, name = '', attributes = '', empty } = take(TAG)?.groups ?? {};
    if (name === '' && at < text.length) throw new Error(`No markup: ${text.slice(at, at + 60)}`);
    if (end !== undefined) ended(open, name);
    else if (name !== '')
      begun(open, { name, attributes: attributesOf(attributes), children: [] }, empty !== undefined);
  }
  const [only] = root.children;
  if (open.length !== 1 || root.children.length !== 1 || typeof only !== 'object')
    throw new Error(`Not ended: ${open.map(({ name }) => name).join(' ')}`);
  return only;
}

function begun(open: Open[], element: Open, isEmpty: boolean): void {
  open.at(-1)?.children.push(element);
  if (!isEmpty) open.push(element);
}

function ended(open: Open[], name: string): void {
  const last = open.pop();
  if (last?.name !== name) throw new Error(`</${name}> ends <${last?.name}>`);
}

function attributesOf(text: string): Readonly<Record<string, string>> {
  const found = [...text.matchAll(/([a-zA-Z:][a-zA-Z0-9:-]*)="([^"]*)"/g)];
  const names = found.map(([, name]) => name);
  if (new Set(names).size < names.length) throw new Error(`An attribute stands twice: ${text}`);
  return Object.fromEntries(found.map(([, name, value]) => [name, unescaped(value ?? '')]));
}

function unescaped(text: string): string {
  const [bad] = /&(?!#\d+;)/.exec(text) ?? [];
  if (bad !== undefined) throw new Error(`A reference that is no number: ${text}`);
  return text.replaceAll(/&#(\d+);/g, (_, code: string) => String.fromCodePoint(Number(code)));
}

/** An element and everything in it, in order. */
export function elementsOf(element: Element): readonly Element[] {
  return [element, ...element.children.flatMap((child) => (typeof child === 'string' ? [] : elementsOf(child)))];
}

/** What a reader reads: all text within, without styles and scripts. */
export function textWithin(element: Element): string {
  if (element.name in RAW) return '';
  return element.children.map((child) => (typeof child === 'string' ? child : textWithin(child))).join(' ');
}
