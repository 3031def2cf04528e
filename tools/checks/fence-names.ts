import type { Problem, SourceFile, Workspace } from './workspace.ts';

/** The glossary's refused words: as a whole identifier or file name, however it is spelt. */
const REFUSED = new Set([
  ...['utils', 'helpers', 'common', 'manager', 'base', 'misc'],
  ...['baseline', 'sanitycheck', 'ratelimit', 'brokensession', 'rerun', 'testcase'],
]);

/** Names say what a thing is, in the words of the glossary. */
export function nameProblems(workspace: Workspace): readonly Problem[] {
  const sources = workspace.projects.flatMap((project) => project.sources);
  return [...workspace.paths.flatMap(pathProblems), ...sources.flatMap(identifierProblems)];
}

function pathProblems(path: string): readonly Problem[] {
  const stems = path.split('/').map((part) => part.replace(/(?<=.)\..*$/, ''));
  const refused = stems.filter(isRefused);
  return refused.map((stem) => ({ path, line: 1, message: `${stem} is no name for a file` }));
}

function identifierProblems({ path, tokens }: SourceFile): readonly Problem[] {
  const found = tokens.filter((token) => token.kind === 'name' && isRefused(token.text));
  return found.map(({ line, text }) => ({ path, line, message: `${text} is no name: the glossary has a better one` }));
}

function isRefused(name: string): boolean {
  return REFUSED.has(name.replace(/[#@_$-]/g, '').toLowerCase());
}
