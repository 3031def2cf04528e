import type { Surroundings } from './surroundings.ts';

/** What goes on, for people. */
interface Going {
  readonly what: string;
  /** Said the first time only: later it may be wrong. */
  readonly expected?: string;
  /** How far it has come. */
  readonly soFar?: string;
}

/** Milliseconds between two looks at the time. */
const LOOK_EVERY = 250;

/** Says at once, and then every now and then, what goes on and for how long. */
export class Ticker {
  readonly #surroundings: Surroundings;
  readonly #since = performance.now();
  #said = 0;

  constructor(surroundings: Surroundings) {
    this.#surroundings = surroundings;
  }

  /** One look at the time; says something if it is time for that. */
  tick({ what, expected = '', soFar = '' }: Going): void {
    const elapsed = performance.now() - this.#since;
    if (this.#said > 0 && elapsed < this.#said * this.#surroundings.progressEvery) return;
    this.#said += 1;
    const seconds = `${Math.floor(elapsed / 1000)} s`;
    const line = this.#said === 1 ? `${what}${expected}` : `${what} ... ${soFar === '' ? '' : `${soFar}, `}${seconds}`;
    this.#surroundings.progress(line);
  }

  /** Ticks until the work has come to its end. */
  async during<T>(work: Promise<T>, going: () => Going): Promise<T> {
    this.tick(going());
    const timer = setInterval(() => this.tick(going()), Math.min(this.#surroundings.progressEvery, LOOK_EVERY));
    try {
      return await work;
    } finally {
      clearInterval(timer);
    }
  }
}
