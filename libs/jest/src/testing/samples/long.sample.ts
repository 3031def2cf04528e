import { expect, test } from '@jest/globals';
import { lapse } from '../../index.ts';

const environment = lapse();

test('a session is held by a partition for a minute', async () => {
  const outcome = await environment.run({
    workload: [{ at: 200, do: 'open' }],
    faults: [{ at: 500, toxic: 'bandwidth', rate: 0, stream: 'both' }],
    runForMs: 58_000,
  });
  expect(outcome).toSurvive();
});
