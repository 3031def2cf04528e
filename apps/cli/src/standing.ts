import { type Stats, statSync } from 'node:fs';
import { systemReason } from '@lapse/scenario-file';

/** What stands at a path that a person named. `useless`: no command can take it; `why` completes a sentence that begins with the path. */
export type Standing =
  | { readonly is: 'file' | 'folder' | 'nothing' }
  | { readonly is: 'useless'; readonly why: string };

/** Looks at a path without opening it: reading from a pipe or a device might never end. */
export function standingOf(path: string): Standing {
  try {
    const status = statSync(path, { throwIfNoEntry: false });
    return status === undefined ? { is: 'nothing' } : kindOf(status);
  } catch (error) {
    return { is: 'useless', why: `cannot be looked at: ${systemReason(error)}` };
  }
}

function kindOf(status: Stats): Standing {
  if (status.isFile()) return { is: 'file' };
  if (status.isDirectory()) return { is: 'folder' };
  const kind = status.isFIFO() ? 'a pipe' : status.isSocket() ? 'a socket' : 'a device';
  return { is: 'useless', why: `is ${kind}, not a regular file` };
}
