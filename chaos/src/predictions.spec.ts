import { resolve } from 'node:path';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { type Claim, predict, type Scenario } from '@lapse/experiment';
import { findScenarios, loadScenario } from '@lapse/scenario-file';

/** As many experiments as a suite measures at a time, and what each takes beyond its own measurement. */
const AT_A_TIME = 5;
const SETTING_UP = 1_000;

let scenarios: readonly Scenario[] = [];

beforeAll(async () => {
  const files = await findScenarios(resolve(import.meta.dirname, '../scenarios'));
  const parsed = await Promise.all(files.map((file) => loadScenario(file)));
  expect(parsed.flatMap((result) => ('problems' in result ? result.problems : []))).toEqual([]);
  scenarios = parsed.flatMap((result) => ('scenario' in result ? [result.scenario] : []));
});

function rootOf(scenario: Scenario): Claim {
  const { claims, root } = predict(scenario);
  const claim = claims[root];
  if (claim === undefined) throw new Error(`${scenario.scenario} has no root`);
  return claim;
}

/** `client open`, for each scenario whose session that timer ends. */
function winners(): readonly string[] {
  return scenarios
    .map(rootOf)
    .flatMap(({ subject, outcome }) => (outcome.is === 'fires' ? [`${subject.side} ${outcome.timer}`] : []));
}

describe('the catalogue, as predicted', () => {
  test.each(['client open', 'client close', 'service receive', 'service channelInitialization'])(
    'the %s timer wins in at least three scenarios',
    (timer) => {
      expect(winners().filter((winner) => winner === timer).length).toBeGreaterThanOrEqual(3);
    },
  );

  test('is about nothing but timers that are told apart', () => {
    const undecided = scenarios.filter((scenario) => rootOf(scenario).outcome.is === 'either');
    expect(undecided.map(({ scenario }) => scenario)).toEqual([]);
  });

  test('no timer wins within the first two seconds, and none after eight', () => {
    const soonOrLate = scenarios.filter((scenario) => {
      const { outcome, at } = rootOf(scenario);
      return outcome.is === 'fires' && (at < 2_000 || at > 8_000);
    });
    expect(soonOrLate.map(({ scenario }) => scenario)).toEqual([]);
  });

  test('holds a session on a pooled connection, and opens that give one up: at once, during the open, and at its end', () => {
    const pooled = scenarios.filter(({ client }) => client.connectionPoolSettings !== undefined);
    const after = pooled.map((scenario) => {
      const opened = scenario.workload.findLast((step) => step.do === 'open')?.at ?? 0;
      const given = predict(scenario).claims.find(({ outcome }) => outcome.is === 'discards')?.at;
      return given === undefined ? undefined : given - opened;
    });
    expect(after).toEqual(expect.arrayContaining([undefined, 0, 900, 1_600]));
  });

  test('holds every misbehaviour, a drip, and sessions on both paths', () => {
    expect(scenarios.map(({ service }) => service.misbehave)).toEqual(
      expect.arrayContaining(['neverAcknowledges', 'neverEnds']),
    );
    expect(scenarios.some(({ workload }) => workload.some(({ drip }) => drip !== undefined))).toBe(true);
    expect(new Set(scenarios.map(({ path }) => path))).toEqual(new Set(['proxy', 'direct']));
  });

  test('is measured within a minute, five scenarios at a time', () => {
    const total = scenarios.reduce((sum, { runFor }) => sum + runFor + SETTING_UP, 0);
    expect(total / AT_A_TIME).toBeLessThan(60_000);
  });
});
