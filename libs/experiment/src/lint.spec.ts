import { describe, expect, test } from '@jest/globals';
import { DEFAULT_BINDING, DEFAULT_CLIENT, DEFAULT_PROFILE, DEFAULT_SERVICE, INFINITE } from './defaults.ts';
import { lint } from './lint.ts';
import type { CallPlan, ClientSettings, Injection, Scenario, Step, Toxic } from './scenario.ts';

const IDLE: Scenario = {
  scenario: 'idle',
  about: 'An idle session is ended by the receive timeout.',
  profile: DEFAULT_PROFILE,
  scale: 1,
  path: 'proxy',
  binding: DEFAULT_BINDING,
  client: DEFAULT_CLIENT,
  service: { ...DEFAULT_SERVICE, receiveTimeout: 4_000 },
  workload: [{ at: 500, do: 'open' }],
  faults: [],
  runFor: 6_000,
};

const RAW: ClientSettings = { ...DEFAULT_CLIENT, raw: true };
const HOLD: Injection = { at: 1_000, heal: 2_000, stream: 'both', toxic: { type: 'bandwidth', rate: 0 } };

/** Every problem as `path: message`. */
function linted(change: Partial<Scenario>): readonly string[] {
  return lint({ ...IDLE, ...change }).map(({ where, message }) => `${where.join('.')}: ${message}`);
}

function withSteps(...workload: readonly Step[]): readonly string[] {
  return linted({ workload });
}

function withFault(change: Partial<Injection>): readonly string[] {
  return linted({ faults: [{ ...HOLD, ...change }] });
}

function withToxic(toxic: Toxic, change: Partial<Injection> = {}): readonly string[] {
  return linted({ faults: [{ at: 1_000, stream: 'upstream', toxic, ...change }] });
}

test('a scenario that means something has no problems', () => {
  expect(linted({})).toEqual([]);
  expect(withFault({})).toEqual([]);
  expect(withSteps({ at: 0, do: 'open' }, { at: 100, do: 'close' }, { at: 200, do: 'abort' })).toEqual([]);
});

