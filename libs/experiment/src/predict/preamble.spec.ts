import { expect, test } from '@jest/globals';
import { scenario } from '../testing/scenarios.ts';
import { predict } from './predict.ts';

test('the content type is complete one byte before the preamble is: under 1 KB/s that is a millisecond', () => {
  const { claims } = predict(
    scenario({
      faults: [{ at: 0, stream: 'both', toxic: { type: 'bandwidth', rate: 1 } }],
      service: { receiveTimeout: 3_000 },
      runFor: 8_000,
    }),
  );
  const receive = claims.find(({ outcome }) => outcome.is === 'fires' && outcome.timer === 'receive');
  // 31 of at least 32 bytes, sent at 100.
  expect(receive?.at).toBe(100 + 31 + 3_000);
});
