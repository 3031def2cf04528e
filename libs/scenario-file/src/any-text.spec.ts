import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { type Parsed, parseScenario } from './parse-scenario.ts';

const SCENARIO = `scenario: s
about: An idle session.
profile: { client: dotnet, service: netfx-4.8, processors: 2 }
binding: { transport: tcp, security: none, reliableSession: false }
client:
  callStyle: sync
  openTimeout: "00:00:03"
  preambleCut: { after: 16, pauseMs: 600 }
service: { receiveTimeoutMs: 4000, idleTimeout: infinite }
workload: [{ at: 500, do: open }, { at: 700, call: slow, lastsMs: 300 }, { at: 2000, call: oneWay, bytes: 9, times: 9 }, { at: 5000, do: close }]
faults: [{ at: 800, toxic: bandwidth, rate: 0, stream: both, heal: 3000 }, { at: 4000, process: service, do: freeze }]
runFor: "00:00:06"
`;

/** Pieces that mean something to YAML, to JavaScript or to a scenario. */
const PIECES = [
  ...['{', '}', '[', ']', ':', ': ', ',', '- ', '\n', '  ', '\t', '"', "'", '|', '>', '? ', '# ', '---\n', '...\n'],
  ...[
    '&a ',
    '*a',
    '<<: *a',
    '!!set ',
    '!!binary ',
    '!!timestamp ',
    '!!map ',
    '!!js/function ',
    '%YAML 1.1\n',
    '%TAG ! x\n',
  ],
  ...[
    '__proto__',
    'constructor',
    'toString',
    'null',
    '~',
    'true',
    '.nan',
    '-.inf',
    '1e999',
    '0x7fffffff',
    '\0',
    '\uFEFF',
  ],
  ...[
    'scenario',
    'faults',
    'toxic',
    'process',
    'workload',
    'call',
    'large',
    'times',
    'runFor',
    'runForMs',
    'client',
    'at',
    '-1',
    '00:00:01',
    'infinite',
  ],
];

/** Whatever was read, it is a scenario or it is problems that stand somewhere in the text. */
function answered(text: string, parsed: Parsed): void {
  if ('scenario' in parsed) return;
  const lines = text.split(/\r\n|\n|\r/);
  expect(parsed.problems.length).toBeGreaterThan(0);
  for (const { line, column, message } of parsed.problems) {
    expect(line).toBeGreaterThanOrEqual(1);
    expect(line).toBeLessThanOrEqual(lines.length);
    expect(column).toBeGreaterThanOrEqual(1);
    expect(message).toMatch(/[.?]$/s);
  }
}

function anyOf(texts: fc.Arbitrary<string>, numRuns: number): void {
  fc.assert(
    fc.property(texts, (text) => answered(text, parseScenario(text, { file: 's.yaml' }))),
    { numRuns },
  );
}

test('any text at all is a scenario or problems, never a throw', () => {
  anyOf(fc.string({ unit: 'binary', maxLength: 200 }), 500);
});

test('any bytes at all, read as UTF-8, are a scenario or problems, never a throw', () => {
  const decoder = new TextDecoder();
  anyOf(
    fc.uint8Array({ maxLength: 300 }).map((bytes) => decoder.decode(bytes)),
    1_000,
  );
});

test('any words of YAML in any order are a scenario or problems, never a throw', () => {
  anyOf(
    fc.array(fc.constantFrom(...PIECES), { maxLength: 40 }).map((pieces) => pieces.join('')),
    2_000,
  );
});

test('a scenario in which anything was replaced by anything is a scenario or problems, never a throw', () => {
  const edit = fc.record({
    at: fc.nat(SCENARIO.length),
    removed: fc.nat(30),
    put: fc.oneof(fc.constantFrom(...PIECES), fc.string({ unit: 'binary', maxLength: 6 })),
  });
  const edited = fc
    .array(edit, { minLength: 1, maxLength: 4 })
    .map((edits) =>
      edits.reduce((text, { at, removed, put }) => text.slice(0, at) + put + text.slice(at + removed), SCENARIO),
    );
  anyOf(edited, 1_500);
});
