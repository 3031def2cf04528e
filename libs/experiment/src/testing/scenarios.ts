import { INFINITE } from '@lapse/protocol/constants';
import type { ClientSettings, Injection, ProcessFault, Scenario, ServiceSettings, Step } from '../scenario.ts';

/** What a test wants to be different from an opened session that nobody disturbs. */
export interface Difference {
  readonly path?: Scenario['path'];
  readonly client?: Partial<ClientSettings>;
  readonly service?: Partial<ServiceSettings>;
  readonly workload?: readonly Step[];
  readonly faults?: readonly Injection[];
  readonly processFaults?: readonly ProcessFault[];
  readonly runFor?: number;
  readonly profile?: Partial<Scenario['profile']>;
}

/** A session opened at 100 through the proxy, with timers so far away from each other that none hides another. */
export function scenario(difference: Difference = {}): Scenario {
  return {
    scenario: 'from-a-test',
    about: 'A session of a test.',
    profile: { client: 'dotnet', service: 'netfx-4.8', processors: 2, ...difference.profile },
    scale: 1,
    path: difference.path ?? 'proxy',
    binding: { transport: 'tcp', security: 'none', reliableSession: false },
    client: {
      raw: false,
      callStyle: 'sync',
      openTimeout: 3_000,
      closeTimeout: 6_000,
      operationTimeout: 2_000,
      ...difference.client,
    },
    service: {
      openTimeout: 20_000,
      closeTimeout: 20_000,
      receiveTimeout: 30_000,
      sendTimeout: 20_000,
      channelInitializationTimeout: 15_000,
      idleTimeout: 40_000,
      concurrencyMode: 'single',
      ...difference.service,
    },
    workload: difference.workload ?? [{ at: 100, do: 'open' }],
    faults: difference.faults ?? [],
    ...(difference.processFaults && { processFaults: difference.processFaults }),
    runFor: difference.runFor ?? 8_000,
  };
}

/** Holds everything in both directions, from `at` until `heal` or for good. */
export function partition(at: number, heal?: number): Injection {
  return { at, ...(heal === undefined ? {} : { heal }), stream: 'both', toxic: { type: 'bandwidth', rate: 0 } };
}

export const DOWN: Injection = { at: 0, stream: 'both', toxic: { type: 'down' } };

export const POOL = { idleTimeout: 20_000, leaseTimeout: 40_000 } as const;

/** One session is opened when the other is over. */
export const TWO_SESSIONS: readonly Step[] = [
  { at: 100, do: 'open' },
  { at: 500, do: 'close' },
  { at: 2_000, do: 'open' },
  { at: 2_400, do: 'close' },
];

const OPENED: Step = { at: 100, do: 'open' };
const CALLING: readonly Step[] = [
  OPENED,
  { at: 500, do: 'call', call: { operation: 'slow', lasts: 300 } },
  { at: 1_500, do: 'close' },
];

