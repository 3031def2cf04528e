import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { EXPERIMENT_FILES } from '@lapse/experiment';

const LOOK_EVERY = 100;

/** Why a host ends before its experiment does. */
export type Interruption = 'stopped' | 'leaseExpired';

/** Looks for the stop file and at the age of the lease; tells at most one interruption. Returns a function that ends it. */
export function watchFolder(
  folder: string,
  leaseDuration: number,
  tell: (interruption: Interruption) => void,
): () => void {
  const timer = setInterval(() => {
    const interruption = look(folder, leaseDuration);
    if (interruption === undefined) return;
    clearInterval(timer);
    tell(interruption);
  }, LOOK_EVERY);
  return () => clearInterval(timer);
}

function look(folder: string, leaseDuration: number): Interruption | undefined {
  if (existsSync(join(folder, EXPERIMENT_FILES.stop))) return 'stopped';
  const lease = statSync(join(folder, EXPERIMENT_FILES.lease), { throwIfNoEntry: false });
  return lease !== undefined && Date.now() - lease.mtimeMs > leaseDuration ? 'leaseExpired' : undefined;
}
