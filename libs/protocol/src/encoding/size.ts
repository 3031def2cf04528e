// MultiByteInt31 (wcf-wire 1.2) for writers that have a buffer of their own.

/** Bytes of a size in its shortest form. */
export function widthOfSize(value: number): number {
  let width = 1;
  for (let rest = value; rest > 0x7f; rest >>>= 7) width += 1;
  return width;
}

/** Writes a size at an offset, and returns the offset behind it. */
export function writeSize(target: Uint8Array, offset: number, value: number): number {
  let at = offset;
  let rest = value;
  while (rest > 0x7f) {
    target[at] = (rest & 0x7f) | 0x80;
    at += 1;
    rest >>>= 7;
  }
  target[at] = rest;
  return at + 1;
}