describe('a workload', () => {
  test('without a step opens no session', () => {
    expect(withSteps()).toEqual(['workload: The workload is empty: without a step there is no session.']);
  });

  test('of a raw client can only connect, that of a WCF client cannot', () => {
    const service = { ...DEFAULT_SERVICE, channelInitializationTimeout: 2_000 };
    expect(linted({ client: RAW, service })).toEqual([
      'workload.0.do: A raw client is a bare socket: it can connect, it cannot open.',
    ]);
    expect(linted({ client: RAW, service, workload: [{ at: 500, do: 'connect' }] })).toEqual([]);
    expect(withSteps({ at: 500, do: 'connect' })).toEqual([
      'workload.0.do: Only a raw client (client.raw: true) connects; a WCF client opens.',
    ]);
  });

  test('begins with an open, has one session at a time, and ends each with a close or an abort', () => {
    expect(withSteps({ at: 1, do: 'close' })).toEqual([
      'workload.0.do: close before open: there is nothing to close yet.',
    ]);
    expect(withSteps({ at: 1, do: 'open' }, { at: 2, do: 'open' })).toEqual([
      'workload.1.do: One session at a time: another one is opened when the one before is closed.',
    ]);
    expect(
      withSteps({ at: 1, do: 'open' }, { at: 2, do: 'close' }, { at: 3, do: 'open' }, { at: 4, do: 'abort' }),
    ).toEqual([]);
    expect(
      withSteps({ at: 1, do: 'open' }, { at: 2, do: 'close' }, { at: 3, do: 'open' }, { at: 4, do: 'open' }),
    ).toHaveLength(1);
    expect(withSteps({ at: 1, do: 'open' }, { at: 2, do: 'abort' }, { at: 3, do: 'close' })).toEqual([
      'workload.2.do: Nothing can follow abort, except an abort that follows a close.',
    ]);
    expect(withSteps({ at: 1, do: 'open' }, { at: 2, do: 'close' }, { at: 3, do: 'close' })).toEqual([
      'workload.2.do: Nothing can follow close, except an abort that follows a close.',
    ]);
  });

  test('makes several calls by one step only one way, one behind the other, and not without end', () => {
    const calling = (call: CallPlan, client: Partial<ClientSettings> = {}) =>
      linted({
        client: { ...DEFAULT_CLIENT, ...client },
        workload: [
          { at: 500, do: 'open' },
          { at: 600, do: 'call', call },
        ],
      });
    expect(calling({ operation: 'oneWay', bytes: 5, times: 10_000 })).toEqual([]);
    expect(calling({ operation: 'oneWay', times: 1 })).toEqual([]);
    for (const times of [0, 10_001, 1.5])
      expect(calling({ operation: 'oneWay', times })).toEqual([
        `workload.1.call.times: A step makes a whole number of calls, from 1 to 10000: times is ${times}.`,
      ]);
    expect(calling({ operation: 'echo', times: 2 })).toEqual([
      'workload.1.call.times: Only oneWay calls are made several times by one step: echo is not.',
    ]);
    expect(calling({ operation: 'oneWay', times: 2 }, { callStyle: 'async' })).toEqual([
      'workload.1.call.times: Several calls of one step wait for each other: that is how a sync client calls, not one with callStyle async.',
    ]);
  });

  test.each(['sync', 'async'] as const)(
    'calls nobody back whose client is %s: only a duplex one can be',
    (callStyle) => {
      const asking = (style: ClientSettings['callStyle']) =>
        linted({
          client: { ...DEFAULT_CLIENT, callStyle: style },
          workload: [
            { at: 500, do: 'open' },
            { at: 600, do: 'call', call: { operation: 'askBack' } },
          ],
        });
      expect(asking('duplex')).toEqual([]);
      expect(asking(callStyle)).toEqual([
        `workload.1.call.operation: Only a client with a callback contract can be called back: askBack needs callStyle duplex, not ${callStyle}.`,
      ]);
    },
  );

  test('stands in the order of its instants, before the end of measurement', () => {
    expect(withSteps({ at: 9, do: 'open' }, { at: 9, do: 'close' })).toEqual([
      'workload.1.at: Steps stand in the order of their instants, one at a time: this one at 9 follows one at 9.',
    ]);
    expect(withSteps({ at: 9, do: 'open' }, { at: 6_000, do: 'close' })).toEqual([
      'workload.1.at: This step at 6000 comes after the end of measurement at 6000.',
    ]);
  });
});

describe('a cut preamble', () => {
  test('of a bare socket has no connection pool', () => {
    const client = { ...RAW, connectionPoolSettings: { idleTimeout: 1, leaseTimeout: 1 } };
    expect(linted({ client, workload: [{ at: 500, do: 'connect' }], runFor: 600_000 })).toEqual([
      'client.connectionPoolSettings: A raw client is a bare socket: it has no connection pool.',
    ]);
  });

  test('needs a preamble, a first part and a pause', () => {
    const preambleCut = { after: 0, pause: 0 };
    expect(linted({ client: { ...DEFAULT_CLIENT, preambleCut } })).toEqual([
      'client.preambleCut: The cut must leave at least one byte before the pause: after is 1 or more.',
      'client.preambleCut: A cut without a pause is no cut: pause is at least 1 ms.',
    ]);
    const client = { ...RAW, preambleCut: { after: 16, pause: 600 } };
    const service = { ...DEFAULT_SERVICE, channelInitializationTimeout: 2_000 };
    expect(linted({ client, service, workload: [{ at: 0, do: 'connect' }] })).toEqual([
      'client.preambleCut: A raw client writes no preamble, so there is none to cut.',
    ]);
  });
});

