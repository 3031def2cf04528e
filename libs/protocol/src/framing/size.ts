import { InvalidOperation } from '../machine.ts';

/** The largest number that the size encoding can carry (wcf-wire 1.2). */
export const LARGEST_SIZE = 2 ** 31 - 1;

const LONGEST_SIZE = 5;
/** Of a fifth byte only these three bits may be set, or the number would not fit 31 bits. */
const LAST_BYTE_MAXIMUM = 0x07;

/** What `readSize` found: a number and its length in bytes, that more bytes are needed, or that no number begins here. */
export type SizeReading =
  | { readonly status: 'complete'; readonly value: number; readonly length: number }
  | { readonly status: 'incomplete' }
  | { readonly status: 'malformed' };

/** MultiByteInt31 in its shortest form (wcf-wire 1.2). Throws `InvalidOperation` for what 31 bits cannot hold. */
export function encodeSize(value: number): Uint8Array {
  if (!Number.isInteger(value) || value < 0 || value > LARGEST_SIZE) {
    throw new InvalidOperation(`a size is a whole number from 0 to ${LARGEST_SIZE}, not ${value}`);
  }
  const bytes: number[] = [];
  let rest = value;
  while (rest > 0x7f) {
    bytes.push((rest & 0x7f) | 0x80);
    rest >>>= 7;
  }
  return Uint8Array.of(...bytes, rest);
}

/**
 * Reads a MultiByteInt31 that begins at `start`, of bytes that end at `end`. Longer forms than needed are accepted, as WCF's reader does.
 * Resumable: after `incomplete`, call again with more bytes; at most five are ever looked at.
 */
export function readSize(bytes: Uint8Array, start = 0, end = bytes.length): SizeReading {
  let value = 0;
  for (let index = 0; index < LONGEST_SIZE; index++) {
    const byte = bytes[start + index];
    if (byte === undefined || start + index >= end) return { status: 'incomplete' };
    if (index === LONGEST_SIZE - 1 && byte > LAST_BYTE_MAXIMUM) break;
    value |= (byte & 0x7f) << (7 * index);
    if (byte < 0x80) return { status: 'complete', value, length: index + 1 };
  }
  return { status: 'malformed' };
}