/** The scenarios of the catalogue, and those that the remaining rules need, by name. */
export const SITUATIONS = {
  silentRawClient: scenario({
    client: { raw: true },
    workload: [{ at: 100, do: 'connect' }],
    service: { channelInitializationTimeout: 2_000 },
  }),
  silentRawClientDirect: scenario({
    path: 'direct',
    client: { raw: true },
    workload: [{ at: 100, do: 'connect' }],
    service: { channelInitializationTimeout: 2_000 },
  }),
  idleThroughProxy: scenario({ service: { receiveTimeout: 4_000 } }),
  idleDirect: scenario({ path: 'direct', service: { receiveTimeout: 4_000 } }),
  idleDuplexDirect: scenario({ path: 'direct', client: { callStyle: 'duplex' }, service: { receiveTimeout: 4_000 } }),
  openUnanswered: scenario({ faults: [partition(0)] }),
  openUnansweredThenServiceGivesUp: scenario({
    faults: [partition(0)],
    service: { channelInitializationTimeout: 5_000 },
  }),
  serviceGivesUpBeforeClient: scenario({
    faults: [partition(0)],
    client: { openTimeout: 5_000 },
    service: { channelInitializationTimeout: 2_000 },
  }),
  openUnansweredThenHealed: scenario({ faults: [partition(0, 5_000)] }),
  preambleCut: scenario({ client: { preambleCut: { after: 16, pause: 600 } }, faults: [partition(400)] }),
  refused: scenario({ faults: [DOWN] }),
  control: scenario({
    workload: [
      { at: 100, do: 'open' },
      { at: 1_000, do: 'close' },
    ],
    runFor: 3_000,
  }),
  callbackUnanswered: scenario({
    client: { callStyle: 'duplex', operationTimeout: 9_000 },
    service: { concurrencyMode: 'reentrant', sendTimeout: 2_000 },
    workload: [OPENED, { at: 500, do: 'call', call: { operation: 'askBack', lasts: 300 } }],
    faults: [{ at: 650, heal: 4_000, stream: 'downstream', toxic: { type: 'bandwidth', rate: 0 } }],
  }),
  callbackAnswered: scenario({
    client: { callStyle: 'duplex' },
    service: { concurrencyMode: 'reentrant', receiveTimeout: 3_000 },
    workload: [OPENED, { at: 500, do: 'call', call: { operation: 'askBack', lasts: 1_000 } }],
  }),
  callbackRefused: scenario({
    client: { callStyle: 'duplex' },
    workload: [OPENED, { at: 500, do: 'call', call: { operation: 'askBack' } }, { at: 1_500, do: 'close' }],
  }),
  callbackAfterReceiveTimeout: scenario({
    path: 'direct',
    client: { callStyle: 'duplex', operationTimeout: 9_000 },
    service: { concurrencyMode: 'reentrant', receiveTimeout: 2_000 },
    workload: [OPENED, { at: 500, do: 'call', call: { operation: 'askBack', lasts: 3_000 } }],
  }),
  undisturbed: scenario({ runFor: 3_000 }),
  closedAfterUnseenFin: scenario({
    workload: [
      { at: 100, do: 'open' },
      { at: 6_000, do: 'close' },
    ],
    service: { receiveTimeout: 4_000 },
  }),
  closedAfterUnseenReset: scenario({
    path: 'direct',
    workload: [
      { at: 100, do: 'open' },
      { at: 6_000, do: 'close' },
    ],
    service: { receiveTimeout: 4_000 },
  }),
  closedAfterFault: scenario({
    workload: [
      { at: 100, do: 'open' },
      { at: 6_000, do: 'close' },
    ],
    faults: [partition(0)],
  }),
  closeUnanswered: scenario({
    workload: [
      { at: 100, do: 'open' },
      { at: 1_000, do: 'close' },
    ],
    client: { closeTimeout: 2_000 },
    faults: [partition(500)],
  }),
  resetWhileClosing: scenario({
    workload: [
      { at: 100, do: 'open' },
      { at: 1_000, do: 'close' },
    ],
    service: { receiveTimeout: 3_000 },
    faults: [{ at: 500, stream: 'upstream', toxic: { type: 'bandwidth', rate: 0 } }],
  }),
  downWhileIdle: scenario({ faults: [{ at: 2_000, stream: 'both', toxic: { type: 'down' } }] }),
  undecided: scenario({ faults: [partition(0)], service: { channelInitializationTimeout: 3_050 } }),
  aborted: scenario({
    workload: [
      { at: 100, do: 'open' },
      { at: 1_000, do: 'abort' },
    ],
    runFor: 3_000,
  }),
  poolIdle: scenario({
    workload: [
      { at: 100, do: 'open' },
      { at: 1_000, do: 'close' },
    ],
    service: { idleTimeout: 1_000 },
    client: { closeTimeout: 3_000 },
    faults: [{ at: 900, stream: 'downstream', toxic: { type: 'bandwidth', rate: 0 } }],
  }),
  drippedUntilInitialization: scenario({
    client: { raw: true },
    workload: [{ at: 100, do: 'connect', drip: { bytes: 1, every: 100 } }],
    service: { channelInitializationTimeout: 2_000 },
  }),
  drippedThenSilent: scenario({
    client: { raw: true },
    workload: [{ at: 100, do: 'connect', drip: { bytes: 16, every: 50 } }],
    service: { channelInitializationTimeout: 2_000, receiveTimeout: 3_000 },
  }),
  neverAcknowledges: scenario({ service: { misbehave: 'neverAcknowledges' } }),
  neverAcknowledgesUntilReceive: scenario({
    path: 'direct',
    service: { misbehave: 'neverAcknowledges', receiveTimeout: 2_000 },
  }),
  neverEnds: scenario({
    workload: [
      { at: 100, do: 'open' },
      { at: 1_000, do: 'close' },
    ],
    client: { closeTimeout: 2_000 },
    service: { misbehave: 'neverEnds' },
  }),
  reused: scenario({
    path: 'direct',
    client: { connectionPoolSettings: POOL },
    workload: TWO_SESSIONS,
    runFor: 4_000,
  }),
  twoAttempts: scenario({
    client: { connectionPoolSettings: POOL, openTimeout: 2_000 },
    service: { idleTimeout: 2_000, channelInitializationTimeout: 6_000 },
    workload: TWO_SESSIONS.slice(0, 3),
    faults: [{ at: 1_200, stream: 'upstream', toxic: { type: 'bandwidth', rate: 0 } }],
    runFor: 4_400,
  }),
  tooOldForThePool: scenario({
    client: { connectionPoolSettings: { ...POOL, idleTimeout: 500 } },
    workload: TWO_SESSIONS,
    runFor: 4_000,
  }),
  callAnswered: scenario({ workload: CALLING, runFor: 4_000 }),
  callTimesOut: scenario({
    workload: [OPENED, { at: 500, do: 'call', call: { operation: 'slow', lasts: 5_000 } }, { at: 3_000, do: 'close' }],
    runFor: 4_000,
  }),
  blockedWrite: scenario({
    workload: [
      OPENED,
      { at: 500, do: 'call', call: { operation: 'oneWay', bytes: 60_000, times: 420 } },
      { at: 4_000, do: 'call', call: { operation: 'echo' } },
    ],
    faults: [{ at: 300, stream: 'upstream', toxic: { type: 'bandwidth', rate: 0 } }],
    runFor: 5_000,
  }),
  callTimesOutUnderPump: scenario({
    client: { callStyle: 'async' },
    workload: [
      OPENED,
      { at: 500, do: 'call', call: { operation: 'slow', lasts: 2_500 } },
      { at: 3_500, do: 'call', call: { operation: 'echo' } },
      { at: 4_000, do: 'close' },
    ],
    runFor: 5_000,
  }),
  callTimesOutAlone: scenario({
    client: { callStyle: 'duplex' },
    workload: [OPENED, { at: 500, do: 'call', call: { operation: 'slow', lasts: 2_500 } }],
    runFor: 4_000,
  }),
  callLost: scenario({
    path: 'direct',
    service: { receiveTimeout: 1_000 },
    workload: [OPENED, { at: 500, do: 'call', call: { operation: 'slow', lasts: 1_800 } }, { at: 2_000, do: 'close' }],
    runFor: 3_000,
  }),
  callOnEnded: scenario({
    service: { receiveTimeout: 1_000 },
    workload: [
      OPENED,
      { at: 500, do: 'call', call: { operation: 'echo' } },
      { at: 2_000, do: 'call', call: { operation: 'echo' } },
    ],
    runFor: 3_000,
  }),
  infinite: scenario({ service: { receiveTimeout: INFINITE }, runFor: 3_000 }),
  serviceKilledIdle: scenario({ processFaults: [{ at: 2_000, side: 'service', how: 'kill' }], runFor: 4_000 }),
  serviceFrozenIdle: scenario({
    service: { receiveTimeout: 2_000 },
    processFaults: [{ at: 1_000, side: 'service', how: 'freeze', heal: 3_000 }],
    runFor: 4_000,
  }),
  clientFrozenIdle: scenario({
    path: 'direct',
    client: { callStyle: 'duplex' },
    service: { receiveTimeout: 2_000 },
    processFaults: [{ at: 1_000, side: 'client', how: 'freeze', heal: 3_000 }],
    runFor: 4_000,
  }),
} as const satisfies Readonly<Record<string, Scenario>>;
