import { closingOf, type Token } from './tokens.ts';
import type { Problem, SourceFile, Workspace } from './workspace.ts';

const FILE_LINES = 400;
const TEST_FILE_LINES = 600;
const FUNCTION_LINES = 70;
const CONTROL = /^(?:if|for|while|switch|catch|with|await)$/;

/** Nothing is longer than a reader can hold. */
export function sizeProblems(workspace: Workspace): readonly Problem[] {
  return workspace.projects.flatMap((project) => project.sources).flatMap(sourceProblems);
}

function sourceProblems(source: SourceFile): readonly Problem[] {
  const { path, lines } = source;
  const limit = source.isTest ? TEST_FILE_LINES : FILE_LINES;
  const long = functionsOf(source.tokens).filter((found) => found.lines > FUNCTION_LINES && !found.isDescription);
  return [
    ...(lines > limit ? [{ path, line: limit, message: `${lines} lines, ${limit} are allowed` }] : []),
    ...long.map((found) => ({
      path,
      line: found.line,
      message: `a function of ${found.lines} lines, ${FUNCTION_LINES} are allowed`,
    })),
  ];
}

interface Measured {
  readonly line: number;
  readonly lines: number;
  /** A `describe`: a list of tests, each measured on its own. */
  readonly isDescription: boolean;
}

function functionsOf(tokens: readonly Token[]): readonly Measured[] {
  return tokens.flatMap((token, index) => {
    if (token.kind !== 'mark' || token.text !== '{') return [];
    const start = headOf(tokens, index);
    const head = tokens[start ?? -1];
    const end = tokens[closingOf(tokens, index)];
    if (start === undefined || head === undefined || end === undefined) return [];
    return [{ line: head.line, lines: end.line - head.line + 1, isDescription: isDescription(tokens, start) }];
  });
}

/** Where the function begins whose body is the brace at an index; undefined for any other brace. */
function headOf(tokens: readonly Token[], body: number): number | undefined {
  if (tokens[body - 1]?.text === '=>') return startOfArrow(tokens, body - 1);
  const parameters = parametersBefore(tokens, body);
  if (parameters === undefined) return undefined;
  const name = tokens[parameters - 1];
  return name?.kind === 'name' && CONTROL.test(name.text) ? undefined : parameters - 1;
}

/** Parameter list before a body: `(…) {`, `(…): Result<A, B> {` or `(…): { a: A } {`. */
function parametersBefore(tokens: readonly Token[], body: number): number | undefined {
  for (let index = body - 1; index >= 0; index -= 1) {
    const { kind, text } = tokens[index] ?? { kind: 'mark', text: ';' };
    if (kind !== 'mark') continue;
    if (text === ')') {
      const open = openingOf(tokens, index);
      return index === body - 1 || tokens[index + 1]?.text === ':' ? open : undefined;
    }
    if (text === '}') {
      index = openingOf(tokens, index);
      if (!/^[:|&<,]$/.test(tokens[index - 1]?.text ?? '')) return undefined;
    } else if (/^(?:[;{(=?]|=>)$/.test(text)) return undefined;
  }
  return undefined;
}

function startOfArrow(tokens: readonly Token[], arrow: number): number {
  const before = tokens[arrow - 1];
  if (before?.text === ')') return openingOf(tokens, arrow - 1);
  return parametersBefore(tokens, arrow) ?? arrow - 1;
}

function openingOf(tokens: readonly Token[], close: number): number {
  const [opening, closing] = tokens[close]?.text === '}' ? ['{', '}'] : ['(', ')'];
  let depth = 0;
  for (let index = close; index >= 0; index -= 1) {
    const { kind, text } = tokens[index] ?? { kind: 'mark', text: '' };
    if (kind !== 'mark') continue;
    if (text === closing) depth += 1;
    if (text === opening) depth -= 1;
    if (depth === 0) return index;
  }
  return 0;
}

/** `describe('…', () => {`, also with `.each(…)`. */
function isDescription(tokens: readonly Token[], start: number): boolean {
  const line = tokens[start]?.line;
  return tokens
    .slice(Math.max(0, start - 200), start)
    .some((token) => token.text === 'describe' && token.line === line);
}
