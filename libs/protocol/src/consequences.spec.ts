import { expect, test } from '@jest/globals';
import { consequencesOf } from './consequences.ts';

test.each([
  [[], []],
  [[2], ['2.1', '2.2']],
  [
    [1, 0, 2],
    ['1.1', '2.1', '2.2'],
  ],
])('what follows from %j comes in their order', (items, consequences) => {
  const follow = (item: number) => Array.from({ length: item }, (_, index) => `${item}.${index + 1}`);
  expect(consequencesOf(items, follow)).toEqual(consequences);
});
