import type { Hex, Sized } from '../observation.ts';

/** How many bytes were sent, or had come: two digits of hex each, unless only their beginning is recorded. */
export function sizeOf({ bytes, size = bytes.length / 2 }: Sized & { readonly bytes: Hex }): number {
  return size;
}
