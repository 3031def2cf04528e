import { getSystemErrorMessage } from 'node:util';

/** Why the operating system refused, in its own words: `permission denied`. Of any other error, its message. */
export function systemReason(error: unknown): string {
  if (typeof error !== 'object' || error === null) return String(error);
  if ('errno' in error && typeof error.errno === 'number') return getSystemErrorMessage(error.errno);
  return 'message' in error ? String(error.message) : String(error);
}
