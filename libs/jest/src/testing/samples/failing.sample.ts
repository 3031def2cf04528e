import { expect, test } from '@jest/globals';
import { lapse } from '../../index.ts';

const environment = lapse();

const IDLE = { service: { receiveTimeoutMs: 800 }, workload: [{ at: 200, do: 'open' }], runForMs: 1200 } as const;

test('an idle session is believed to survive', async () => {
  expect(await environment.run(IDLE)).toSurvive();
});

test('an idle session is not believed to survive', async () => {
  expect(await environment.run(IDLE)).not.toSurvive();
});
