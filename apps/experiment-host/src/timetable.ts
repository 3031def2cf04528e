import type { Instant } from '@lapse/protocol';
import { alarm, type Clock } from '@lapse/transport';

/** Does something at an instant, not before; resolves when it has been done, rejects when it failed. */
export function at(clock: Clock, instant: Instant, action: () => unknown): Promise<void> {
  return new Promise((resolve, reject) => {
    alarm(clock, () => {
      Promise.resolve()
        .then(action)
        .then(() => resolve(), reject);
    }).set(instant);
  });
}
