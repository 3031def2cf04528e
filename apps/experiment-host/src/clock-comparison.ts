import type { Observation } from '@lapse/experiment';
import type { Child } from './child.ts';

/** Clocks of one kernel are one clock; a quick answer shows it to a millisecond, and not every answer is quick. */
const CLOSE_ENOUGH = 1;
const ROUNDS = 100;
const NS_PER_MS = 1_000_000;

/** An answer takes less than a millisecond, and where everything is slow, not seconds. */
const PATIENCE = 5_000;

/** Asks a child for the reading of its clock, and holds it against the host's before and after. */
export class ClockComparison {
  #answered: (atNs: bigint) => void = () => {};

  /** Every line of the child goes through here. */
  heard(observation: Observation): void {
    if (observation.type === 'clock') this.#answered(BigInt(observation.ns));
  }

  /** Milliseconds, with a fraction, that the two clocks may be apart at most. */
  async with(child: Child): Promise<number> {
    let apart = Number.POSITIVE_INFINITY;
    for (let round = 0; round < ROUNDS && apart > CLOSE_ENOUGH; round += 1)
      apart = Math.min(apart, await this.#ask(child));
    return Math.ceil(apart * 1_000) / 1_000;
  }

  async #ask(child: Child): Promise<number> {
    const before = process.hrtime.bigint();
    const there = new Promise<bigint>((resolve, reject) => {
      this.#answered = resolve;
      const silent = () => reject(new Error('the mock service did not tell the reading of its clock'));
      setTimeout(silent, PATIENCE).unref();
    });
    child.tell({ ask: 'clock' });
    const reading = await there;
    const after = process.hrtime.bigint();
    const [ahead, behind] = [reading - before, after - reading].map((ns) => Math.abs(Number(ns)) / NS_PER_MS);
    return Math.max(ahead ?? 0, behind ?? 0);
  }
}
