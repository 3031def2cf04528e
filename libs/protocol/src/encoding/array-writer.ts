import { InvalidOperation } from '../machine.ts';
import type { ArrayType, XmlText } from './infoset.ts';
import { ARRAY_TYPES } from './record-type.ts';
import { uuidBytes } from './uuid.ts';
import { dateTimeBits, decimalBytes } from './value-bytes.ts';

/** Types whose values go through the buffer of Microsoft's writer one by one; it puts all others past it (wcf-wire 2.4). */
export function isPieceByPiece(of: ArrayType): boolean {
  return of === 'dateTime' || of === 'timeSpan' || of === 'uuid';
}

/** The values of an array, one behind the other. Throws `InvalidOperation` for a value of another kind or out of range. */
export function arrayBytes(
  of: ArrayType,
  values: readonly XmlText[],
): { readonly size: number; readonly bytes: Uint8Array } {
  const { size } = ARRAY_TYPES[of];
  const bytes = new Uint8Array(values.length * size);
  const view = new DataView(bytes.buffer);
  for (const [index, value] of values.entries()) put(of, value, { bytes, view, at: index * size });
  return { size, bytes };
}

interface Place {
  readonly bytes: Uint8Array;
  readonly view: DataView;
  readonly at: number;
}

function put(of: ArrayType, value: XmlText, place: Place): void {
  const { bytes, view, at } = place;
  if (of === 'boolean' && value.type === 'boolean') view.setUint8(at, value.value ? 1 : 0);
  else if (isInteger(of) && value.type === 'integer') putInteger(of, value.value, place);
  else if (isReal(of) && (value.type === 'float' || value.type === 'double')) putReal(of, value.value, place);
  else if (of === 'decimal' && value.type === 'decimal') bytes.set(decimalBytes(value.value), at);
  else if (of === 'dateTime' && value.type === 'dateTime') {
    view.setBigUint64(at, dateTimeBits(value.ticks, value.kind), true);
  } else if (of === 'timeSpan' && value.type === 'timeSpan') view.setBigInt64(at, value.ticks, true);
  else if (of === 'uuid' && value.type === 'uuid') bytes.set(uuidBytes(value.uuid), at);
  else throw new InvalidOperation(`an array of ${of} holds no ${value.type}`);
}

const INTEGER_BITS = { int16: 16, int32: 32, int64: 64 } as const;

function isInteger(of: ArrayType): of is keyof typeof INTEGER_BITS {
  return of === 'int16' || of === 'int32' || of === 'int64';
}

function putInteger(of: keyof typeof INTEGER_BITS, value: bigint, { view, at }: Place): void {
  if (BigInt.asIntN(INTEGER_BITS[of], value) !== value) throw new InvalidOperation(`${value} is no ${of}`);
  if (of === 'int16') view.setInt16(at, Number(value), true);
  else if (of === 'int32') view.setInt32(at, Number(value), true);
  else view.setBigInt64(at, value, true);
}

function isReal(of: ArrayType): of is 'float' | 'double' {
  return of === 'float' || of === 'double';
}

/** .NET's not-a-number has the sign that JavaScript's lacks. */
function putReal(of: 'float' | 'double', value: number, { view, at }: Place): void {
  if (of === 'float') view.setFloat32(at, value, true);
  else view.setFloat64(at, value, true);
  if (Number.isNaN(value)) view.setUint8(at + ARRAY_TYPES[of].size - 1, 0xff);
}
