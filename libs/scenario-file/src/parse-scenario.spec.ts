import { describe, expect, test } from '@jest/globals';
import { INFINITE, type Scenario } from '@lapse/experiment';
import { parseScenario } from './parse-scenario.ts';
import { formatProblem } from './problem.ts';

/** The shortest scenario: everything else is WCF's default. */
const SHORTEST = `scenario: s
about: An idle session.
service: { receiveTimeoutMs: 4000 }
workload: [{ at: 500, do: open }]
runFor: "00:00:06"
`;

function scenarioOf(text: string): Scenario {
  const parsed = parseScenario(text, { file: 'scenarios/s.yaml' });
  if ('scenario' in parsed) return parsed.scenario;
  throw new Error(parsed.problems.map(formatProblem).join('\n'));
}

/** Every problem as `line:column message`. */
function problemsOf(text: string): readonly string[] {
  const parsed = parseScenario(text, { file: 's.yaml' });
  return 'problems' in parsed ? parsed.problems.map((problem) => formatProblem(problem).replace(/^s\.yaml:/, '')) : [];
}

/** The shortest scenario with a line in the place of the one that begins with the same key, or at its end (line 6). */
function changed(line: string): string {
  const key = line.slice(0, line.indexOf(':') + 1);
  const lines = SHORTEST.trimEnd().split('\n');
  const place = lines.findIndex((other) => other.startsWith(key));
  return (place < 0 ? [...lines, line] : lines.with(place, line)).join('\n');
}

describe('a scenario file', () => {
  test('that says little means the defaults of WCF', () => {
    expect(scenarioOf(SHORTEST)).toEqual({
      scenario: 's',
      about: 'An idle session.',
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
      workload: [{ at: 500, do: 'open' }],
      faults: [],
      runFor: 6_000,
    });
  });

  test('may have tags, which are words', () => {
    expect(scenarioOf(changed('tags: [receive, long]')).tags).toEqual(['receive', 'long']);
    expect(problemsOf(changed('tags: [Receive]'))).toEqual([expect.stringContaining('is written in [a-z0-9-]')]);
    expect(problemsOf(changed('tags: receive'))).toEqual([expect.stringContaining('must be a list of words')]);
    expect(problemsOf(changed('tags: []'))).toEqual([expect.stringContaining('needs at least one word')]);
  });

  test('may say everything, in milliseconds or in time spans', () => {
    const text = `scenario: s
about: "  Everything is said.  "
profile: { client: netfx, service: netfx-4.8, processors: 8 }
scale: 0.01
path: proxy
binding: { transport: tcp, security: none, reliableSession: false }
client:
  raw: false
  callStyle: duplex
  openTimeout: "00:00:0.6"
  closeTimeoutMs: 700
  connectionPoolSettings: { idleTimeoutMs: 40000 }
  preambleCut: { after: 16, pause: "00:00:00.5" }
service:
  openTimeoutMs: 800
  closeTimeout: 00:00:01
  receiveTimeout: infinite
  channelInitializationTimeout: "1.02:03:04.005"
  idleTimeout: "00:01"
  concurrencyMode: reentrant
workload:
  - { at: 0, do: open }
  - { at: "00:00:01", do: close }
  - { at: 2000, do: abort }
faults:
  - { at: 100, toxic: latency, latency: 30, stream: upstream, heal: "00:00:00.2" }
  - { at: 300, toxic: down, heal: 400 }
runForMs: 3000
`;
    expect(scenarioOf(text)).toEqual({
      scenario: 's',
      about: 'Everything is said.',
      profile: { client: 'netfx', service: 'netfx-4.8', processors: 8 },
      scale: 0.01,
      path: 'proxy',
      binding: { transport: 'tcp', security: 'none', reliableSession: false },
      client: {
        raw: false,
        callStyle: 'duplex',
        openTimeout: 600,
        closeTimeout: 700,
        operationTimeout: 60_000,
        connectionPoolSettings: { idleTimeout: 40_000, leaseTimeout: 300_000 },
        preambleCut: { after: 16, pause: 500 },
      },
      service: {
        openTimeout: 800,
        closeTimeout: 1_000,
        receiveTimeout: INFINITE,
        sendTimeout: 60_000,
        channelInitializationTimeout: 93_784_005,
        idleTimeout: 60_000,
        concurrencyMode: 'reentrant',
      },
      workload: [
        { at: 0, do: 'open' },
        { at: 1_000, do: 'close' },
        { at: 2_000, do: 'abort' },
      ],
      faults: [
        { at: 100, heal: 200, stream: 'upstream', toxic: { type: 'latency', latency: 30, jitter: 0 } },
        { at: 300, heal: 400, stream: 'both', toxic: { type: 'down' } },
      ],
      runFor: 3_000,
    });
  });

  test('may be JSON', () => {
    expect(
      scenarioOf(JSON.stringify({ ...scenarioOf(SHORTEST), service: {}, client: {}, runFor: '00:11:00' })),
    ).toEqual({
      ...scenarioOf(SHORTEST),
      service: { ...scenarioOf(SHORTEST).service, receiveTimeout: 600_000 },
      runFor: 660_000,
    });
  });

  test('may have a raw client, which connects', () => {
    const raw = `scenario: s
about: A silent client.
path: direct
client: { raw: true, callStyle: async }
service: { channelInitializationTimeoutMs: 3000 }
workload: [{ at: 0, do: connect }]
runFor: "00:00:04"
`;
    expect(scenarioOf(raw)).toMatchObject({
      path: 'direct',
      client: { raw: true },
      workload: [{ at: 0, do: 'connect' }],
    });
  });

  test.each(['everyMs: 50', 'every: "00:00:00.05"'])('may have a raw client that drips (%s)', (every) => {
    const raw = changed(`client: { raw: true }`).replace('do: open', `do: connect, drip: { bytes: 16, ${every} }`);
    expect(scenarioOf(raw).workload).toEqual([{ at: 500, do: 'connect', drip: { bytes: 16, every: 50 } }]);
  });

  test.each(['neverAcknowledges', 'neverEnds'])('may have a service that %s', (misbehave) => {
    const { service } = scenarioOf(changed(`service: { receiveTimeoutMs: 4000, misbehave: ${misbehave} }`));
    expect(service.misbehave).toBe(misbehave);
  });

  const TOXICS = [
    ['bandwidth, rate: 0', { type: 'bandwidth', rate: 0 }],
    ['timeout, timeout: 0', { type: 'timeout', timeout: 0 }],
    ['slow_close, delay: 20', { type: 'slow_close', delay: 20 }],
    ['slicer, average_size: 8', { type: 'slicer', average_size: 8, size_variation: 0, delay: 0 }],
    [
      'slicer, average_size: 8, size_variation: 0, delay: 9',
      { type: 'slicer', average_size: 8, size_variation: 0, delay: 9 },
    ],
    ['limit_data, bytes: 64', { type: 'limit_data', bytes: 64 }],
    ['reset_peer, timeout: 0', { type: 'reset_peer', timeout: 0 }],
    ['latency, latency: 5, jitter: 0', { type: 'latency', latency: 5, jitter: 0 }],
  ] as const;

  test.each(TOXICS)('may stage %s', (written, toxic) => {
    expect(scenarioOf(changed(`faults: [{ at: 0, stream: downstream, toxic: ${written} }]`)).faults).toEqual([
      { at: 0, stream: 'downstream', toxic },
    ]);
  });
});

