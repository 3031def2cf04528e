import { expect, test } from '@jest/globals';
import { Lane } from './lane.ts';

test('work that is asked for while other work runs waits for its end, in order', async () => {
  const lane = new Lane();
  const events: string[] = [];
  const work = (name: string) => async () => {
    events.push(`${name} begins`);
    await new Promise((resolve) => setImmediate(resolve));
    events.push(`${name} ends`);
  };
  await Promise.all([lane.run(work('a')), lane.run(work('b')), lane.run(work('c'))]);
  expect(events).toEqual(['a begins', 'a ends', 'b begins', 'b ends', 'c begins', 'c ends']);
});

test('work that fails tells its own caller and does not block the next', async () => {
  const lane = new Lane();
  const failing = lane.run(async () => {
    throw new Error('no host');
  });
  const next = lane.run(async () => 'ran');
  await expect(failing).rejects.toThrow('no host');
  await expect(next).resolves.toBe('ran');
});
