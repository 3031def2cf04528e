import { InvalidOperation } from '../machine.ts';
import type { DateTimeKind } from './infoset.ts';
import { LAST_TICK, parseDecimal, TICKS_PER_DAY } from './lexical.ts';

const KIND_BITS: Readonly<Record<DateTimeKind, bigint>> = { unspecified: 0n, utc: 1n, local: 2n };

/** Dec16 (wcf-wire 2.1): the highest third of the integer comes first. */
export function decimalBytes(text: string): Uint8Array {
  const decimal = parseDecimal(text);
  if (decimal === undefined) throw new InvalidOperation(`no decimal of 96 bits and 28 places: ${text}`);
  const bytes = new Uint8Array(16);
  const view = new DataView(bytes.buffer);
  view.setUint8(2, decimal.scale);
  view.setUint8(3, decimal.negative ? 0x80 : 0);
  view.setUint32(4, Number(decimal.unscaled >> 64n), true);
  view.setBigUint64(8, BigInt.asUintN(64, decimal.unscaled), true);
  return bytes;
}

/** DateTime8 (wcf-wire 2.1). */
export function dateTimeBits(ticks: bigint, kind: DateTimeKind): bigint {
  const slack = kind === 'local' ? TICKS_PER_DAY - 1n : 0n;
  if (ticks < -slack || ticks > LAST_TICK + slack) {
    throw new InvalidOperation(`no date is ${ticks} ticks from the year 1`);
  }
  return (KIND_BITS[kind] << 62n) | BigInt.asUintN(62, ticks);
}