describe('what is not YAML', () => {
  test.each([
    ['', '1:1 The file holds no scenario.'],
    ['# nothing but a comment', '1:1 The file holds no scenario.'],
    [`${SHORTEST}---\nscenario: t\n`, '6:1 One file holds one scenario: a second document begins here.'],
    [changed('about: A\nabout: B'), '3:1 This key stands twice in its section: keep one of the two.'],
    [changed('client: { raw: false'), expect.stringMatching(/^6:21 This is not YAML: /)],
    [changed('about: !secret x'), expect.stringMatching(/^2:8 This is not YAML: Unresolved tag: !secret/)],
    [
      changed('about: &a An idle session.\npath: *a'),
      '3:7 *a refers to another place of the file: write the value out, so that it can be read where it stands.',
    ],
    [changed('? { a: 1 }\n: b'), '6:3 A key is one word, not a section or a list.'],
    ['[a, b]', '1:1 The scenario must be a section with keys of its own.'],
    ['just words', '1:1 The scenario must be a section with keys of its own.'],
    ['x'.repeat(300_000), '1:1 This is 300000 characters long: a scenario is a page of text.'],
    ['['.repeat(100_000), '1:1 This is nested too deeply to be a scenario.'],
  ])('%# is a problem where it stands', (text, problem) => {
    expect(problemsOf(text)).toContainEqual(problem);
  });
});

