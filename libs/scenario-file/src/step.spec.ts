import { describe, expect, test } from '@jest/globals';
import { parseScenario } from './parse-scenario.ts';
import { formatProblem } from './problem.ts';

/** A session with one more step between its open (line 4) and its close. */
function parsed(step: string, client = 'callStyle: sync') {
  const text = `scenario: s
about: A session that is called through.
workload:
  - { at: 100, do: open }
  - ${step}
  - { at: 3000, do: close }
client: { ${client} }
runForMs: 4000
`;
  return parseScenario(text, { file: 's.yaml' });
}

function problemsOf(step: string, client?: string): readonly string[] {
  const result = parsed(step, client);
  return 'problems' in result ? result.problems.map((problem) => formatProblem(problem).replace('s.yaml:', '')) : [];
}

describe('a step that calls', () => {
  test.each([
    ['{ at: 300, call: echo }', { operation: 'echo' }],
    ['{ at: 300, call: slow, lastsMs: 3000 }', { operation: 'slow', lasts: 3_000 }],
    ['{ at: 300, call: slow, lasts: "00:00:03" }', { operation: 'slow', lasts: 3_000 }],
    ['{ at: 300, call: large, bytes: 40000 }', { operation: 'large', bytes: 40_000 }],
    ['{ at: 300, call: oneWay, bytes: 60000 }', { operation: 'oneWay', bytes: 60_000 }],
    ['{ at: 300, call: oneWay }', { operation: 'oneWay' }],
    ['{ at: 300, call: oneWay, times: 1 }', { operation: 'oneWay', times: 1 }],
    ['{ at: 300, call: oneWay, bytes: 60000, times: 10000 }', { operation: 'oneWay', bytes: 60_000, times: 10_000 }],
    ['{ at: 300, call: slowOneWay, lastsMs: 500 }', { operation: 'slowOneWay', lasts: 500 }],
    ['{ at: 300, call: askBack }', { operation: 'askBack' }, 'duplex'],
    ['{ at: 300, call: askBack, lastsMs: 700 }', { operation: 'askBack', lasts: 700 }, 'duplex'],
    ['{ at: "00:00:00.3", call: echo }', { operation: 'echo' }],
  ])('%s', (step, call, callStyle = 'sync') => {
    const result = parsed(step, `callStyle: ${callStyle}`);
    expect('scenario' in result && result.scenario.workload[1]).toStrictEqual({ at: 300, do: 'call', call });
  });
});

