/** An element as a parser sees it. */
export interface Element {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: readonly Element[];
  /** Its own text, entities resolved; of elements without text only white space. */
  readonly text: string;
}

const CHARACTERS = /^[\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]*$/u;
const TOKEN = /<(?<end>\/)?(?<name>[a-z-]+)(?<attributes>(?: [a-zA-Z]+="[^"<\r\n\t]*")*)(?<empty>\/)?>|(?<text>[^<]+)/y;
const DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>\n';

/** Reads as much of XML 1.0 as is written here. @throws Error for all else, so for all that is not well-formed. */
export function parseXml(document: string): Element {
  if (!CHARACTERS.test(document)) throw new Error('a character that no XML document can hold');
  if (!document.startsWith(DECLARATION)) throw new Error('no declaration');
  const root = { name: '', attributes: {}, children: [] as Element[], text: '' };
  const open = [root];
  TOKEN.lastIndex = DECLARATION.length;
  while (TOKEN.lastIndex < document.length) {
    const at = TOKEN.lastIndex;
    const { end, name = '', attributes = '', empty, text } = TOKEN.exec(document)?.groups ?? {};
    const inner = open.at(-1) ?? root;
    if (text !== undefined) inner.text += resolved(text);
    else if (name === '') throw new Error(`no XML at ${at}: ${document.slice(at, at + 60)}`);
    else if (end === undefined) {
      const element = { name, attributes: attributesOf(attributes), children: [], text: '' };
      inner.children.push(element);
      if (empty === undefined) open.push(element);
    } else if (open.pop()?.name !== name) throw new Error(`</${name}> ends nothing`);
  }
  const [only] = root.children;
  if (open.length > 1 || only === undefined || root.children.length > 1 || root.text.trim() !== '')
    throw new Error('not one element');
  return only;
}

function attributesOf(text: string): Readonly<Record<string, string>> {
  const pairs = [...text.matchAll(/ ([a-zA-Z]+)="([^"]*)"/g)].map(
    ([, name = '', value = '']) => [name, resolved(value)] as const,
  );
  if (new Set(pairs.map(([name]) => name)).size < pairs.length) throw new Error('an attribute twice');
  return Object.fromEntries(pairs);
}

function resolved(text: string): string {
  if (text.includes(']]>') || /&(?!#\d+;)/.test(text)) throw new Error(`not allowed in text: ${text.slice(0, 60)}`);
  const characters = text.replaceAll('\r\n', '\n').replaceAll('\r', '\n');
  return characters.replaceAll(/&#(\d+);/g, (_, code: string) => {
    const character = String.fromCodePoint(Number(code));
    if (!CHARACTERS.test(character)) throw new Error(`an entity for what cannot be: ${code}`);
    return character;
  });
}
