// TypeScript's words and marks, comments left out. Enough for fences; types and values look alike here.

export interface Token {
  readonly kind: 'name' | 'number' | 'string' | 'template' | 'pattern' | 'mark';
  /** As written; a string without its quotes. */
  readonly text: string;
  /** Counts from 1. */
  readonly line: number;
}

const SPACE = /(?:\s+|\/\/[^\n]*|\/\*[\s\S]*?\*\/|^#![^\n]*)+/uy;
const WORD = /[#@]?[\p{ID_Start}$_][\p{ID_Continue}$]*/uy;
const NUMBER = /\d[\w.]*/uy;
const STRING = /'(?:[^'\\\n]|\\[\s\S])*'|"(?:[^"\\\n]|\\[\s\S])*"/uy;
const PATTERN = /\/(?:[^/\\[\n]|\\.|\[(?:[^\]\\\n]|\\.)*\])+\/[a-z]*/uy;
/** A template's text up to its end or its next expression. */
const TEMPLATE = /(?:[^`\\$]|\\[\s\S]|\$(?!\{))*(?:`|\$\{)/uy;
const MARK = /=>|\?\.(?!\d)|\.{3}|[\s\S]/uy;

/** After these a slash begins a regular expression, not a division. */
const BEFORE_PATTERN = /^(?:return|typeof|case|in|of|delete|void|throw|new|else|do|await|yield)$/;

/** Splits a source text into tokens. Never throws: text that is no TypeScript gives tokens that make little sense. */
export function tokensOf(source: string): readonly Token[] {
  const tokens: Token[] = [];
  /** What each open brace was: a template's expression goes on as template text after its closing brace. */
  const braces: ('block' | 'expression')[] = [];
  let at = 0;
  let line = 1;
  const take = (expression: RegExp): string | undefined => {
    expression.lastIndex = at;
    const text = expression.exec(source)?.[0];
    if (text === undefined || text === '') return undefined;
    at += text.length;
    return text;
  };
  const add: Add = (kind, text, written = text) => {
    tokens.push({ kind, text, line });
    line += newlines(written);
    return true;
  };
  const template = () => {
    const text = take(TEMPLATE) ?? '';
    add('template', text);
    if (text.endsWith('${')) braces.push('expression');
  };
  const mark = () => {
    const text = take(MARK) ?? '';
    if (text === '`') return template();
    if (text === '{') braces.push('block');
    if (text === '}' && braces.pop() === 'expression') return template();
    add('mark', text);
  };
  while (at < source.length) {
    const space = take(SPACE);
    if (space !== undefined) line += newlines(space);
    else if (!readPlain(take, add, tokens.at(-1))) mark();
  }
  return tokens;
}

type Take = (expression: RegExp) => string | undefined;
type Add = (kind: Token['kind'], text: string, written?: string) => true;

function readPlain(take: Take, add: Add, before: Token | undefined): boolean {
  const word = take(WORD);
  if (word !== undefined) return add('name', word);
  const number = take(NUMBER);
  if (number !== undefined) return add('number', number);
  const string = take(STRING);
  if (string !== undefined) return add('string', string.slice(1, -1), string);
  const pattern = mayBeginPattern(before) ? take(PATTERN) : undefined;
  return pattern !== undefined && add('pattern', pattern);
}

function mayBeginPattern(before: Token | undefined): boolean {
  if (before === undefined) return true;
  if (before.kind === 'name') return BEFORE_PATTERN.test(before.text);
  return before.kind === 'mark' && !/^[)\]}]$/.test(before.text);
}

function newlines(text: string): number {
  return text.split('\n').length - 1;
}

const CLOSING: Readonly<Record<string, string>> = { '(': ')', '[': ']', '{': '}' };

/** Index of the mark that closes the one at `open`; the number of tokens where none does. */
export function closingOf(tokens: readonly Token[], open: number): number {
  const opening = tokens[open]?.text ?? '';
  const closing = CLOSING[opening] ?? '';
  let depth = 0;
  for (let index = open; index < tokens.length; index += 1) {
    const token = tokens[index];
    if (token?.kind !== 'mark') continue;
    if (token.text === opening) depth += 1;
    if (token.text === closing) depth -= 1;
    if (depth === 0) return index;
  }
  return tokens.length;
}
