import type { Claim, JudgedExperiment, JudgedScenario, Scenario, Verdict } from '@lapse/experiment';

/** A scenario whose values do not matter to the test. */
export const SCENARIO: Scenario = {
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
  workload: [{ at: 0, do: 'open' }],
  faults: [],
  runFor: 8_000,
};

/** The service's receive timeout of 4 s, predicted for 4.1 s. */
export const RECEIVE_TIMEOUT: Claim = {
  subject: { side: 'service', session: 1 },
  outcome: { is: 'fires', timer: 'receive' },
  span: 4_000,
  at: 4_100,
  within: { earliest: 4_095, latest: 4_240 },
  because: 'receive-1',
  losers: [],
  margin: 1_900,
};

export const CONFIRMED: Verdict = {
  status: 'confirmed',
  claim: RECEIVE_TIMEOUT,
  reason: 'It fired inside its window',
  observed: { what: 'service receive timeout', at: 4_102 },
};

export function judgedExperiment(verdicts: readonly Verdict[], root = 0): JudgedExperiment {
  const worst = (['refuted', 'inconclusive'] as const).find((status) => verdicts.some((one) => one.status === status));
  return {
    id: 'idle-1',
    scenario: 'idle',
    status: worst ?? 'confirmed',
    root,
    verdicts,
    proofs: [],
    lateness: [],
    folder: '/runs/1/idle-1',
    digest: '00',
  };
}

export function judgedScenario(...experiments: readonly JudgedExperiment[]): JudgedScenario {
  return { scenario: 'idle', status: experiments.at(-1)?.status ?? 'inconclusive', experiments };
}
