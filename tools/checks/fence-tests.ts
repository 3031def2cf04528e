import type { Token } from './tokens.ts';
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

/** `test.skip`, `test.each(…).only`, `test['skip']`: the chain that begins at an index. */
function weakenedAt(tokens: readonly Token[], start: number): string | undefined {
  if (tokens[start]?.kind !== 'name' || !SUITE.test(tokens[start].text) || tokens[start - 1]?.text === '.')
    return undefined;
  for (
    let index = start + 1;
    /^(?:\.|\?\.|\[)$/.test(tokens[index]?.text ?? '');
    index += tokens[index]?.text === '[' ? 3 : 2
  ) {
    const member = tokens[index + 1];
    if (member?.kind !== 'mark' && WEAKENED.test(member?.text ?? '')) return `${tokens[start].text}.${member?.text}`;
  }
  return undefined;
}
