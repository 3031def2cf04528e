import { closingOf, type Token } from './tokens.ts';
import type { Problem, SourceFile, Workspace } from './workspace.ts';

const SUITE = /^(?:test|it|describe)$/;
const WEAKENED = /^(?:skip|only|todo|failing|skipIf|runIf)$/;
const ALIASES = /^(?:xit|xtest|xdescribe|fit|fdescribe|retryTimes|passWithNoTests)$/;

/** Every test runs, once, and counts. */
export function testProblems(workspace: Workspace): readonly Problem[] {
  return workspace.projects.flatMap((project) => project.sources).flatMap(sourceProblems);
}

function sourceProblems({ path, tokens }: SourceFile): readonly Problem[] {
  return tokens.flatMap((token, index) => {
    const found = ALIASES.test(token.text) && token.kind === 'name' ? token.text : weakenedAt(tokens, index);
    return found === undefined ? [] : [{ path, line: token.line, message: `${found}: every test runs, once` }];
  });
}

/** A member that weakens a suite, also after `each(…)` or in brackets: the chain that begins at an index. */
function weakenedAt(tokens: readonly Token[], start: number): string | undefined {
  const suite = tokens[start];
  if (suite?.kind !== 'name' || !SUITE.test(suite.text) || tokens[start - 1]?.text === '.') return undefined;
  for (let index = start + 1; index < tokens.length; index = afterLink(tokens, index)) {
    const [link, member] = [tokens[index], tokens[index + 1]];
    if (link === undefined || !isLink(link)) return undefined;
    const isMember = link.kind === 'mark' && link.text !== '(' && member?.kind !== 'mark';
    if (isMember && WEAKENED.test(member?.text ?? '')) return `${suite.text}.${member?.text}`;
  }
  return undefined;
}

function isLink(token: Token): boolean {
  return token.kind === 'template' || (token.kind === 'mark' && /^(?:\.|\?\.|\[|\()$/.test(token.text));
}

function afterLink(tokens: readonly Token[], index: number): number {
  const link = tokens[index];
  if (link?.kind === 'template') return index + 1;
  return link?.text === '(' || link?.text === '[' ? closingOf(tokens, index) + 1 : index + 2;
}
