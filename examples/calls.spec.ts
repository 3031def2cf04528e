import { expect, test } from '@jest/globals';
import { lapse } from '@lapse/jest';

const environment = lapse();

test('a slow operation fails by the operation timeout, and leaves a session that others read alone', async () => {
  const outcome = await environment.run({
    client: { callStyle: 'async', operationTimeoutMs: 1000 },
    workload: [
      { at: 200, do: 'open' },
      { at: 400, call: 'slow', lastsMs: 1300 },
      { at: 2000, call: 'echo' },
    ],
    runForMs: 2400,
  });
  expect(outcome).toBeConfirmed();
  expect(outcome).toFaultBy('send', { side: 'client', call: 1, at: 1400 });
  expect(outcome).toSurvive();
});

test('a callback that nobody can answer is given up by the send timeout of the service', async () => {
  const outcome = await environment.run({
    client: { callStyle: 'duplex' },
    service: { concurrencyMode: 'reentrant', sendTimeoutMs: 1500 },
    workload: [
      { at: 200, do: 'open' },
      { at: 500, call: 'askBack', lastsMs: 500 },
    ],
    faults: [{ at: 750, heal: 2800, toxic: 'bandwidth', rate: 0, stream: 'downstream' }],
    runForMs: 3200,
  });
  expect(outcome).toBeConfirmed();
  expect(outcome).toFaultBy('send', { side: 'service', within: [2500, 2650] });
  expect(outcome).toSurvive();
});
