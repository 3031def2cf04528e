import { closingOf, type Token } from './tokens.ts';

export interface Import {
  /** Undefined where it is computed at run time. */
  readonly specifier: string | undefined;
  /** `type`: erased as a whole, so that nothing of the module runs. */
  readonly kind: 'type' | 'value';
  readonly how: 'static' | 'dynamic' | 'require';
  readonly line: number;
}

/** Every import, re-export, dynamic import and require of a source. */
export function importsOf(tokens: readonly Token[]): readonly Import[] {
  return tokens.flatMap((token, index) => {
    if (token.kind !== 'name' || isProperty(tokens, index)) return [];
    if (token.text === 'import') return importAt(tokens, index);
    if (token.text === 'export') return exportAt(tokens, index);
    if (token.text === 'require') return callAt(tokens, index, 'require');
    return [];
  });
}

function isProperty(tokens: readonly Token[], index: number): boolean {
  const before = tokens[index - 1];
  return before?.kind === 'mark' && (before.text === '.' || before.text === '?.');
}

function importAt(tokens: readonly Token[], index: number): readonly Import[] {
  const next = tokens[index + 1];
  if (next?.text === '(' && next.kind === 'mark') return callAt(tokens, index, 'dynamic');
  if (next?.text === '.' && next.kind === 'mark') return [];
  if (next?.kind === 'string') return [{ specifier: next.text, kind: 'value', how: 'static', line: next.line }];
  const clause = next?.text === 'type' && !/^(?:from|,)$/.test(tokens[index + 2]?.text ?? '') ? 'type' : 'value';
  return fromClause(tokens, index + 1, clause);
}

function exportAt(tokens: readonly Token[], index: number): readonly Import[] {
  const isType = tokens[index + 1]?.text === 'type';
  const list = index + (isType ? 2 : 1);
  const opening = tokens[list]?.text;
  if (opening === '*') return fromClause(tokens, list, isType ? 'type' : 'value');
  if (opening !== '{') return [];
  const end = closingOf(tokens, list);
  return tokens[end + 1]?.text === 'from' ? fromClause(tokens, end + 1, isType ? 'type' : 'value') : [];
}

/** The first `from "…"` at or after an index. */
function fromClause(tokens: readonly Token[], start: number, kind: Import['kind']): readonly Import[] {
  for (let index = start; index < tokens.length; index += 1) {
    const source = tokens[index + 1];
    if (tokens[index]?.text === ';') return [];
    if (tokens[index]?.text === 'from' && source?.kind === 'string') {
      return [{ specifier: source.text, kind, how: 'static', line: source.line }];
    }
  }
  return [];
}

function callAt(tokens: readonly Token[], index: number, how: 'dynamic' | 'require'): readonly Import[] {
  const [open, argument] = [tokens[index + 1], tokens[index + 2]];
  if (open?.text !== '(' || argument === undefined) return [];
  return [
    { specifier: argument.kind === 'string' ? argument.text : undefined, kind: 'value', how, line: argument.line },
  ];
}