describe('an unknown key', () => {
  test.each([
    ['workloads: []', '6:1 The scenario has no "workloads": did you mean workload?'],
    ['Path: direct', '6:1 The scenario has no "Path": it is written path.'],
    [
      'seed: 5',
      expect.stringMatching(/^6:1 The scenario has no "seed"\. It has scenario, about, tags, profile, .*runForMs\.$/),
    ],
    ['receiveTimeoutMs: 5', '6:1 The scenario has no "receiveTimeoutMs": it stands under service.'],
    ['service: { recieveTimeoutMs: 4000 }', '3:12 service has no "recieveTimeoutMs": did you mean receiveTimeoutMs?'],
    ['service: { ReceiveTimeout: infinite }', '3:12 service has no "ReceiveTimeout": it is written receiveTimeout.'],
    ['service: { raw: true }', '3:12 service has no "raw": it stands under client.'],
    ['service: { runFor: "00:00:01" }', '3:12 service has no "runFor": it stands at the top of the file.'],
    [
      'client: { receiveTimeout: infinite }',
      '6:11 client has no "receiveTimeout": a client has no idle timer; it stands under service.',
    ],
    [
      'client: { preambleCut: { after: 1, pauseMs: 1, befor: 2 } }',
      expect.stringMatching(/^6:48 client\.preambleCut has no "befor"/),
    ],
    ['profile: { processor: 2 }', '6:12 profile has no "processor": did you mean processors?'],
    [
      'binding: { openTimeout: "00:01:00" }',
      '6:12 binding has no "openTimeout": a timeout that exists on both sides stands under the side it belongs to, client or service.',
    ],
    [
      'binding: { sendTimeoutMs: 1 }',
      '6:12 binding has no "sendTimeoutMs": a call is bounded by client.operationTimeout, the write of its reply by service.sendTimeout.',
    ],
    ['service: { operationTimeout: infinite }', '3:12 service has no "operationTimeout": it stands under client.'],
    [
      'faults: [{ at: 0, toxic: latency, stream: both, latency: 1, latencyMs: 1 }]',
      '6:61 faults[0] has no "latencyMs": did you mean latency?',
    ],
    [
      'faults: [{ at: 0, toxic: down, stream: both }]',
      '6:32 faults[0] has no "stream": down disables the whole proxy, both streams of it.',
    ],
    [
      'faults: [{ at: 0, toxic: timeout, timeout: 0, stream: both, toxicity: 0.5 }]',
      '6:61 faults[0] has no "toxicity": Toxiproxy rolls it again whenever a toxic is added, so no plan with it can be repeated.',
    ],
  ])('%s is refused with what was meant', (line, problem) => {
    expect(problemsOf(changed(line))).toEqual([problem]);
  });
});

