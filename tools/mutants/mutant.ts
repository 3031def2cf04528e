/** One change of one source file that some test must notice. */
export interface Mutant {
  /** What is changed, in a few words. */
  readonly name: string;
  /** Relative to the workspace, with forward slashes. */
  readonly file: string;
  /** Stands in the file exactly once. */
  readonly search: string;
  readonly replacement: string;
  /** Folders of the projects whose tests may notice it, in the order in which they are asked. */
  readonly tests: readonly string[];
}

/** A mutant of one file, told in the order in which it is read: what, what stands there, what shall stand there. */
export type Change = readonly [name: string, search: string, replacement: string];

/** The mutants of one file. */
export function mutantsOf(file: string, tests: readonly string[], changes: readonly Change[]): readonly Mutant[] {
  return changes.map(([name, search, replacement]) => ({ name, file, search, replacement, tests }));
}

/** What became of a mutant. */
export type Fate =
  /** `by`: the test that failed, or what else made the tests fail. */
  | { readonly is: 'killed'; readonly by: string }
  | { readonly is: 'survived' }
  /** The mutant itself is wrong: nothing is known about the tests. */
  | { readonly is: 'unusable'; readonly why: string };

/** The text with the change made, or why it cannot be made. */
export function mutate(text: string, { search, replacement }: Pick<Mutant, 'search' | 'replacement'>): string | Error {
  const [before, after, ...more] = text.split(search);
  if (search === '' || before === undefined || after === undefined) return new Error('its search text is not there');
  if (more.length > 0) return new Error(`its search text stands there ${more.length + 1} times`);
  return before + replacement + after;
}
