import { closeSync, openSync, readSync, statSync } from 'node:fs';
import type { WatchProgress } from '@lapse/workflows';

/** Follows a growing history without reading any byte twice. An unfinished last line waits for its rest. */
export class HistoryTail {
  readonly #path: string;
  #size = 0;
  #rest = '';
  #zero: number | undefined;
  #last: number | undefined;

  constructor(path: string) {
    this.#path = path;
  }

  /** Takes in what has been appended since the last call, and says whether that was anything. */
  read(): boolean {
    const appended = this.#appended();
    if (appended.length === 0) return false;
    this.#size += appended.length;
    const lines = (this.#rest + appended.toString('utf8')).split('\n');
    this.#rest = lines.pop() ?? '';
    for (const line of lines) this.#take(line);
    return true;
  }

  get isEmpty(): boolean {
    return this.#size === 0;
  }

  get hasZero(): boolean {
    return this.#zero !== undefined;
  }

  get progress(): WatchProgress {
    const { historySize, lastInstant } = { historySize: this.#size, lastInstant: this.#last };
    if (lastInstant === undefined || this.#zero === undefined) return { historySize };
    return { historySize, lastInstant: lastInstant - this.#zero };
  }

  /** A history is ASCII but for messages, and is appended in whole lines: a character split by a read is a curiosity. */
  #appended(): Buffer {
    const size = statSync(this.#path, { throwIfNoEntry: false })?.size ?? 0;
    if (size <= this.#size) return Buffer.alloc(0);
    const bytes = Buffer.alloc(size - this.#size);
    const file = openSync(this.#path, 'r');
    try {
      return bytes.subarray(0, readSync(file, bytes, 0, bytes.length, this.#size));
    } finally {
      closeSync(file);
    }
  }

  #take(line: string): void {
    const { type, at } = stampOf(line);
    if (typeof at !== 'number') return;
    if (type === 'zero') this.#zero = at;
    this.#last = at;
  }
}

/** A line that is no JSON is the judge's business; whoever only watches passes over it. */
function stampOf(line: string): { readonly type?: unknown; readonly at?: unknown } {
  try {
    return Object(JSON.parse(line));
  } catch {
    return {};
  }
}
