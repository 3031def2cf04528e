import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { junitOf } from './junit.ts';
import type { ReportedRun } from './reported-run.ts';
import { anyRun, CONFIRMED, ending, runOf } from './testing/runs.ts';
import { type Element, parseXml } from './testing/xml.ts';

function casesOf(run: ReportedRun): readonly Element[] {
  const [suite] = parseXml(junitOf(run)).children;
  return suite?.children.filter(({ name }) => name === 'testcase') ?? [];
}

test('a confirmed scenario is a success of its own, with its file, what was measured in seconds, and all that is told', () => {
  const [only] = casesOf(runOf(CONFIRMED));
  expect(only?.attributes).toEqual({
    classname: 'lapse',
    name: 'idle',
    time: '5.300',
    file: 'chaos/scenarios/idle.yaml',
  });
  expect(only?.children).toMatchObject([{ name: 'system-out' }]);
  expect(only?.children[0]?.text).toBe(
    [
      'The service gave up.',
      '',
      'An idle session ends.',
      '',
      'predicted: service receive timeout at 5.000 s',
      'observed: service receive timeout at 5.006 s',
      'margin: 1.900 s to what would have been next',
      'client sees: nothing, until its next use',
      'lost: service open (cancelled by opened)',
      'argued, not seen: service receive timeout at 5.000 s',
      'scale: 0.008: 4.800 s stands for 10 min',
      'evidence: /runs/1/idle-1',
    ].join('\n'),
  );
});

test.each([
  ['refuted', 'failure', 'refuted: It was late.'],
  ['inconclusive', 'error', 'inconclusive: It was late.'],
  ['broken', 'error', 'broken: It was late.'],
] as const)('what was %s is one %s, which says why in its message and in its text', (verdict, element, message) => {
  const [only] = casesOf(runOf(ending(verdict, 'It was late.')));
  expect(only?.children).toMatchObject([
    { name: element, attributes: { type: verdict, message }, text: expect.stringContaining('It was late.') },
  ]);
});

test('what was skipped is skipped, and has taken no time', () => {
  const [only] = casesOf(runOf(ending('skipped', 'It was not started: --fail-fast.')));
  expect(only).toMatchObject({ attributes: { time: '0.000' }, children: [{ name: 'skipped' }] });
});

test('a second experiment is measured time as well', () => {
  const [only] = casesOf(runOf({ ...CONFIRMED, evidence: ['/runs/1/idle-1', '/runs/1/idle-1-second'] }));
  expect(only?.attributes.time).toBe('10.600');
});

test('the suite counts its cases as readers do, and says what was run', () => {
  const note = 'No workflow history proves it.';
  const run = runOf(CONFIRMED, ending('refuted', '-'), ending('broken', '-'), ending('inconclusive', '-'));
  const root = parseXml(junitOf({ ...run, note }));
  const counts = { tests: '4', failures: '1', errors: '2', skipped: '0', time: '5.300' };
  expect(root).toMatchObject({ name: 'testsuites', attributes: counts });
  expect(root.children).toMatchObject([{ name: 'testsuite', attributes: { name: 'lapse', ...counts } }]);
  const [properties, ...others] = root.children[0]?.children ?? [];
  expect(properties?.children.map(({ attributes }) => attributes)).toContainEqual({ name: 'commit', value: 'c0ffee' });
  expect(others.at(-1)).toMatchObject({ name: 'system-err', text: note });
});

test('rounds of one scenario have names of their own, that stay the same from run to run', () => {
  const names = casesOf(runOf(CONFIRMED, CONFIRMED, CONFIRMED)).map(({ attributes }) => attributes.name);
  expect(names).toEqual(['idle', 'idle (round 2)', 'idle (round 3)']);
});

test('a text without end is cut, and that is said: a thousand scenarios of such texts stay below the 30 MB of GitLab', () => {
  const endless = 'endless '.repeat(10_000);
  const scenario = { ...ending('refuted', endless), about: endless, lost: endless };
  const [only] = casesOf(runOf(scenario));
  expect(only?.children[0]?.text).toMatch(/ \.\.\. \(\d+ more characters\)$/);
  expect(junitOf(runOf(...Array(1_000).fill(scenario))).length).toBeLessThan(30_000_000);
});

test('whatever the texts hold, the document is well-formed, and has one case of its own name for each scenario', () => {
  fc.assert(
    fc.property(anyRun, (run) => {
      const names = casesOf(run).map(({ attributes }) => attributes.name?.trim());
      expect(names).toHaveLength(run.scenarios.length);
      expect(new Set(names).size).toBe(names.length);
    }),
  );
});

test('what a document can hold comes out of it as it went in; what it cannot hold is replaced by a mark', () => {
  const sentence = 'a & b < c > d "e" ]]> \r\n\t 😀 é';
  const [kept, replaced] = casesOf(
    runOf(ending('broken', sentence, 'one'), ending('broken', 'a\0b\uD800c\uFFFEd', 'two')),
  );
  expect(kept?.children[0]).toMatchObject({ attributes: { message: `broken: ${sentence}` }, text: sentence });
  expect(replaced?.children[0]?.text).toBe('a\uFFFDb\uFFFDc\uFFFDd');
});