describe('a drip', () => {
  test('is a raw client at its connect, some bytes at a time, with a pause in between', () => {
    const drip = { bytes: 0, every: 0 };
    expect(withSteps({ at: 500, do: 'open', drip })).toEqual([
      "workload.0.drip: Only a raw client's connect drips: a WCF client writes its preamble at once.",
      'workload.0.drip: A drip is at least one byte at a time: bytes is 1 or more.',
      'workload.0.drip: A drip without a pause is none: every is at least 1 ms.',
    ]);
    const service = { ...DEFAULT_SERVICE, channelInitializationTimeout: 1_000 };
    expect(
      linted({ client: RAW, service, workload: [{ at: 500, do: 'connect', drip: { bytes: 1, every: 1 } }] }),
    ).toEqual([]);
  });
});

describe('a fault', () => {
  test('cannot be staged on a direct path', () => {
    expect(linted({ path: 'direct', faults: [HOLD] })).toEqual([
      'faults.0: path: direct has no injector in it: no fault can be staged there.',
    ]);
  });

  test('begins before it heals, and heals within the measurement or not at all', () => {
    expect(withFault({ heal: 1_000 })).toEqual([
      'faults.0.heal: The fault heals at 1000, not after its beginning at 1000.',
    ]);
    expect(withFault({ heal: 6_000 })).toEqual([
      'faults.0.heal: The fault heals at 6000, but the measurement ends at 6000: leave heal away.',
    ]);
    expect(linted({ faults: [{ at: 6_000, stream: 'both', toxic: HOLD.toxic }] })).toEqual([
      'faults.0.at: This fault at 6000 comes after the end of measurement at 6000.',
    ]);
  });

  test('of timeout cannot heal, for its removal cuts; above 0 its end cannot be predicted', () => {
    expect(withToxic({ type: 'timeout', timeout: 0 })).toEqual([]);
    expect(withToxic({ type: 'timeout', timeout: 0 }, { heal: 2_000 })).toEqual([
      'faults.0.heal: Removing a timeout toxic cuts the connection, and what it dropped is gone: it cannot heal. Leave heal away, or hold the bytes with bandwidth, rate 0.',
    ]);
    expect(withToxic({ type: 'timeout', timeout: 500 })).toEqual([
      'faults.0.toxic.type: A timeout above 0 starts again at every chunk, so that its end cannot be predicted. Use timeout: 0 (silence), or down (an end).',
    ]);
  });

  test('of reset_peer is refused on a live session, and cannot heal while it waits', () => {
    expect(withToxic({ type: 'reset_peer', timeout: 0 }, { at: 499 })).toEqual([]);
    expect(withToxic({ type: 'reset_peer', timeout: 0 }, { at: 500 })).toEqual([
      'faults.0.toxic.type: Toxiproxy resets only connections that are made after the toxic; a live session would see a clean end (FIN) instead of a reset. And reset_peer is not predicted yet, wherever it is staged: end the connection with down, or kill a process.',
    ]);
    expect(withToxic({ type: 'reset_peer', timeout: 9 }, { at: 0, heal: 100 })).toEqual([
      'faults.0.heal: Toxiproxy cannot remove a reset_peer that waits: its API blocks until it fires. Leave heal away.',
    ]);
  });

  test('of down has both streams', () => {
    expect(withToxic({ type: 'down' }, { stream: 'both' })).toEqual([]);
    expect(withToxic({ type: 'down' })).toEqual([
      'faults.0.toxic.type: down disables the whole proxy: its stream is both.',
    ]);
  });

  test('that is drawn by chance cannot be repeated', () => {
    expect(withToxic({ type: 'latency', latency: 50, jitter: 5 })).toEqual([
      'faults.0.toxic.jitter: Toxiproxy draws jitter without a seed: a plan that can be repeated has jitter: 0.',
    ]);
    expect(withToxic({ type: 'slicer', average_size: 9, size_variation: 1, delay: 0 })).toEqual([
      'faults.0.toxic.size_variation: Toxiproxy draws sizes without a seed: a plan that can be repeated has size_variation: 0.',
    ]);
  });

  test('that is misspelt or out of range is named with what its type has', () => {
    const misspelt: Toxic = JSON.parse('{ "type": "latency", "latencyMs": 5, "jitter": 0 }');
    expect(withToxic(misspelt)).toEqual([
      'faults.0.toxic.latencyMs: latency has no attribute latencyMs; it has latency, jitter.',
      'faults.0.toxic.latency: latency.latency is missing.',
    ]);
    expect(withToxic({ type: 'bandwidth', rate: -1 })).toEqual([
      'faults.0.toxic.rate: bandwidth.rate is -1, but must be a whole number of KB/s from 0 to 1000000000.',
    ]);
  });

  test('on a stream that another still holds would let go what that one holds', () => {
    const message =
      'Fault 1 still holds this stream: Toxiproxy would flush what it holds past the new toxic. Heal it first.';
    const upstream: Injection = { ...HOLD, stream: 'upstream' };
    expect(linted({ faults: [HOLD, { ...upstream, at: 1_500, heal: 1_600 }] })).toEqual([`faults.1: ${message}`]);
    expect(linted({ faults: [HOLD, { ...upstream, at: 500, heal: 1_600 }] })).toEqual([`faults.1: ${message}`]);
    expect(linted({ faults: [{ at: 100, stream: 'both', toxic: HOLD.toxic }, HOLD] })).toEqual([
      `faults.1: ${message}`,
    ]);
    expect(linted({ faults: [HOLD, { ...HOLD, at: 2_001, heal: 3_000 }] })).toEqual([]);
    expect(linted({ faults: [upstream, { ...HOLD, stream: 'downstream' }] })).toEqual([]);
  });
});

