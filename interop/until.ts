import { setTimeout as pause } from 'node:timers/promises';

const PATIENCE = 5_000;
const PACE = 20;

/** Waits until something holds; false: it has not, for 5 s. */
export async function until(holds: () => boolean): Promise<boolean> {
  const last = performance.now() + PATIENCE;
  while (!holds()) {
    if (performance.now() > last) return false;
    await pause(PACE);
  }
  return true;
}
