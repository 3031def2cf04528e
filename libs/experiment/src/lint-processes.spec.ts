import { expect, test } from '@jest/globals';
import { lint } from './lint.ts';
import type { ProcessFault } from './scenario.ts';
import { scenario } from './testing/scenarios.ts';

const KILL: ProcessFault = { at: 1_000, side: 'client', how: 'kill' };
const FREEZE: ProcessFault = { at: 1_000, side: 'client', how: 'freeze', heal: 2_000 };

function problemsOf(...processFaults: readonly ProcessFault[]): readonly string[] {
  return lint(scenario({ runFor: 3_000, processFaults })).map(({ where, message }) => `${where.join('.')}: ${message}`);
}

test('a kill and a freeze of some duration are fine, and decide a scenario that nothing else does', () => {
  expect(problemsOf(KILL)).toEqual([]);
  expect(problemsOf(FREEZE)).toEqual([]);
  expect(lint(scenario({ runFor: 3_000 }))).not.toEqual([]);
});

test.each([
  ['a kill that heals', { ...KILL, heal: 2_000 }, 'processFaults.0.heal: A killed process stays dead'],
  ['a freeze that heals before it begins', { ...FREEZE, heal: 900 }, 'processFaults.0.heal: The freeze heals at 900'],
  ['a heal after the end', { ...FREEZE, heal: 3_000 }, 'processFaults.0.heal: The freeze heals at 3000, but'],
  ['a fault after the end', { ...KILL, at: 3_000 }, 'processFaults.0.at: This kill at 3000 comes after the end'],
] as const)('%s is refused', (_, fault, sentence) => {
  expect(problemsOf(fault)).toEqual([expect.stringContaining(sentence)]);
});

test('a second process fault is refused', () => {
  expect(problemsOf(KILL, { ...FREEZE, side: 'service' })).toEqual([
    expect.stringContaining('processFaults.1: One process is killed or frozen in a scenario'),
  ]);
});

test('a step of a client that does not run is refused, and one after its thaw is not', () => {
  const closing = (at: number) =>
    lint(
      scenario({
        runFor: 3_000,
        processFaults: [FREEZE],
        workload: [
          { at: 100, do: 'open' },
          { at, do: 'close' },
        ],
      }),
    );
  expect(closing(1_500)).toEqual([
    { where: ['workload', 1, 'at'], message: expect.stringContaining('The client cannot do this at 1500') },
  ]);
  expect(closing(2_500)).toEqual([]);
});
