import { judgeRecord, type Observation, predict, type Scenario } from '@lapse/experiment';
import type { RecordedExperiment, RecordedScenario } from '../recorded-run.ts';

/** A scenario whose values do not matter to the test: an idle session that its service's receive timeout ends. */
export const IDLE: Scenario = {
  scenario: 'idle',
  about: 'An idle session ends.',
  profile: { client: 'dotnet', service: 'netfx-4.8', processors: 2 },
  scale: 1,
  path: 'direct',
  binding: { transport: 'tcp', security: 'none', reliableSession: false },
  client: { raw: false, callStyle: 'sync', openTimeout: 1_000, closeTimeout: 1_000, operationTimeout: 1_000 },
  service: {
    openTimeout: 1_000,
    closeTimeout: 1_000,
    receiveTimeout: 2_000,
    sendTimeout: 1_000,
    channelInitializationTimeout: 1_000,
    idleTimeout: 1_000,
    concurrencyMode: 'single',
  },
  workload: [{ at: 100, do: 'open' }],
  faults: [],
  runFor: 3_000,
};

/** The same through a proxy that holds what the client sends. */
export const HELD: Scenario = {
  ...IDLE,
  scenario: 'held',
  about: 'A held preamble is answered by nobody.',
  path: 'proxy',
  service: { ...IDLE.service, channelInitializationTimeout: 2_500 },
  faults: [{ at: 0, stream: 'upstream', toxic: { type: 'bandwidth', rate: 0 } }],
};

type Without<T, K extends string> = T extends unknown ? Omit<T, K> : never;
/** What happened, without what can be told from who it happened to. */
type Happening = Without<Observation, 'seq' | 'source' | 'at' | 'side' | 'connection'>;

export type Happened = readonly [at: number, who: 'client' | 'service' | 'host', what: Happening];

const SETUP = 1_000;

/** The lines of a history, hand-written: the session of one client, number 1 on both sides unless it is said. */
export function linesOf(scenario: Scenario, happened: readonly Happened[]): readonly string[] {
  const labels = {
    ...{ conductor: 'inProcess', injector: 'toxiproxy', service: 'process', fidelity: scenario.path },
    ...{ versions: { node: '24' }, commit: 'c0ffee' },
  };
  const anchor = { wallClock: '2026-01-01T00:00:00.000Z', monotonicNs: '1', scenario, prediction: predict(scenario) };
  const before = [
    { source: 'host', at: 0, type: 'experiment', id: 'x', ...anchor, labels },
    ...(scenario.path === 'proxy'
      ? [{ source: 'host', at: 1, type: 'proxied', name: 'p', port: 1, upstreamPort: 2 }]
      : []),
    { source: 'host', at: SETUP, type: 'zero' },
  ];
  const during = happened.map(([at, who, what]) => ({
    source: who === 'service' ? 'service' : 'host',
    at: at + SETUP,
    ...(who !== 'host' && { side: who, connection: 1 }),
    ...what,
    ...('since' in what && { since: what.since + SETUP, due: what.due + SETUP }),
    ...('before' in what && { before: what.before + SETUP, after: what.after + SETUP }),
  }));
  const after = [
    { source: 'host', at: scenario.runFor + SETUP, type: 'measurementEnded' },
    { source: 'host', at: scenario.runFor + SETUP + 9, type: 'ended' },
  ];
  const counts = new Map<string, number>();
  return [...before, ...during, ...after].map((line) => {
    const seq = counts.get(line.source) ?? 0;
    counts.set(line.source, seq + 1);
    return JSON.stringify({ seq, ...line });
  });
}

const PREAMBLE = '00'.repeat(53);

/** The client opens, and its preamble arrives. */
const OPENS: readonly Happened[] = [
  [100, 'client', { type: 'open' }],
  [100, 'client', { type: 'timer', what: 'armed', timer: 'open', since: 100, due: 1_100, by: 'open' }],
  [100, 'client', { type: 'connect' }],
  [101, 'client', { type: 'connected', localPort: 41_000, remotePort: 30_000 }],
  [101, 'client', { type: 'transmit', id: 1, bytes: PREAMBLE, what: 'preamble' }],
];

