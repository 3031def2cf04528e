import { expect, test } from '@jest/globals';
import { lapse } from '@lapse/jest';

const environment = lapse();

test('an idle session is ended by the receive timeout of the service', async () => {
  const outcome = await environment.run({
    service: { receiveTimeoutMs: 2000 },
    workload: [{ at: 200, do: 'open' }],
    runForMs: 2500,
  });
  expect(outcome).toBeConfirmed();
  expect(outcome).toFaultBy('receive', { side: 'service', at: 2200 });
});

test('a partition that heals before the next call does not harm the session', async () => {
  const outcome = await environment.run({
    workload: [
      { at: 200, do: 'open' },
      { at: 1800, call: 'echo' },
    ],
    faults: [{ at: 600, heal: 1500, toxic: 'bandwidth', rate: 0, stream: 'both' }],
    runForMs: 2200,
  });
  expect(outcome).toBeConfirmed();
  expect(outcome).toSurvive();
});

test('a call every second keeps a receive timeout of 1.5 s from ending the session', async () => {
  const outcome = await environment.run({
    service: { receiveTimeoutMs: 1500 },
    workload: [
      { at: 200, do: 'open' },
      { at: 1200, call: 'echo' },
      { at: 2200, call: 'echo' },
    ],
    runForMs: 3000,
  });
  expect(outcome).toBeConfirmed();
  expect(outcome).not.toFaultBy('receive');
});

test('a service that never answers an open is given up after the open timeout, as a file describes it', async () => {
  const outcome = await environment.run('./silent-service.yaml');
  expect(outcome).toFaultBy('open', { side: 'client', within: [1700, 1850] });
  expect(outcome).not.toSurvive();
});
