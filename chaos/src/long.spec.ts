import { resolve } from 'node:path';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { DEFAULT_CLIENT, DEFAULT_SERVICE, predict, type Scenario } from '@lapse/experiment';
import { findScenarios, loadScenario } from '@lapse/scenario-file';

const MINUTE = 60_000;

let scenarios: readonly Scenario[] = [];

beforeAll(async () => {
  const files = await findScenarios(resolve(import.meta.dirname, '../long'));
  const parsed = await Promise.all(files.map((file) => loadScenario(file)));
  expect(parsed.flatMap((result) => ('problems' in result ? result.problems : []))).toEqual([]);
  scenarios = parsed.flatMap((result) => ('scenario' in result ? [result.scenario] : []));
});

describe('the long sessions', () => {
  test('are timed by nothing but the defaults of WCF, unscaled', () => {
    for (const { scenario, scale, client, service } of scenarios) {
      const { openTimeout, closeTimeout } = client;
      const { concurrencyMode: _, ...timeouts } = service;
      const { concurrencyMode: __, ...defaults } = DEFAULT_SERVICE;
      const { openTimeout: open, closeTimeout: close } = DEFAULT_CLIENT;
      expect({ scenario, scale, openTimeout, closeTimeout, timeouts }).toEqual({
        ...{ scenario, scale: 1, openTimeout: open, closeTimeout: close, timeouts: defaults },
      });
    }
  });

  test('are over within sixteen minutes, side by side', () => {
    for (const { scenario, runFor } of scenarios)
      expect({ scenario, isShort: runFor <= 15.5 * MINUTE }).toMatchObject({ isShort: true });
  });

  test('are ended by each timer of a session that has a default', () => {
    const winners = scenarios.flatMap((scenario) =>
      predict(scenario).claims.flatMap(({ subject, outcome }) =>
        outcome.is === 'fires' ? [`${subject.side} ${outcome.timer}`] : [],
      ),
    );
    expect([...new Set(winners)].toSorted()).toEqual([
      'client close',
      'client open',
      'client send',
      'service channelInitialization',
      'service poolIdle',
      'service receive',
      'service send',
    ]);
  });
});