export const IDLE_HAPPENED: readonly Happened[] = [
  ...OPENS,
  [102, 'service', { type: 'accepted', peerPort: 41_000 }],
  [
    102,
    'service',
    { type: 'timer', what: 'armed', timer: 'channelInitialization', since: 102, due: 1_102, by: 'accepted' },
  ],
  [102, 'service', { type: 'received', bytes: PREAMBLE }],
  [
    102,
    'service',
    { type: 'timer', what: 'cancelled', timer: 'channelInitialization', since: 102, due: 1_102, by: 'contentTypeRead' },
  ],
  [102, 'service', { type: 'channelAccepted', via: 'net.tcp://127.0.0.1/session' }],
  [102, 'service', { type: 'timer', what: 'armed', timer: 'receive', since: 102, due: 2_102, by: 'channelAccepted' }],
  [102, 'service', { type: 'timer', what: 'armed', timer: 'open', since: 102, due: 1_102, by: 'channelAccepted' }],
  [102, 'service', { type: 'timer', what: 'cancelled', timer: 'open', since: 102, due: 1_102, by: 'opened' }],
  [102, 'service', { type: 'transmit', id: 1, bytes: '0b', what: 'preambleAck' }],
  [104, 'client', { type: 'received', bytes: '0b' }],
  [104, 'client', { type: 'timer', what: 'cancelled', timer: 'open', since: 100, due: 1_100, by: 'opened' }],
  [104, 'client', { type: 'state', from: 'opening', to: 'opened', why: 'acknowledged' }],
  [104, 'client', { type: 'completed', operation: 'open' }],
  [2_105, 'service', { type: 'timer', what: 'fired', timer: 'receive', since: 102, due: 2_102 }],
  [2_105, 'service', { type: 'disconnect', how: 'abort' }],
  [2_105, 'service', { type: 'sessionEnded', why: { code: 'timedOut', timer: 'receive', after: 2_000 } }],
  [2_106, 'client', { type: 'peerReset' }],
];

export const HELD_HAPPENED: readonly Happened[] = [
  [3, 'host', { type: 'injected', injection: 0, before: 1, after: 3 }],
  ...OPENS,
  [102, 'service', { type: 'accepted', peerPort: 52_000 }],
  [
    102,
    'service',
    { type: 'timer', what: 'armed', timer: 'channelInitialization', since: 102, due: 2_602, by: 'accepted' },
  ],
  [1_102, 'client', { type: 'timer', what: 'fired', timer: 'open', since: 100, due: 1_100 }],
  [1_102, 'client', { type: 'state', from: 'opening', to: 'faulted', why: 'open timed out' }],
  [1_102, 'client', { type: 'disconnect', how: 'abort' }],
  [
    1_102,
    'client',
    {
      type: 'completed',
      operation: 'open',
      exception: { name: 'TimeoutException', message: 'The open <operation> …' },
    },
  ],
  [2_603, 'service', { type: 'timer', what: 'fired', timer: 'channelInitialization', since: 102, due: 2_602 }],
  [2_603, 'service', { type: 'disconnect', how: 'abort' }],
];

export function experimentOf(
  plan: Scenario,
  happened: readonly Happened[],
  id = `${plan.scenario}-1`,
): RecordedExperiment {
  const lines = linesOf(plan, happened);
  const request = { id, scenario: plan, prediction: predict(plan) };
  return { judged: judgeRecord({ request, lines, folder: `runs/${id}`, digest: 'd' }), plan, lines };
}

export function scenarioOf(...experiments: readonly RecordedExperiment[]): RecordedScenario {
  const last = experiments.at(-1);
  const judged = experiments.map((experiment) => experiment.judged);
  const { id = 'none-1', scenario = 'none', status = 'inconclusive' } = last?.judged ?? {};
  return {
    reported: {
      ...{ scenario, id, predicted: 'as predicted', observed: 'as observed', verdict: status },
      ...{ sentence: `What became of ${scenario}.`, evidence: judged.map(({ folder }) => folder) },
      judged: { scenario, status, experiments: judged },
    },
    remarks: [],
    experiments,
  };
}
