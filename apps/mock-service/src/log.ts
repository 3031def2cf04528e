import type { Instant } from '@lapse/protocol';

/** Writes what the service saw as JSON lines: stamped, numbered without gaps, bytes as lower-case hex. */
export class Log {
  readonly #write: (line: string) => unknown;
  #seq = 0;

  constructor(write: (line: string) => unknown) {
    this.#write = write;
  }

  write(at: Instant, observation: Readonly<Record<string, unknown>>): void {
    const line = JSON.stringify({ source: 'service', seq: this.#seq, at, ...observation }, hexBytes);
    this.#seq += 1;
    this.#write(`${line}\n`);
  }
}

function hexBytes(_key: string, value: unknown): unknown {
  return value instanceof Uint8Array ? Buffer.from(value).toString('hex') : value;
}
