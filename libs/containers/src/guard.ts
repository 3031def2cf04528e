import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const ENTRY = fileURLToPath(new URL('./guard-main.ts', import.meta.url));

/** What a guard is told when there is nothing left to guard. */
export const RELEASED = 'released';

/**
 * A container that is paused, or only created, does not see that whoever started it is gone. This small process does: its input
 * ends then, and it takes the containers of the experiment away. A group of its own lets it outlive the group that is killed.
 * Returns what releases it.
 */
export function guardContainersOf(experiment: string): () => void {
  const guard = spawn(process.execPath, [ENTRY, experiment], { detached: true, stdio: ['pipe', 'ignore', 'inherit'] });
  guard.on('error', () => {});
  guard.stdin.on('error', () => {});
  return () => guard.stdin.end(`${RELEASED}\n`);
}
