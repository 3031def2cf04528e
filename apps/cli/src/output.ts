/** Where a command writes: results to stdout, progress and problems to stderr. */
export interface Output {
  /** `--json`: stdout holds one document and nothing else. */
  readonly json: boolean;
  /** How wide results may be: as the terminal; infinite where they go to a file or to another program. */
  readonly columns: number;
  /** One line of progress or of trouble. */
  say(line: string): void;
  /** Text of a result; swallowed when a document is wanted. */
  print(text: string): void;
  /** The one document; swallowed when text is wanted. */
  document(content: object): void;
}

export function standardOutput(json: boolean): Output {
  return {
    json,
    columns: (process.stdout.isTTY && process.stdout.columns) || Number.POSITIVE_INFINITY,
    say: (line) => void process.stderr.write(`${line}\n`),
    print: (text) => void (json || process.stdout.write(`${text}\n`)),
    document: (content) => void (json && process.stdout.write(`${JSON.stringify(content, null, 2)}\n`)),
  };
}