describe('a mistake is named where it stands, with what was meant', () => {
  const WORDS = 'echo, slow, large, oneWay, slowOneWay, askBack';
  test.each([
    ['{ at: 300, call: ecko }', `5:22 workload[1].call is "ecko", not one of ${WORDS}; did you mean echo?`],
    ['{ at: 300, call: Slow, lastsMs: 5 }', `5:22 workload[1].call is "Slow", not one of ${WORDS}; did you mean slow?`],
    ['{ at: 300, call: close }', `5:22 workload[1].call is "close", not one of ${WORDS}; it is written do: close.`],
    ['{ at: 300, call: }', `5:22 workload[1].call is null, not one of ${WORDS}.`],
    ['{ at: 300, call: { operation: echo } }', `5:22 workload[1].call is a section, not one of ${WORDS}.`],
    [
      '{ at: 300, do: call }',
      '5:20 workload[1].do is "call", not one of connect, open, close, abort; a call is written call: echo.',
    ],
    [
      '{ at: 300, do: slow, lastsMs: 5 }',
      '5:20 workload[1].do is "slow", not one of connect, open, close, abort; it is written call: slow.',
      '5:26 workload[1] has no "lastsMs": it belongs to a call.',
    ],
    ['{ at: 300, do: abort, call: echo }', '5:16 workload[1] has no "do": a step has either do or call.'],
    [
      '{ at: 300, call: slow }',
      '5:22 workload[1].call is slow, and has no duration: lastsMs, or lasts as a time span.',
    ],
    [
      '{ at: 300, call: slowOneWay }',
      '5:22 workload[1].call is slowOneWay, and has no duration: lastsMs, or lasts as a time span.',
    ],
    [
      '{ at: 300, call: slow, lasts: "00:00:03", lastsMs: 3000 }',
      '5:56 workload[1].lastsMs says the same duration as lasts: keep one of the two.',
    ],
    ['{ at: 300, call: slow, lastsMs: 0 }', '5:37 workload[1].lastsMs must lie between 1 and 2147483647 ms.'],
    ['{ at: 300, call: slow, lasts: infinite }', '5:35 workload[1].lasts cannot be infinite.'],
    [
      '{ at: 300, call: slow, lastMs: 5 }',
      '5:22 workload[1].call is slow, and has no duration: lastsMs, or lasts as a time span.',
      '5:28 workload[1] has no "lastMs": did you mean lasts?',
    ],
    ['{ at: 300, call: large }', '5:5 workload[1].bytes is missing.'],
    ['{ at: 300, call: large, bytes: 0 }', '5:36 workload[1].bytes must be at least 1 byte.'],
    [
      '{ at: 300, call: large, bytes: 16777217 }',
      '5:36 workload[1].bytes must be at most 16777216 bytes: no message of the mock service is larger.',
    ],
    ['{ at: 300, call: oneWay, bytes: 0.5 }', '5:37 workload[1].bytes must be a whole number of bytes.'],
    ['{ at: 300, call: oneWay, times: 0 }', '5:37 workload[1].times must be at least 1 call.'],
    ['{ at: 300, call: oneWay, times: 10001 }', '5:37 workload[1].times must be at most 10000 calls.'],
    ['{ at: 300, call: oneWay, times: 1.5 }', '5:37 workload[1].times must be a whole number of calls.'],
    ['{ at: 300, call: oneWay, times: many }', '5:37 workload[1].times must be a whole number of calls.'],
    [
      '{ at: 300, call: echo, times: 5 }',
      '5:28 workload[1] has no "times": only oneWay is called several times by one step.',
    ],
    ['{ at: 300, do: abort, times: 5 }', '5:27 workload[1] has no "times": it belongs to a call.'],
    ['{ at: 300, call: echo, bytes: 5 }', '5:28 workload[1] has no "bytes": only large and oneWay have a size.'],
    [
      '{ at: 300, call: echo, lastsMs: 5 }',
      '5:28 workload[1] has no "lastsMs": only slow, slowOneWay and askBack last.',
    ],
    [
      '{ at: 300, call: oneWay, lasts: "00:00:01" }',
      '5:30 workload[1] has no "lasts": only slow, slowOneWay and askBack last.',
    ],
    [
      '{ at: 300, call: echo, drip: { bytes: 1, everyMs: 5 } }',
      `5:28 workload[1] has no "drip": only a raw client's connect drips.`,
    ],
    ['{ at: 300, do: abort, bytes: 5 }', '5:27 workload[1] has no "bytes": it belongs to a call.'],
    ['{ call: echo }', '5:5 workload[1].at is missing.'],
  ])('%s', (step, ...problems) => {
    expect(problemsOf(step)).toEqual(problems);
  });

  test.each(['async', 'duplex'])(
    'several calls of one step are those of a sync client, and not of one that is %s',
    (style) => {
      const flood = '{ at: 300, call: oneWay, times: 5 }';
      expect(problemsOf(flood, `callStyle: ${style}`)).toEqual([
        `5:37 Several calls of one step wait for each other: that is how a sync client calls, not one with callStyle ${style}.`,
      ]);
      expect(problemsOf(flood)).toEqual([]);
    },
  );

  test('what is said about the scenario as a whole points to the call', () => {
    expect(problemsOf('{ at: 300, call: echo }', 'raw: true')).toContainEqual(expect.stringMatching(/^5:22 .*call/));
  });
});
