import { basename, posix } from 'node:path';
import { closingOf, type Token } from './tokens.ts';
import type { Problem, SourceFile, Workspace } from './workspace.ts';

/**
 * What is exported is used: by another file, or, of a type, in the signatures of its own; what a folder's index shows, by a file
 * outside of that folder. A type that an index shows may be needed to name what its functions answer with.
 */
export function exportProblems({ projects, loose }: Workspace): readonly Problem[] {
  const sources = projects.flatMap((project) => project.sources);
  const users = usersOf([...sources, ...loose]);
  return sources
    .filter(({ isTest, path }) => !isTest && path.endsWith('.ts'))
    .flatMap((source) => (basename(source.path) === 'index.ts' ? shownProblems : ownProblems)(source, users));
}

/** The files that each name stands in. */
type Users = ReadonlyMap<string, readonly SourceFile[]>;

function usersOf(sources: readonly SourceFile[]): Users {
  const users = new Map<string, SourceFile[]>();
  for (const source of sources)
    for (const name of new Set(source.tokens.flatMap(({ kind, text }) => (kind === 'name' ? [text] : []))))
      users.set(name, [...(users.get(name) ?? []), source]);
  return users;
}

function ownProblems(source: SourceFile, users: Users): readonly Problem[] {
  const isUsed = ({ name: { text }, isType }: Exported) =>
    (users.get(text) ?? []).some((user) => user !== source) ||
    (isType && source.tokens.filter((token) => token.kind === 'name' && token.text === text).length > 1);
  return declaredIn(source.tokens)
    .filter((exported) => !isUsed(exported))
    .map(({ name }) => problem(source, name, 'exports', 'which no other file uses'));
}

function shownProblems(source: SourceFile, users: Users): readonly Problem[] {
  const folder = `${posix.dirname(source.path)}/`;
  return shownIn(source.tokens)
    .filter(({ text }) => !(users.get(text) ?? []).some(({ path }) => !path.startsWith(folder)))
    .map((name) => problem(source, name, 'shows', 'which nobody outside of its folder uses'));
}

function problem({ path }: SourceFile, { text, line }: Token, does: string, but: string): Problem {
  return { path, line, message: `${does} ${text}, ${but}` };
}

interface Exported {
  readonly name: Token;
  readonly isType: boolean;
}

const DECLARES = new Set(['const', 'function', 'class', 'interface', 'type', 'enum', 'abstract', 'async']);

/** `export const a`, `export async function b`, `export type C`. */
function declaredIn(tokens: readonly Token[]): readonly Exported[] {
  return tokens.flatMap(({ kind, text }, index) => {
    if (kind !== 'name' || text !== 'export') return [];
    let at = index + 1;
    while (DECLARES.has(tokens[at]?.text ?? '')) at += 1;
    const name = tokens[at];
    const isType = tokens.slice(index + 1, at).some((word) => word.text === 'interface' || word.text === 'type');
    return at > index + 1 && name?.kind === 'name' ? [{ name, isType }] : [];
  });
}

/** The values in `export { a, type B, c as d } from "…"`, by the names that others see. */
function shownIn(tokens: readonly Token[]): readonly Token[] {
  return tokens.flatMap(({ kind, text }, index) => {
    if (kind !== 'name' || text !== 'export' || tokens[index + 1]?.text !== '{') return [];
    const names = tokens.slice(index + 2, closingOf(tokens, index + 1));
    return names.filter((token, place) => {
      const isLast = [undefined, ','].includes(names[place + 1]?.text);
      return token.kind === 'name' && isLast && names[place - 1]?.text !== 'type';
    });
  });
}
