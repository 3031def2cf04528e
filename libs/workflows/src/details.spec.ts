import { expect, test } from '@jest/globals';
import type { JudgedExperiment, JudgedScenario, Scenario, Step } from '@lapse/experiment';
import { detailsOf, outcomeOf } from './details.ts';

/** An idle session that is opened through Toxiproxy. */
const SCENARIO: Scenario = {
  scenario: 'idle',
  about: 'An idle session ends.',
  profile: { client: 'dotnet', service: 'netfx-4.8', processors: 2 },
  scale: 1,
  path: 'proxy',
  binding: { transport: 'tcp', security: 'none', reliableSession: false },
  client: { raw: false, callStyle: 'sync', openTimeout: 60_000, closeTimeout: 60_000, operationTimeout: 60_000 },
  service: {
    openTimeout: 60_000,
    closeTimeout: 60_000,
    receiveTimeout: 4_000,
    sendTimeout: 60_000,
    channelInitializationTimeout: 30_000,
    idleTimeout: 120_000,
    concurrencyMode: 'single',
  },
  workload: [{ at: 200, do: 'open' }],
  faults: [],
  runFor: 6_000,
};

test('a scenario is shown with the answer of its prediction, and with every claim and its rule, the root in bold', () => {
  const [answer, , ...claims] = detailsOf(SCENARIO).split('\n');
  expect(answer).toBe("Predicted: the service's receive timeout at 4.200 s");
  expect(claims).toContain('- client: a completed open at 0.200 s (open-completes)');
  expect(claims).toContain("- **the service's receive timeout at 4.200 s (receive-timeout)**");
});

test('a scenario that nothing can predict is shown with the reason, and fails nobody else', () => {
  expect(detailsOf({ ...SCENARIO, workload: [] })).toMatch(/^Nothing can be predicted: .+/);
});

test('a prediction of very many claims is shown within the 20,000 bytes that details may have, and says what is left off', () => {
  const calls = Array.from({ length: 300 }, (_, index): Step => {
    return { at: 300 + 100 * index, do: 'call', call: { operation: 'echo' } };
  });
  const service = { ...SCENARIO.service, receiveTimeout: 60_000 };
  const workload = [...SCENARIO.workload, ...calls];
  const details = detailsOf({ ...SCENARIO, service, workload, runFor: 40_000 });
  expect(new TextEncoder().encode(details).length).toBeLessThan(20_000);
  expect(details).toMatch(/\n\d+ more claims are left off here\.\n/);
});

test('what became of a scenario is shown with what was observed, why it counts so, and where every record lies', () => {
  const claim = { subject: { side: 'service', session: 1 }, outcome: { is: 'fires', timer: 'receive' } } as const;
  const verdict = {
    status: 'confirmed',
    claim: { ...claim, at: 4_200, within: { earliest: 4_195, latest: 4_340 }, because: 'receive-timeout', losers: [] },
    reason: 'It happened.',
    observed: { what: "the service's receive timer fired", at: 4_203 },
  } as const;
  const experiment: Omit<JudgedExperiment, 'folder'> = {
    ...{ id: 'idle-1', scenario: 'idle', root: 0, proofs: [], lateness: [], digest: '00' },
    status: 'confirmed',
    verdicts: [verdict],
  };
  const judged: JudgedScenario = {
    scenario: 'idle',
    status: 'confirmed',
    experiments: ['/runs/1/idle-1', '/runs/1/idle-1-second'].map((folder) => ({ ...experiment, folder })),
  };
  expect(outcomeOf(judged).split('\n').slice(0, 6)).toEqual([
    '**confirmed**',
    '',
    "- observed: the service's receive timer fired at 4.203 s",
    '- It happened.',
    '- evidence: /runs/1/idle-1',
    '- evidence: /runs/1/idle-1-second',
  ]);
});
