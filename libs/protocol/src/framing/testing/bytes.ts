/** Bytes of upper or lower case hex; blanks are cosmetic. */
export function fromHex(hex: string): Uint8Array {
  return Uint8Array.from(hex.replaceAll(' ', '').match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
}

/** Bytes as the test data writes them: whole, or as `[hex, repeat]` pairs where they are long and regular. */
export interface Written {
  readonly hex?: string | null;
  readonly parts?: readonly (readonly [hex: string, repeat: number])[];
}

export function bytesOf({ hex, parts = [] }: Written): Uint8Array {
  return fromHex(hex ?? parts.map(([pattern, repeat]) => pattern.repeat(repeat)).join(''));
}

/** One piece per byte. */
export function bytewise(bytes: Uint8Array): readonly Uint8Array[] {
  return Array.from(bytes, (byte) => Uint8Array.of(byte));
}

/** Pieces of `size` bytes, and one of the rest. */
export function pieces(bytes: Uint8Array, size: number): readonly Uint8Array[] {
  const count = Math.ceil(bytes.length / size);
  return Array.from({ length: count }, (_, index) => bytes.subarray(index * size, (index + 1) * size));
}

/** Pieces between the given places, which may lie in any order and beyond the end. */
export function piecesAt(whole: Uint8Array, cuts: readonly number[]): readonly Uint8Array[] {
  const borders = [0, ...cuts.map((cut) => Math.min(cut, whole.length)).sort((a, b) => a - b), whole.length];
  return borders.slice(1).map((border, index) => whole.subarray(borders[index], border));
}
