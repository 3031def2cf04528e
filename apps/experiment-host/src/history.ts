import { closeSync, openSync, writeSync } from 'node:fs';
import type { Unstamped } from '@lapse/experiment';
import type { Instant } from '@lapse/protocol';
import type { Clock } from '@lapse/transport';

type Recordable = Unstamped | Readonly<Record<string, unknown>>;

/** The append-only history of an experiment. Lines of the host are stamped here; lines of the service arrive stamped. */
export class History {
  readonly #file: number;
  readonly #clock: Clock;
  #seq = 0;

  constructor(path: string, clock: Clock) {
    this.#file = openSync(path, 'a');
    this.#clock = clock;
  }

  /** Records what happened at `at`, or happens now. Bytes become lower-case hex. */
  write(observation: Recordable, at: Instant = this.#clock.now()): void {
    const line = JSON.stringify({ source: 'host', seq: this.#seq, at, ...observation }, hexBytes);
    this.#seq += 1;
    this.append(line);
  }

  /** Appends a line that carries its own stamp. */
  append(line: string): void {
    writeSync(this.#file, `${line}\n`);
  }

  close(): void {
    closeSync(this.#file);
  }
}

function hexBytes(_key: string, value: unknown): unknown {
  return value instanceof Uint8Array ? Buffer.from(value).toString('hex') : value;
}
