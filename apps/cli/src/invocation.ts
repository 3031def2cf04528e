import { type Command, InvalidArgumentError } from 'commander';
import type { ExitCode } from './endings.ts';
import { type Output, standardOutput } from './output.ts';

/** Work of a command: writes to the output and answers what the process shall end with. */
export type Work<Options> = (operands: readonly string[], options: Options, output: Output) => Promise<ExitCode>;

/** Where a command leaves what the process shall end with. */
export interface Invocation {
  exitCode: ExitCode;
}

/** Gives a command its work. Operands are what stands on the line besides flags. */
export function performs<Options>(command: Command, invocation: Invocation, work: Work<Options>): void {
  command.action(async () => {
    const { json = false, ...options } = command.optsWithGlobals();
    invocation.exitCode = await work(command.args, options as Options, standardOutput(json));
  });
}

/** A count on the command line. */
export function positiveInteger(text: string): number {
  if (!/^[1-9][0-9]{0,3}$/.test(text)) throw new InvalidArgumentError('It is a whole number from 1 to 9999.');
  return Number(text);
}

/** The name of a folder or of a queue. */
export function nonEmpty(text: string): string {
  if (text.trim() === '') throw new InvalidArgumentError('It cannot be empty.');
  return text;
}

/** Words parted by commas. */
export function wordList(text: string): readonly string[] {
  const words = text.split(',').map((word) => word.trim());
  if (words.includes('')) throw new InvalidArgumentError('It is a list of words, parted by commas.');
  return words;
}
