import type { Status } from '@lapse/experiment';

/** What the process ends with. 65 to 78 follow BSD's sysexits. */
export const EXIT = {
  confirmed: 0,
  refuted: 1,
  inconclusive: 2,
  usage: 64,
  unavailable: 69,
  ourBug: 70,
  interrupted: 130,
} as const satisfies Record<Status, number> & Record<string, number>;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** Ends a command with an exit code and sentences for the person who typed it; no stack trace, because nothing of ours broke. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  readonly exitCode: ExitCode;

  constructor(exitCode: ExitCode, message: string) {
    super(message);
    this.exitCode = exitCode;
  }
}

/** The words of an error's message, or of whatever was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
