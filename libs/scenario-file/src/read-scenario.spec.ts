import { expect, test } from '@jest/globals';
import { parseScenario, readScenario } from './parse-scenario.ts';
import type { ScenarioDescription } from './shape.ts';

const DESCRIPTION: ScenarioDescription = {
  scenario: 's',
  about: 'An idle session.',
  service: { receiveTimeoutMs: 4_000 },
  workload: [
    { at: 500, do: 'open' },
    { at: '00:00:01', call: 'slow', lastsMs: 200 },
  ],
  faults: [
    { at: 1_500, toxic: 'bandwidth', rate: 0, stream: 'both', heal: 2_500 },
    { at: 3_000, process: 'service', do: 'freeze', heal: 3_500 },
  ],
  runFor: '00:00:06',
};

function problemsOf(change: object): readonly string[] {
  const read = readScenario({ ...DESCRIPTION, ...change });
  return 'problems' in read ? read.problems.map(({ path, message }) => `${path}: ${message}`) : [];
}

test('an object means what a file with the same words means', () => {
  const read = readScenario(DESCRIPTION);
  expect(read).toEqual(parseScenario(JSON.stringify(DESCRIPTION), { file: 's.json' }));
  expect(read).toMatchObject({ scenario: { scenario: 's', runFor: 6_000 } });
});

test.each([
  [{ service: { recieveTimeoutMs: 1 } }, 'service.recieveTimeoutMs: service has no "recieveTimeoutMs": did you mean'],
  [{ service: { receiveTimeoutMs: -1 } }, 'service.receiveTimeoutMs: service.receiveTimeoutMs is illegal: '],
  [{ workload: [{ at: 0, do: 'opn' }] }, 'workload[0].do: workload[0].do is "opn"'],
  [{ faults: [{ at: 9_000, toxic: 'down' }] }, 'faults[0].at: This fault at 9000 comes after the end'],
  [
    {
      workload: [
        { at: 500, do: 'open' },
        { at: 400, call: 'echo' },
      ],
    },
    'workload[1].at: Steps stand in the order',
  ],
  [{ scenario: 'Not An Id' }, 'scenario: '],
])('a problem has the path to where it is (%#)', (change, words) => {
  expect(problemsOf(change)).toEqual([expect.stringContaining(words)]);
});

test('everything that is wrong is told at once', () => {
  expect(problemsOf({ about: '', workload: [] })).toHaveLength(2);
});

test.each([[undefined], [null], [3], ['scenario: s'], [[]], [{}]])(
  '%j is no scenario, and nothing is thrown',
  (value) => {
    expect(readScenario(value)).toHaveProperty('problems');
  },
);

test('what could never be a scenario does not compile', () => {
  // @ts-expect-error: there is no such step
  const step: ScenarioDescription['workload'] = [{ at: 1, do: 'opn' }];
  // @ts-expect-error: there is no such key
  const service: ScenarioDescription['service'] = { recieveTimeoutMs: 1 };
  expect([step, service]).toHaveLength(2);
});