describe('a measurement in which nothing decides', () => {
  test('is refused, with the first clock that would', () => {
    expect(linted({ runFor: 4_500 })).toEqual([
      'runFor: Nothing decides within 4500 ms: the first clock, receiveTimeout, ends at 4500 at the earliest. Run longer, or scale it down.',
    ]);
    expect(linted({ service: { ...DEFAULT_SERVICE, receiveTimeout: INFINITE } })).toEqual([
      'runFor: Nothing decides within 6000 ms: the first clock, receiveTimeout, never ends. Run longer, or scale it down.',
    ]);
    expect(linted({ client: RAW, workload: [{ at: 0, do: 'connect' }] })).toEqual([
      'runFor: Nothing decides within 6000 ms: the first clock, channelInitializationTimeout, ends at 30000 at the earliest. Run longer, or scale it down.',
    ]);
  });

  test('is refused for a drip where neither channel initialization nor receive can end it', () => {
    const workload: readonly Step[] = [{ at: 500, do: 'connect', drip: { bytes: 16, every: 50 } }];
    expect(linted({ client: RAW, workload })).toEqual([]);
    expect(linted({ client: RAW, workload, service: DEFAULT_SERVICE })).toEqual([
      'runFor: Nothing decides within 6000 ms: the first clock, channelInitializationTimeout, ends at 30500 at the earliest. Run longer, or scale it down.',
    ]);
  });

  test("of a service that never acknowledges is decided by the client's open timeout, too", () => {
    const client = { ...DEFAULT_CLIENT, openTimeout: 2_000 };
    expect(linted({ client, service: { ...DEFAULT_SERVICE, misbehave: 'neverAcknowledges' } })).toEqual([]);
    expect(linted({ client, service: { ...DEFAULT_SERVICE, misbehave: 'neverEnds' } })).toHaveLength(1);
  });

  test('is accepted with a fault or a close, for the session then has something to survive or to end by', () => {
    const service = { ...DEFAULT_SERVICE };
    expect(linted({ service, faults: [HOLD] })).toEqual([]);
    expect(linted({ service, workload: [...IDLE.workload, { at: 600, do: 'close' }] })).toEqual([]);
  });
});
