import type { Stamp, Unstamped } from '@lapse/experiment';
import type { Instant } from '@lapse/protocol';
import { type Clock, historyLine } from '@lapse/transport';

export type Recordable = Unstamped | Readonly<Record<string, unknown>>;

/** Where observations are recorded. */
export interface Recorder {
  /** Records what happened at `at`, or happens now. */
  write(observation: Recordable, at?: Instant): void;
}

/** The lines of one source: stamped, and numbered without gaps. */
export class StampedLines implements Recorder {
  readonly #source: Stamp['source'];
  readonly #clock: Clock;
  readonly #append: (line: string) => void;
  #seq = 0;

  constructor(source: Stamp['source'], clock: Clock, append: (line: string) => void) {
    this.#source = source;
    this.#clock = clock;
    this.#append = append;
  }

  write(observation: Recordable, at: Instant = this.#clock.now()): void {
    const line = historyLine({ source: this.#source, seq: this.#seq, at, ...observation });
    this.#seq += 1;
    this.#append(line);
  }
}
