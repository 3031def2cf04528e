// The lexical forms of typed text (wcf-wire 2.1, 2.2): what a reader that asks for characters is given.

const TICKS_PER_SECOND = 10_000_000n;
const TICKS_PER_MINUTE = 60n * TICKS_PER_SECOND;
const TICKS_PER_HOUR = 60n * TICKS_PER_MINUTE;
export const TICKS_PER_DAY = 24n * TICKS_PER_HOUR;

/** 9999-12-31T23:59:59.9999999, in ticks. */
export const LAST_TICK = 3_155_378_975_999_999_999n;

/** `INF`, `-INF`, `NaN`, `-0`, or the shortest decimal that is read back as the same number of 64 bits. */
export function doubleText(value: number): string {
  if (Number.isNaN(value)) return 'NaN';
  if (Math.abs(value) === Number.POSITIVE_INFINITY) return value < 0 ? '-INF' : 'INF';
  return Object.is(value, -0) ? '-0' : String(value).replace('e', 'E');
}

/** The same for a number of 32 bits, of which fewer digits are needed. */
export function floatText(value: number): string {
  if (!Number.isFinite(value) || value === 0) return doubleText(value);
  for (let digits = 1; digits < 9; digits += 1) {
    const shorter = Number(value.toPrecision(digits));
    if (Math.fround(shorter) === value) return doubleText(shorter);
  }
  return doubleText(Number(value.toPrecision(9)));
}

/** ±integer × 10^-scale, with the zeros of the scale. */
export function decimalText(unscaled: bigint, scale: number, negative: boolean): string {
  const digits = String(unscaled).padStart(scale + 1, '0');
  const whole = digits.slice(0, digits.length - scale);
  return `${negative ? '-' : ''}${whole}${scale === 0 ? '' : `.${digits.slice(-scale)}`}`;
}

const DECIMAL = /^(-?)(\d+)(?:\.(\d{1,28}))?$/;
const LARGEST_DECIMAL = 2n ** 96n - 1n;

/** What `decimalText` made a text of; undefined for what 96 bits and 28 places cannot hold. */
export function parseDecimal(
  text: string,
): { readonly unscaled: bigint; readonly scale: number; readonly negative: boolean } | undefined {
  const [, sign, whole = '', fraction = ''] = DECIMAL.exec(text) ?? [];
  if (sign === undefined) return undefined;
  const unscaled = BigInt(whole + fraction);
  return unscaled > LARGEST_DECIMAL ? undefined : { unscaled, scale: fraction.length, negative: sign === '-' };
}

/** An xs:duration: `PT1M30S`, `-PT1S`, `P1DT2H3M4.005S`, `PT0S`. */
export function durationText(ticks: bigint): string {
  if (ticks === 0n) return 'PT0S';
  const length = ticks < 0n ? -ticks : ticks;
  const days = length / TICKS_PER_DAY;
  const hours = (length % TICKS_PER_DAY) / TICKS_PER_HOUR;
  const minutes = (length % TICKS_PER_HOUR) / TICKS_PER_MINUTE;
  const seconds = length % TICKS_PER_MINUTE;
  const time = [
    hours > 0n ? `${hours}H` : '',
    minutes > 0n ? `${minutes}M` : '',
    seconds > 0n ? `${seconds / TICKS_PER_SECOND}${fractionText(seconds)}S` : '',
  ].join('');
  return `${ticks < 0n ? '-' : ''}P${days > 0n ? `${days}D` : ''}${time === '' ? '' : `T${time}`}`;
}

/** ISO 8601: without suffix, with `Z`, or with the offset of the zone that it is printed for. */
export function dateTimeText(ticks: bigint, kind: 'unspecified' | 'utc' | 'local', zoneMinutes: number): string {
  if (kind !== 'local') return `${clockText(ticks)}${kind === 'utc' ? 'Z' : ''}`;
  const local = localTicks(ticks, zoneMinutes);
  const inside = local < 0n ? 0n : local > LAST_TICK ? LAST_TICK : local;
  const two = (value: number) => String(value).padStart(2, '0');
  const offset = Math.abs(zoneMinutes);
  return `${clockText(inside)}${zoneMinutes < 0 ? '-' : '+'}${two(Math.trunc(offset / 60))}:${two(offset % 60)}`;
}

