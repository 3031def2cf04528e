// A buffer of its own costs more than everything else that is done with a small message: small ones are parts of a larger.

const SLAB_SIZE = 65_536;
/** What is larger has a buffer of its own, so that little is held for the sake of less. */
const LARGEST_PART = 4_096;

let slab = new Uint8Array(SLAB_SIZE);
let used = 0;

/** So many zeros that nobody else has. They may be a part of a larger buffer. */
export function roomFor(size: number): Uint8Array {
  if (size > LARGEST_PART) return new Uint8Array(size);
  if (used + size > SLAB_SIZE) {
    slab = new Uint8Array(SLAB_SIZE);
    used = 0;
  }
  used += size;
  return slab.subarray(used - size, used);
}
