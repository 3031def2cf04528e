import { closeSync, openSync, writeSync } from 'node:fs';
import type { Instant } from '@lapse/protocol';
import type { Clock } from '@lapse/transport';
import { type Recordable, type Recorder, StampedLines } from './stamped-lines.ts';

/** The append-only history of an experiment. Lines of the host are stamped here; those of its children arrive stamped. */
export class History implements Recorder {
  readonly #file: number;
  readonly #own: StampedLines;

  constructor(path: string, clock: Clock) {
    this.#file = openSync(path, 'a');
    this.#own = new StampedLines('host', clock, (line) => this.append(line));
  }

  write(observation: Recordable, at?: Instant): void {
    this.#own.write(observation, at);
  }

  /** Appends a line that carries its own stamp. */
  append(line: string): void {
    writeSync(this.#file, `${line}\n`);
  }

  close(): void {
    closeSync(this.#file);
  }
}
