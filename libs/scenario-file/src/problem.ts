/** One thing that is wrong in a scenario file, with its address. */
export interface FileProblem {
  readonly file: string;
  /** Counts from 1, as editors do. */
  readonly line: number;
  readonly column: number;
  /** A sentence: what is wrong, and what was meant or would be right. */
  readonly message: string;
}

/** `file:line:column message`, which terminals and editors turn into a link. */
export function formatProblem({ file, line, column, message }: FileProblem): string {
  return `${file}:${line}:${column} ${message}`;
}
