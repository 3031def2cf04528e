import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { roomFor } from './room.ts';

test('whatever is asked for has its size, is zero, and has no byte in common with what was given before', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(6_000), { maxLength: 60 }), (sizes) => {
      const rooms = sizes.map((size, index) => {
        const room = roomFor(size);
        expect(room.every((byte) => byte === 0)).toBe(true);
        return room.fill((index % 255) + 1);
      });
      expect(rooms.map(({ length }) => length)).toEqual(sizes);
      for (const [index, room] of rooms.entries()) expect(room.every((byte) => byte === (index % 255) + 1)).toBe(true);
    }),
  );
});

test('what is large has a buffer of its own', () => {
  expect(roomFor(4_097).buffer.byteLength).toBe(4_097);
});
