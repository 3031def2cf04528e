import { execFileSync } from 'node:child_process';

/** The commit that a folder is at, with a mark if its files were changed. */
export function commitOf(folder: string): string {
  try {
    const args = ['-C', folder, 'describe', '--always', '--dirty', '--abbrev=40', '--exclude=*'];
    return execFileSync('git', args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();
  } catch {
    return 'unknown';
  }
}
