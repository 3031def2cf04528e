import { PURE } from './import-table.ts';
import type { Token } from './tokens.ts';
import type { Problem, SourceFile, Workspace } from './workspace.ts';

/** Clocks, timers, randomness, and the ways around their names. */
const REFUSED = new Set([
  ...['Date', 'Temporal', 'Intl', 'performance', 'setTimeout', 'setInterval', 'setImmediate', 'queueMicrotask'],
  ...['process', 'Buffer', 'crypto', 'globalThis', 'global', 'eval', 'Function', 'require'],
  ...['WeakRef', 'FinalizationRegistry', 'Atomics', 'SharedArrayBuffer'],
]);

/** Pure code reads no clock and draws no random number: whoever calls it passes both in. */
export function clockProblems(workspace: Workspace): readonly Problem[] {
  const pure = workspace.projects.filter((project) => PURE.includes(project.name));
  const sources = pure.flatMap((project) => project.sources).filter((source) => !source.isTest);
  return [
    ...sources.flatMap(sourceProblems),
    ...pure.flatMap((project) => constantsProblems(project.name, project.sources)),
  ];
}

function sourceProblems({ path, tokens }: SourceFile): readonly Problem[] {
  return tokens.flatMap((token, index) => {
    const message = complaintAbout(tokens, index);
    return message === undefined ? [] : [{ path, line: token.line, message: `pure code may not use ${message}` }];
  });
}

function complaintAbout(tokens: readonly Token[], index: number): string | undefined {
  const [token, before] = [tokens[index], tokens[index - 1]];
  if (token === undefined) return undefined;
  // Not part of any name, unless it hides one: D\u0061te.
  if (token.kind === 'mark' && token.text === '\\') return 'escapes in names';
  if (token.kind !== 'name') return undefined;
  if (before?.kind === 'mark' && /^\??\.$/.test(before.text)) {
    if (token.text === 'constructor') return 'constructor of a value, which leads to Function';
    return token.text === 'meta' && tokens[index - 2]?.text === 'import' ? 'import.meta' : undefined;
  }
  if (token.text === 'Math') return complaintAboutMath(tokens, index);
  return REFUSED.has(token.text) && !isKey(tokens, index) ? token.text : undefined;
}

/** Only `Math.something` is read: a destructured, passed or computed Math could give its `random` away. */
function complaintAboutMath(tokens: readonly Token[], index: number): string | undefined {
  const [dot, member] = [tokens[index + 1], tokens[index + 2]];
  if (dot?.text !== '.') return 'Math as a value';
  return member?.text === 'random' ? 'Math.random' : undefined;
}

/** Whether a name only names a field: `{ process: … }`, `readonly process?: …`. */
function isKey(tokens: readonly Token[], index: number): boolean {
  const after = tokens[index + 1]?.text === '?' ? tokens[index + 2] : tokens[index + 1];
  return after?.text === ':' && /^(?:[{,;]|readonly)$/.test(tokens[index - 1]?.text ?? '');
}

/** `@lapse/protocol/constants` is the one place whose values others share, so it may hold no function to share. */
function constantsProblems(project: string, sources: readonly SourceFile[]): readonly Problem[] {
  const constants = sources.find(({ path }) => path === `libs/${project}/src/constants.ts`);
  const found =
    constants?.tokens.filter((token) => /^(?:=>|function|class)$/.test(token.text) && token.kind !== 'string') ?? [];
  return found.map(({ line, text }) => ({
    path: constants?.path ?? '',
    line,
    message: `constants hold no functions (${text})`,
  }));
}
