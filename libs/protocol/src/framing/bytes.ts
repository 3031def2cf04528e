import { readSize, type SizeReading } from './size.ts';

const NOTHING = new Uint8Array();

/**
 * First in, first out. Grows with what has arrived, never with what a peer announced, and forgets what was taken.
 * Appending and taking cost the bytes moved at most, however small the pieces: what arrives whole is not moved at all.
 */
export class ByteQueue {
  #buffer: Uint8Array = NOTHING;
  /** The buffer was appended, and is not ours to write into: what is taken is a part of it. */
  #isBorrowed = true;
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

  /** Nobody may change the bytes any more. */
  append(bytes: Uint8Array): void {
    if (this.length === 0) this.#borrow(bytes);
    else this.#copy(bytes);
  }

  /** The byte at `index` from the front; undefined while it has not arrived. */
  at(index: number): number | undefined {
    return index < this.length ? this.#buffer[this.#start + index] : undefined;
  }

  /** The size that begins at `index` from the front. */
  readSize(index: number): SizeReading {
    return readSize(this.#buffer, this.#start + index, this.#end);
  }

  /** The first `count` bytes, which are then gone. */
  take(count: number): Uint8Array {
    const end = this.#start + count;
    const taken = this.#isBorrowed ? this.#buffer.subarray(this.#start, end) : this.#buffer.slice(this.#start, end);
    this.skip(count);
    return taken;
  }

  /** Forgets the first `count` bytes. */
  skip(count: number): void {
    this.#start += count;
    this.#offset += count;
    // An idle connection must not hold the room of its largest message.
    if (this.#start === this.#end) this.#borrow(NOTHING);
  }

  #borrow(bytes: Uint8Array): void {
    this.#buffer = bytes;
    this.#isBorrowed = true;
    this.#start = 0;
    this.#end = bytes.length;
  }

  #copy(bytes: Uint8Array): void {
    if (this.#isBorrowed || this.#end + bytes.length > this.#buffer.length) this.#makeRoom(this.length + bytes.length);
    this.#buffer.set(bytes, this.#end);
    this.#end += bytes.length;
  }

  #makeRoom(needed: number): void {
    const held = this.#buffer.subarray(this.#start, this.#end);
    const fits = !this.#isBorrowed && needed <= this.#buffer.length / 2;
    const target = fits ? this.#buffer : new Uint8Array(needed * 2);
    target.set(held);
    this.#buffer = target;
    this.#isBorrowed = false;
    this.#end = held.length;
    this.#start = 0;
  }
}
