import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { ScenarioRefused } from './environment.ts';
import { lapse, type ScenarioObject } from './index.ts';

const environment = lapse();

const IDLE: ScenarioObject = {
  service: { receiveTimeoutMs: 800 },
  workload: [{ at: 200, do: 'open' }],
  runForMs: 1_200,
};

test('a scenario without a name has that of its test, and leaves evidence', async () => {
  const outcome = await environment.run(IDLE);
  expect(outcome).toMatchObject({
    scenario: 'a-scenario-without-a-name-has-that-of-its-test-and-leaves',
    about: 'a scenario without a name has that of its test, and leaves evidence',
    verdict: 'confirmed',
  });
  const [folder = ''] = outcome.evidence;
  expect(existsSync(join(folder, 'history.jsonl'))).toBe(true);
  const run = dirname(folder);
  expect(existsSync(join(run, 'run.json'))).toBe(true);
  // The prediction is the input of the activity that started the experiment.
  expect(existsSync(join(run, 'workflow-histories', `${outcome.id}.json`))).toBe(true);
});

test('a scenario with a name keeps it, and is run as often as it is asked for, also at the same time', async () => {
  const scenario = { ...IDLE, scenario: 'mine', about: 'Mine.' };
  const outcomes = await Promise.all([environment.run(scenario), environment.run(scenario)]);
  expect(outcomes).toMatchObject([{ scenario: 'mine', about: 'Mine.' }, { scenario: 'mine' }]);
  expect(new Set(outcomes.map(({ id }) => id)).size).toBe(2);
  for (const outcome of outcomes) expect(outcome).toFaultBy('receive', { at: 1_000 });
});

test('a file is named from the folder of its test', async () => {
  const outcome = await environment.run('./testing/silent.yaml');
  expect(outcome).toBeConfirmed();
  expect(outcome).toFaultBy('open', { side: 'client', at: 1_000 });
});

test('a scenario of the catalogue is named by its id', async () => {
  const outcome = await environment.run('control-graceful-session');
  expect(outcome).toBeConfirmed();
  expect(outcome).toSurvive();
});

describe('what is no scenario is refused before anything is started for it', () => {
  async function refusal(scenario: ScenarioObject | string): Promise<string> {
    const error = await environment.run(scenario).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(ScenarioRefused);
    if (!(error instanceof Error)) return '';
    // Whoever reads it is led to the line of the test.
    expect(error.stack?.split('\n    at ')[1]).toContain('fixture.spec.ts');
    return error.message;
  }

  test('an object, by the paths of all that is wrong in it', async () => {
    const steps = [
      { at: 300, do: 'open' },
      { at: 200, call: 'echo' },
    ] as const;
    const words = await refusal({ ...IDLE, workload: steps, faults: [{ at: 9_000, toxic: 'down' }] });
    expect(words).toMatch(
      /^workload\[1\]\.at: Steps stand in the order of their instants.*\nfaults\[0\]\.at: This fault/,
    );
  });

  test('a file, by line and column', async () => {
    const words = await refusal('./testing/wrong.yaml');
    const file = join(import.meta.dirname, 'testing', 'wrong.yaml');
    expect(words).toContain(`${file}:3:12 service has no "recieveTimeoutMs": did you mean receiveTimeoutMs?`);
    expect(words).toContain(`${file}:5:20 workload[0].do is "opn"`);
  });

  test.each([
    [
      'a file that is not there',
      './testing/missing.yaml',
      `There is no file ${join(import.meta.dirname, 'testing', 'missing.yaml')}.`,
    ],
    [
      'an id that nobody has',
      'receive-idle-sesion',
      'There is no scenario named receive-idle-sesion. Did you mean receive-idle-session?',
    ],
    ['a name that is no id', { ...IDLE, scenario: 'Mine' }, 'scenario is written in [a-z0-9-].'],
    ['a measurement that is too short', { ...IDLE, runForMs: 500 }, 'Nothing decides within 500 ms'],
    ['what nothing here can measure', { ...IDLE, profile: { client: 'netfx' } } as const, 'cannot be measured'],
    [
      'what no rule predicts',
      { ...IDLE, faults: [{ at: 400, toxic: 'slow_close', delay: 1, stream: 'both' }] } as const,
      'cannot be predicted',
    ],
  ])('%s, in a sentence', async (_, scenario, words) => {
    expect(await refusal(scenario)).toContain(words);
  });
});
