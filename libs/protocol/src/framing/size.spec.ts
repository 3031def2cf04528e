import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { InvalidOperation } from '../machine.ts';
import { encodeSize, LARGEST_SIZE, readSize } from './index.ts';
import { concatenate } from './record.ts';
import { fromHex } from './testing/bytes.ts';
import { VECTORS } from './testing/vectors.ts';

const TAIL = Uint8Array.of(0xff, 0x00);
const READABLE = VECTORS.multiByteInt31.filter(({ reject }) => !reject);

describe('multi-byte int 31 (wcf-wire 1.2)', () => {
  test('every vector is either readable or a reject', () => {
    expect(READABLE).toHaveLength(18);
    expect(VECTORS.multiByteInt31).toHaveLength(20);
  });

  test.each(READABLE)('$hex is read as $value, with or without bytes behind it', ({ hex, value }) => {
    const bytes = fromHex(hex);
    const reading = { status: 'complete', value, length: bytes.length };
    expect(readSize(bytes)).toEqual(reading);
    expect(readSize(concatenate([bytes, TAIL]))).toEqual(reading);
    expect(readSize(concatenate([TAIL, bytes]), TAIL.length)).toEqual(reading);
  });

  test.each(READABLE)('$hex cut short waits for more', ({ hex }) => {
    const bytes = fromHex(hex);
    for (let length = 0; length < bytes.length; length++) {
      expect(readSize(bytes.subarray(0, length))).toEqual({ status: 'incomplete' });
      expect(readSize(bytes, 0, length)).toEqual({ status: 'incomplete' });
    }
  });

  test.each(READABLE.filter(({ accept }) => !accept))('$value is written as $hex', ({ hex, value = -1 }) => {
    expect(encodeSize(value)).toEqual(fromHex(hex));
  });

  test.each(VECTORS.multiByteInt31.filter(({ reject }) => reject))(
    '$hex is refused at its fifth byte: $why',
    ({ hex }) => {
      const bytes = fromHex(hex);
      expect(readSize(bytes.subarray(0, 4))).toEqual({ status: 'incomplete' });
      expect(readSize(bytes.subarray(0, 5))).toEqual({ status: 'malformed' });
      expect(readSize(concatenate([bytes, TAIL]))).toEqual({ status: 'malformed' });
    },
  );

  test('every size that is written is read back', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: LARGEST_SIZE }), (value) => {
        const bytes = encodeSize(value);
        expect(readSize(bytes)).toEqual({ status: 'complete', value, length: bytes.length });
      }),
    );
  });

  test.each([-1, 0.5, LARGEST_SIZE + 1, Number.NaN])('our own caller cannot write %d', (value) => {
    expect(() => encodeSize(value)).toThrow(InvalidOperation);
  });
});
