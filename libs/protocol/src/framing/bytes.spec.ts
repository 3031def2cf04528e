import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { ByteQueue } from './bytes.ts';

test('whatever is appended and taken, bytes come out in the order they went in', () => {
  const seed = Date.now();
  process.stdout.write(`ByteQueue property: seed ${seed}\n`);
  const step = fc.oneof(fc.record({ append: fc.uint8Array({ maxLength: 600 }) }), fc.record({ take: fc.nat(600) }));
  fc.assert(
    fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
      const queue = new ByteQueue();
      let held: readonly number[] = [];
      let taken = 0;
      for (const next of steps) {
        if ('append' in next) {
          queue.append(next.append);
          held = [...held, ...next.append];
        } else {
          const count = Math.min(next.take, held.length);
          expect([...queue.take(count)]).toEqual(held.slice(0, count));
          held = held.slice(count);
          taken += count;
        }
        expect([queue.length, queue.offset, queue.at(0), queue.at(held.length)]).toEqual([
          held.length,
          taken,
          held[0],
          undefined,
        ]);
      }
    }),
    { seed },
  );
});

test.each([
  ['at once', [Uint8Array.of(1, 2)]],
  ['in pieces', [Uint8Array.of(1), Uint8Array.of(2)]],
  ['with more behind it', [Uint8Array.of(1, 2, 9)]],
])('what was taken stays as it was, whatever comes later: it came %s', (_, pieces) => {
  const queue = new ByteQueue();
  for (const piece of pieces) queue.append(piece);
  const taken = queue.take(2);
  for (let more = 0; more < 300; more += 1) queue.append(Uint8Array.of(3, 4));
  expect([...taken]).toEqual([1, 2]);
});

test('what was appended is never written into', () => {
  const queue = new ByteQueue();
  const appended = new Uint8Array(new ArrayBuffer(100), 0, 2);
  queue.append(appended);
  queue.append(Uint8Array.of(7, 7));
  queue.take(1);
  queue.append(Uint8Array.of(8));
  expect(new Uint8Array(appended.buffer)).toEqual(new Uint8Array(100));
});

test('what arrives whole is not moved', () => {
  const queue = new ByteQueue();
  const appended = Uint8Array.of(6, 1, 5);
  queue.append(appended);
  queue.skip(2);
  expect(queue.take(1).buffer).toBe(appended.buffer);
});
