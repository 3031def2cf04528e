import type { Clock } from '@lapse/transport';

/** Both event loops must have been quiet for this long before zero (milliseconds). */
const QUIET_FOR = 200;
/** On a machine that never gets quiet, zero is taken anyway: the noise is on record, and judged. */
const AT_MOST = 10_000;

/** Knows when an event loop of the experiment was last late. */
export class Quiet {
  readonly #clock: Clock;
  #since: number;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#since = clock.now();
  }

  disturbed(): void {
    this.#since = this.#clock.now();
  }

  async wait(): Promise<void> {
    const began = this.#clock.now();
    this.disturbed();
    while (this.#clock.now() - this.#since < QUIET_FOR && this.#clock.now() - began < AT_MOST) {
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }
}