/** The local time of an instant as Microsoft's reader computes it: one that is still below zero gains a day (wcf-wire 2.1). */
export function localTicks(ticks: bigint, zoneMinutes: number): bigint {
  const local = ticks + BigInt(zoneMinutes) * TICKS_PER_MINUTE;
  return local < 0n ? local + TICKS_PER_DAY : local;
}

/** `2006-05-17T00:00:00.5`, from ticks within 0 and `LAST_TICK`. */
function clockText(ticks: bigint): string {
  const { year, month, day } = dateOf(Number(ticks / TICKS_PER_DAY));
  const seconds = Number((ticks % TICKS_PER_DAY) / TICKS_PER_SECOND);
  const two = (value: number) => String(value).padStart(2, '0');
  const date = `${String(year).padStart(4, '0')}-${two(month)}-${two(day)}`;
  const time = `${two(Math.trunc(seconds / 3_600))}:${two(Math.trunc(seconds / 60) % 60)}:${two(seconds % 60)}`;
  return `${date}T${time}${fractionText(ticks)}`;
}

function fractionText(ticks: bigint): string {
  const fraction = ticks % TICKS_PER_SECOND;
  return fraction === 0n ? '' : `.${String(fraction).padStart(7, '0').replace(/0+$/, '')}`;
}

const DAYS_PER_ERA = 146_097;
/** From 0000-03-01 to 0001-01-01: an era begins with March, so that the leap day comes last. */
const DAYS_BEFORE_YEAR_ONE = 306;

/** The proleptic Gregorian date so many days after 0001-01-01. */
function dateOf(days: number): { readonly year: number; readonly month: number; readonly day: number } {
  const since = days + DAYS_BEFORE_YEAR_ONE;
  const era = Math.trunc(since / DAYS_PER_ERA);
  const dayOfEra = since % DAYS_PER_ERA;
  const leapDays =
    Math.trunc(dayOfEra / 1_460) - Math.trunc(dayOfEra / 36_524) + Math.trunc(dayOfEra / (DAYS_PER_ERA - 1));
  const yearOfEra = Math.trunc((dayOfEra - leapDays) / 365);
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.trunc(yearOfEra / 4) - Math.trunc(yearOfEra / 100));
  const shifted = Math.trunc((5 * dayOfYear + 2) / 153);
  const day = dayOfYear - Math.trunc((153 * shifted + 2) / 5) + 1;
  const month = shifted < 10 ? shifted + 3 : shifted - 9;
  return { year: yearOfEra + 400 * era + (month <= 2 ? 1 : 0), month, day };
}

const BASE64_DIGITS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

/** Base 64 of bytes, padded. */
export function base64Text(bytes: Uint8Array): string {
  let text = '';
  for (let index = 0; index < bytes.length; index += 3) {
    const [first = 0, second = 0, third = 0] = bytes.subarray(index, index + 3);
    const group = (first << 16) | (second << 8) | third;
    const digit = (shift: number) => BASE64_DIGITS.charAt((group >> shift) & 63);
    const left = bytes.length - index;
    text += `${digit(18)}${digit(12)}${left > 1 ? digit(6) : '='}${left > 2 ? digit(0) : '='}`;
  }
  return text;
}

/** The bytes of base 64, white space ignored; undefined when it is none. */
export function parseBase64(text: string): Uint8Array | undefined {
  const digits = text.replace(/[\t\n\r ]+/g, '');
  const length = digits.length - (/={0,2}$/.exec(digits)?.[0].length ?? 0);
  if (digits.length % 4 !== 0) return undefined;
  const bytes = new Uint8Array(Math.trunc((length * 3) / 4));
  let bits = 0;
  for (let index = 0; index < length; index += 1) {
    const value = BASE64_DIGITS.indexOf(digits.charAt(index));
    if (value < 0) return undefined;
    bits = ((bits << 6) | value) & 0xffffff;
    if (index % 4 !== 0) bytes[Math.trunc((index * 3) / 4)] = (bits >> (6 - 2 * (index % 4))) & 0xff;
  }
  return bytes;
}
