import { InvalidOperation } from '../machine.ts';

// Guid16 (wcf-wire 2.1), in bytes and as it is printed: three groups little endian, the rest in order.

const BYTES = 16;
/** Where the two digits of each byte stand in the text. */
const PLACES = [6, 4, 2, 0, 11, 9, 16, 14, 19, 21, 24, 26, 28, 30, 32, 34];
const DASHES = [8, 13, 18, 23];
const LENGTH = 36;
const DASH = 0x2d;

const DIGITS = Uint8Array.from('0123456789abcdef', (digit) => digit.charCodeAt(0));
const NO_DIGIT = 16;
/** The value of each ASCII character as a hexadecimal digit. */
const VALUES = Uint8Array.from({ length: 128 }, (_, code) => hexadecimal(String.fromCharCode(code)));

/** The uuid in the next bytes. */
export function uuidText(bytes: Uint8Array, at: number): string {
  const codes = new Array<number>(LENGTH).fill(DASH);
  for (let index = 0; index < BYTES; index += 1) {
    const byte = bytes[at + index] ?? 0;
    const place = PLACES[index] ?? 0;
    codes[place] = DIGITS[byte >> 4] ?? 0;
    codes[place + 1] = DIGITS[byte & 0xf] ?? 0;
  }
  return String.fromCharCode(...codes);
}

/** The bytes of a uuid. Throws `InvalidOperation` for what is none. */
export function uuidBytes(uuid: string): Uint8Array {
  const bytes = new Uint8Array(BYTES);
  if (!writeUuid(bytes, 0, uuid)) throw new InvalidOperation(`no uuid: ${uuid}`);
  return bytes;
}

/** Puts the bytes of a uuid at a place. False for what is none: then something else stands there. */
export function writeUuid(target: Uint8Array, at: number, uuid: string): boolean {
  let all = isDashed(uuid) ? 0 : NO_DIGIT;
  for (let index = 0; index < BYTES; index += 1) {
    const place = PLACES[index] ?? 0;
    const high = digitAt(uuid, place);
    const low = digitAt(uuid, place + 1);
    all |= high | low;
    target[at + index] = 16 * high + low;
  }
  return all < NO_DIGIT;
}

function isDashed(uuid: string): boolean {
  if (uuid.length !== LENGTH) return false;
  for (const place of DASHES) if (uuid.charCodeAt(place) !== DASH) return false;
  return true;
}

function digitAt(text: string, index: number): number {
  return VALUES[text.charCodeAt(index)] ?? NO_DIGIT;
}

function hexadecimal(digit: string): number {
  return /^[0-9a-f]$/i.test(digit) ? Number.parseInt(digit, 16) : NO_DIGIT;
}