describe('a value', () => {
  const THROWS = 'would throw ArgumentOutOfRangeException';
  test.each([
    ['scenario: S 1', '1:11 scenario is written in [a-z0-9-].'],
    ['scenario: 5', '1:11 scenario must be the name of the file.'],
    ['scenario: other', "1:11 The file is named s, the scenario other: a scenario's id is the name of its file."],
    ['about: ""', '2:8 about must be a sentence: what a reader learns from the scenario.'],
    ['about: 5', '2:8 about must be a sentence.'],
    ['profile: { client: dotnt }', '6:20 profile.client is "dotnt", not one of dotnet, netfx; did you mean dotnet?'],
    ['profile: { service: netfx-3.5 }', '6:21 profile.service must be netfx-4.8, the only service that is modelled.'],
    ['profile: { processors: 1.5 }', '6:24 profile.processors must be a whole number of cores.'],
    ['profile: { processors: 0 }', '6:24 profile.processors must be at least 1.'],
    ['scale: 0', '6:8 scale must be more than 0; 1 is unscaled.'],
    ['scale: .inf', '6:8 scale must be a number.'],
    ['path: published', '6:7 path is "published", not one of proxy, direct.'],
    ['binding: { transport: http }', '6:23 binding.transport supports tcp only (net.tcp).'],
    [
      'binding: { security: windows }',
      '6:22 binding.security supports none only: Windows security, the default of netTcpBinding, passes a proxy undecoded, so that nothing of its session can be predicted.',
    ],
    [
      'binding: { reliableSession: true }',
      '6:29 binding.reliableSession supports false only: a reliable session has timers of its own, which no prediction covers.',
    ],
    ['client: { raw: yes }', '6:16 client.raw must be true or false.'],
    [
      'client: { callStyle: asynch }',
      '6:22 client.callStyle is "asynch", not one of sync, async, duplex; did you mean async?',
    ],
    ['client: 5', '6:9 client must be a section with keys of its own.'],
    ['client:', '6:8 client must be a section with keys of its own.'],
    [
      'client: { openTimeoutMs: -1 }',
      `6:26 client.openTimeoutMs is illegal: Binding.OpenTimeout ${THROWS}: -1 ms is negative.`,
    ],
    [
      'client: { openTimeoutMs: 2147483648 }',
      `6:26 client.openTimeoutMs is illegal: Binding.OpenTimeout ${THROWS}: 2147483648 ms is more than 2147483647; for ever is infinite.`,
    ],
    [
      'client: { closeTimeout: "-00:00:01" }',
      `6:25 client.closeTimeout is illegal: Binding.CloseTimeout ${THROWS}: -1000 ms is negative.`,
    ],
    [
      'service: { receiveTimeout: "25.00:00:00" }',
      `3:28 service.receiveTimeout is illegal: Binding.ReceiveTimeout ${THROWS}: 2160000000 ms is more than 2147483647; for ever is infinite.`,
    ],
    [
      'service: { channelInitializationTimeoutMs: 0, receiveTimeoutMs: 1 }',
      `3:44 service.channelInitializationTimeoutMs is illegal: TcpTransportBindingElement.ChannelInitializationTimeout ${THROWS}: 0 is no time to initialize a channel.`,
    ],
    [
      'service: { idleTimeoutMs: -5, receiveTimeoutMs: 1 }',
      `3:27 service.idleTimeoutMs is illegal: TcpConnectionPoolSettings.IdleTimeout ${THROWS}: -5 ms is negative.`,
    ],
    ['client: { openTimeoutMs: 0.5 }', '6:26 client.openTimeoutMs is 0.5, which is no whole number of milliseconds.'],
    [
      'client: { openTimeoutMs: "5" }',
      '6:26 client.openTimeoutMs must be a whole number of milliseconds; time spans go under the key without Ms.',
    ],
    [
      'client: { openTimeout: 5 }',
      '6:24 client.openTimeout is a time span ("00:00:01.5"); the key for milliseconds ends in Ms.',
    ],
    ['client: { openTimeout: [] }', '6:24 client.openTimeout must be a time span ("00:00:01.5", infinite).'],
    [
      'client: { openTimeout: "00:00:01", openTimeoutMs: 1000 }',
      '6:36 client.openTimeoutMs says the same duration as openTimeout: keep one of the two.',
    ],
    [
      'client: { preambleCut: { after: 1 } }',
      '6:24 client.preambleCut has no pause: pauseMs, or pause as a time span.',
    ],
    [
      'client: { connectionPoolSettings: { leaseTimeoutMs: -1 } }',
      `6:53 client.connectionPoolSettings.leaseTimeoutMs is illegal: TcpConnectionPoolSettings.LeaseTimeout ${THROWS}: -1 ms is negative.`,
    ],
    ['client: { preambleCut: { after: 0, pauseMs: 1 } }', '6:33 client.preambleCut.after must be at least 1 byte.'],
    [
      'client: { preambleCut: { after: 1, pauseMs: 0 } }',
      '6:45 client.preambleCut.pauseMs must lie between 1 and 2147483647 ms.',
    ],
    ['client: { preambleCut: { after: 1, pause: infinite } }', '6:43 client.preambleCut.pause cannot be infinite.'],
    [
      'service: { misbehave: neverEnd, receiveTimeoutMs: 4000 }',
      '3:23 service.misbehave is "neverEnd", not one of neverAcknowledges, neverEnds; did you mean neverEnds?',
    ],
    [
      'workload: [{ at: 0, do: connect, drip: { bytes: 0, everyMs: 5 } }]',
      '4:49 workload[0].drip.bytes must be at least 1 byte.',
    ],
    [
      'workload: [{ at: 0, do: connect, drip: { bytes: 1 } }]',
      '4:40 workload[0].drip has no pace: everyMs, or every as a time span.',
    ],
    [
      'workload: [{ at: 0, do: connect, drip: { bytes: 1, everyMs: 0 } }]',
      '4:61 workload[0].drip.everyMs must lie between 1 and 2147483647 ms.',
    ],
    [
      'workload: [{ at: 0, do: connect, drip: { bytes: 1, every: "00:00:01", everyMs: 5 } }]',
      '4:80 workload[0].drip.everyMs says the same duration as every: keep one of the two.',
    ],
    [
      'workload: [{ at: 0, do: connect, drip: { bytes: 1, everyMs: 5, byte: 1 } }]',
      '4:64 workload[0].drip has no "byte": did you mean bytes?',
    ],
    ['workload: open', '4:11 workload must be a list of steps.'],
    ['workload: []', '4:11 workload needs at least one step.'],
    ['workload: [open]', '4:12 workload[0] must be a section with keys of its own.'],
    ['workload: [{ do: open }]', '4:12 workload[0].at is missing.'],
    [
      'workload: [{ at: 0 }]',
      '4:12 workload[0].do is missing: connect, open, close, abort; or call: echo, slow, large, oneWay, slowOneWay, askBack.',
    ],
    [
      'workload: [{ at: 0, do: opn }]',
      '4:25 workload[0].do is "opn", not one of connect, open, close, abort; did you mean open?',
    ],
    ['workload: [{ at: -1, do: open }]', '4:18 workload[0].at must lie between 0 and 2147483647 ms.'],
    [
      'workload: [{ at: true, do: open }]',
      '4:18 workload[0].at must be an instant: milliseconds after zero, or a time span.',
    ],
    ['workload: [{ at: infinite, do: open }]', '4:18 workload[0].at cannot be infinite.'],
    ['faults: { at: 0 }', '6:9 faults must be a list of faults.'],
    [
      'faults: [{ at: 0 }]',
      '6:10 faults[0].toxic is missing: latency, bandwidth, timeout, slow_close, slicer, limit_data, reset_peer, down.',
    ],
    [
      'faults: [{ at: 0, toxic: bandwith, rate: 0, stream: both }]',
      '6:26 faults[0].toxic is "bandwith", not one of latency, bandwidth, timeout, slow_close, slicer, limit_data, reset_peer, down; did you mean bandwidth?',
    ],
    ['faults: [{ at: 0, toxic: bandwidth, rate: 0 }]', '6:10 faults[0].stream is missing: upstream, downstream, both.'],
    ['faults: [{ at: 0, toxic: bandwidth, stream: both }]', '6:10 faults[0].rate is missing.'],
    [
      'faults: [{ at: 0, toxic: bandwidth, rate: -1, stream: both }]',
      '6:43 faults[0].rate is -1, but must be a whole number of KB/s from 0 to 1000000000.',
    ],
    [
      'faults: [{ at: 0, toxic: bandwidth, rate: fast, stream: both }]',
      '6:43 faults[0].rate must be a number of KB/s.',
    ],
    ['runFor: 6000', '5:9 runFor is a time span ("00:00:01.5"); the key for milliseconds ends in Ms.'],
    ['runFor: infinite', '5:9 runFor cannot be infinite.'],
    ['runForMs: 6000', '6:1 runForMs says the same duration as runFor: keep one of the two.'],
  ])('that is wrong (%s) is named where it stands', (line, problem) => {
    expect(problemsOf(changed(line))).toEqual([problem]);
  });
});

