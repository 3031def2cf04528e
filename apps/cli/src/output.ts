import type { ExitCode } from './endings.ts';

/** Where a command writes: results to stdout, progress and problems to stderr. */
export interface Output {
  /** `--json`: stdout holds one document and nothing else. */
  readonly json: boolean;
  /** One line of progress or of trouble. */
  say(line: string): void;
  /** Text of a result; swallowed when a document is wanted. */
  print(text: string): void;
  /** The one document; swallowed when text is wanted. */
  document(content: object): void;
}

/** What every document says first. */
export interface DocumentHead {
  readonly exitCode: ExitCode;
  readonly error?: string;
}

export function standardOutput(json: boolean): Output {
  return {
    json,
    say: (line) => void process.stderr.write(`${line}\n`),
    print: (text) => void (json || process.stdout.write(`${text}\n`)),
    document: (content) => void (json && process.stdout.write(`${JSON.stringify(content, null, 2)}\n`)),
  };
}
