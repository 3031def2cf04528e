import { expect, test } from '@jest/globals';
import { lapse } from '../../index.ts';

const environment = lapse({ testTimeoutMs: 4_000 });

test('a session is measured for longer than its test may take', async () => {
  const outcome = await environment.run({
    service: { receiveTimeoutMs: 45_000 },
    workload: [{ at: 200, do: 'open' }],
    runForMs: 50_000,
  });
  expect(outcome).toSurvive();
});
