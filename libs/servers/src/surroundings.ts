import { types } from 'node:util';

/** Environment variables, as in `process.env`. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** What a search for a server depends on besides the server itself. */
export interface Surroundings {
  /** Environment variables: addresses, PATH, LAPSE_CACHE. */
  readonly environment: Environment;
  /** Takes one line for people at a time. */
  readonly progress: (line: string) => void;
  /** Milliseconds between two lines while something takes long. */
  readonly progressEvery: number;
  /** Gives up a build or a wait; the folders of a build are deleted. */
  readonly signal?: AbortSignal | undefined;
}

/** The words of an error's message, or of whatever was thrown. */
export function messageOf(error: unknown): string {
  return types.isNativeError(error) ? error.message : String(error);
}

/** The code of an error of the operating system (`EACCES`); undefined for any other. */
export function systemCodeOf(error: unknown): string | undefined {
  // `instanceof` would miss an error that was made in another realm, as a test runner's is.
  return types.isNativeError(error) && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}

/** Why a request failed, in a word or a few: `fetch failed` hides the reason in the cause, at times of a cause. */
export function networkReason(error: unknown): string {
  if (types.isNativeError(error) && error.cause !== undefined) return networkReason(error.cause);
  const code = systemCodeOf(error);
  return code !== undefined && /^E[A-Z0-9]+$/.test(code) ? code : messageOf(error);
}