test('a scenario without its first words is missing them where it begins', () => {
  expect(problemsOf('path: direct\n')).toEqual([
    '1:1 scenario is missing.',
    '1:1 about is missing.',
    '1:1 workload is missing.',
  ]);
  expect(problemsOf(SHORTEST.replace(/runFor.*/, ''))).toEqual([
    '1:1 The scenario has no runFor: how long to measure, as a time span, or as runForMs.',
  ]);
});

test('everything that is wrong is told at once, in the order of the text', () => {
  expect(problemsOf(changed('client: { raw: 1, zz: 2, openTimeoutMs: -1 }').replace('do: open', 'do: opn'))).toEqual([
    expect.stringMatching(/^4:27 workload\[0\]\.do is "opn"/),
    expect.stringMatching(/^6:16 client\.raw /),
    expect.stringMatching(/^6:19 client has no "zz"/),
    expect.stringMatching(/^6:41 client\.openTimeoutMs /),
  ]);
});

test('what the lint finds is named at the words of the file', () => {
  const faults = `faults:
  - { at: 1000, toxic: latency, latency: 5, jitter: 3, stream: both, heal: 900 }
  - { at: 5000, toxic: reset_peer, timeout: 0, stream: both }`;
  expect(problemsOf(changed(faults))).toEqual([
    expect.stringMatching(/^7:53 Toxiproxy draws jitter/),
    expect.stringMatching(/^7:76 The fault heals at 900/),
    expect.stringMatching(/^8:24 Toxiproxy resets only connections/),
  ]);
  expect(problemsOf(changed('runFor: "00:00:04.5"'))).toEqual([
    expect.stringMatching(/^5:9 Nothing decides within 4500 ms/),
  ]);
  expect(problemsOf(SHORTEST.replace('runFor: "00:00:06"', 'runForMs: 4500'))).toEqual([
    expect.stringMatching(/^5:11 Nothing decides within 4500 ms/),
  ]);
});

test('a problem is one line that editors turn into a link', () => {
  expect(formatProblem({ file: 'a/b.yaml', line: 3, column: 7, message: 'Wrong.' })).toBe('a/b.yaml:3:7 Wrong.');
});
