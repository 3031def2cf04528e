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

test('what was taken is a copy: later bytes do not show through it', () => {
  const queue = new ByteQueue();
  queue.append(Uint8Array.of(1, 2));
  const taken = queue.take(2);
  queue.append(Uint8Array.of(3, 4));
  expect([...taken]).toEqual([1, 2]);
});
