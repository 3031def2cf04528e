const MARKUP: unique symbol = Symbol('markup');

/** Markup in which everything that came from a record is text. Nothing but `html` makes it: no record can hold one. */
export interface Markup {
  readonly [MARKUP]: string;
}

/** What may stand in markup: more of it, or text, which is escaped. What is absent or false is nothing. */
export type Part = Markup | string | number | undefined | false | readonly Part[];

/** Makes markup; parts stand in elements or in double-quoted attributes, nowhere else. */
export function html(texts: TemplateStringsArray, ...parts: readonly Part[]): Markup {
  const [first = '', ...rest] = texts;
  return { [MARKUP]: first + rest.map((text, index) => written(parts[index]) + text).join('') };
}

/** The markup as text, to be written to a file. */
export function textOf(markup: Markup): string {
  return markup[MARKUP];
}

/** Text that is no one's but ours, for places where nothing is escaped: styles and scripts. */
export function trusted(text: string): Markup {
  return { [MARKUP]: text };
}

function written(part: Part): string {
  if (part === undefined || part === null || part === false) return '';
  if (Array.isArray(part)) return part.map(written).join('');
  return isMarkup(part) ? part[MARKUP] : escaped(String(part));
}

function isMarkup(part: Part): part is Markup {
  return typeof part === 'object' && MARKUP in part;
}

/** Also without what no document may hold: control characters and halves of a pair. */
function escaped(text: string): string {
  return text
    .toWellFormed()
    .replaceAll(UNWRITABLE, '\uFFFD')
    .replaceAll(/[&<>"']/g, (letter) => `&#${letter.charCodeAt(0)};`);
}

const UNWRITABLE = /[^\t\n\r\x20-\x7E\xA0-\uFDCF\uFDF0-\uFFFD\u{10000}-\u{10FFFF}]/gu;
