import { describe, expect, test } from '@jest/globals';
import { parseScenario } from './parse-scenario.ts';
import { formatProblem } from './problem.ts';

const TOXIC = '{ at: 200, toxic: bandwidth, rate: 0, stream: both }';

function parsed(...faults: readonly string[]) {
  const text = `scenario: s
about: A session.
workload: [{ at: 500, do: open }]
runForMs: 4000
faults:
${faults.map((fault) => `  - ${fault}`).join('\n')}
`;
  return parseScenario(text, { file: 's.yaml' });
}

function problemsOf(...faults: readonly string[]): readonly string[] {
  const result = parsed(...faults);
  return 'problems' in result ? result.problems.map((problem) => formatProblem(problem).replace('s.yaml:', '')) : [];
}

describe('an entry of faults that names a process', () => {
  test('stands beside the toxics in the file, and apart from them in the scenario', () => {
    expect(parsed('{ at: 2000, process: service, do: freeze, heal: 3000 }', TOXIC)).toMatchObject({
      scenario: {
        faults: [{ at: 200, stream: 'both', toxic: { type: 'bandwidth', rate: 0 } }],
        processFaults: [{ at: 2_000, side: 'service', how: 'freeze', heal: 3_000 }],
      },
    });
  });

  test('may write its instants as time spans', () => {
    expect(parsed('{ at: "00:00:02", process: client, do: kill }')).toMatchObject({
      scenario: { faults: [], processFaults: [{ at: 2_000, side: 'client', how: 'kill' }] },
    });
  });

  test('is not there where nothing is done to a process', () => {
    const result = parsed(TOXIC);
    expect('scenario' in result && 'processFaults' in result.scenario).toBe(false);
  });
});

describe('a mistake is named where it stands', () => {
  test.each([
    [
      '{ at: 2000, process: servce, do: kill }',
      '6:26 faults[0].process is "servce", not one of service, client; did you mean service?',
    ],
    [
      '{ at: 2000, process: client, do: frieze }',
      '6:38 faults[0].do is "frieze", not one of kill, freeze; did you mean freeze?',
    ],
    ['{ at: 2000, process: client }', '6:5 faults[0].do is missing: kill, freeze.'],
    ['{ process: client, do: kill }', '6:5 faults[0].at is missing.'],
    [
      '{ at: 2000, process: client, do: kill, stream: both }',
      '6:44 faults[0] has no "stream": a signal goes to a whole process, not to a stream.',
    ],
    ['{ at: 2000, process: client, do: freeze, heel: 3000 }', '6:46 faults[0] has no "heel": did you mean heal?'],
    ['{ at: 2000, toxic: down, process: client }', '6:30 faults[0] has no "process". It has at, heal, toxic.'],
  ])('%s', (fault, problem) => {
    expect(problemsOf(fault)).toEqual([problem]);
  });

  test('what lint says about it points into the one list of the file', () => {
    expect(problemsOf(TOXIC, '{ at: 2000, process: client, do: kill, heal: 3000 }')).toEqual([
      '7:50 A killed process stays dead: leave heal away, or freeze it.',
    ]);
    expect(problemsOf('{ at: 2000, process: client, do: kill }', '{ at: 5000, toxic: down }')).toEqual([
      expect.stringMatching(/^7:11 .*5000/),
    ]);
  });
});
