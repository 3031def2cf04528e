import type { Instant } from '@lapse/protocol';
import { historyLine } from '@lapse/transport';

/** Writes what the service saw as JSON lines: stamped, and numbered without gaps. */
export class Log {
  readonly #write: (line: string) => unknown;
  #seq = 0;

  constructor(write: (line: string) => unknown) {
    this.#write = write;
  }

  write(at: Instant, observation: Readonly<Record<string, unknown>>): void {
    const line = historyLine({ source: 'service', seq: this.#seq, at, ...observation });
    this.#seq += 1;
    this.#write(`${line}\n`);
  }
}
