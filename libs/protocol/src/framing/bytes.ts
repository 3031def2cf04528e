import { readSize, type SizeReading } from './size.ts';

const INITIAL_CAPACITY = 256;

/**
 * First in, first out. Grows with what has arrived, never with what a peer announced, and forgets what was taken.
 * Appending and taking cost the bytes moved, however small the pieces.
 */
export class ByteQueue {
  #buffer = new Uint8Array(INITIAL_CAPACITY);
  #start = 0;
  #end = 0;
  #offset = 0;

  get length(): number {
    return this.#end - this.#start;
  }

  /** How many bytes were taken before the first one held. */
  get offset(): number {
    return this.#offset;
  }

  append(bytes: Uint8Array): void {
    if (this.#end + bytes.length > this.#buffer.length) this.#makeRoom(this.length + bytes.length);
    this.#buffer.set(bytes, this.#end);
    this.#end += bytes.length;
  }

  /** The byte at `index` from the front; undefined while it has not arrived. */
  at(index: number): number | undefined {
    return index < this.length ? this.#buffer[this.#start + index] : undefined;
  }

  /** The size that begins at `index` from the front. */
  readSize(index: number): SizeReading {
    return readSize(this.#buffer.subarray(this.#start, this.#end), index);
  }

  /** A copy of the first `count` bytes, which are then gone. */
  take(count: number): Uint8Array {
    const taken = this.#buffer.slice(this.#start, this.#start + count);
    this.#start += count;
    this.#offset += count;
    if (this.#start === this.#end) this.#clear();
    return taken;
  }

  /** An idle connection must not hold the room of its largest message. */
  #clear(): void {
    this.#start = 0;
    this.#end = 0;
    if (this.#buffer.length > INITIAL_CAPACITY) this.#buffer = new Uint8Array(INITIAL_CAPACITY);
  }

  #makeRoom(needed: number): void {
    const held = this.#buffer.subarray(this.#start, this.#end);
    const fits = needed <= this.#buffer.length / 2;
    const target = fits ? this.#buffer : new Uint8Array(needed * 2);
    target.set(held);
    this.#buffer = target;
    this.#end = held.length;
    this.#start = 0;
  }
}
