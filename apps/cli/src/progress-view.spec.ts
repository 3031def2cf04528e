import { expect, test } from '@jest/globals';
import type { Sight } from '@lapse/conduct';
import { liveLine, plainView, type Watched, wholeLine } from './progress-view.ts';
import { SCENARIO } from './testing/judged.ts';

function watched(sight: Sight, outcome?: string): Watched {
  return { id: 'idle-1', scenario: SCENARIO, sight, ...(outcome === undefined ? {} : { outcome }) };
}

/** What is shown, without the time in front. */
function shownFor(...updates: readonly Watched[]): readonly string[] {
  const lines: string[] = [];
  const view = plainView((line) => lines.push(line.replace(/^\[.*?\] /, '')));
  for (const update of updates) view.update([update]);
  return lines;
}

test('without a terminal every change of phase is one line, and repetition is none', () => {
  const measuring = watched({ is: 'running', phase: 'measuring' });
  expect(
    shownFor(
      watched({ is: 'waiting' }),
      watched({ is: 'running', phase: 'starting' }),
      measuring,
      measuring,
      watched({ is: 'running', phase: 'judging' }),
      watched({ is: 'judged' }, 'confirmed.'),
    ),
  ).toEqual(['idle: starting', 'idle: measuring, 8.000 s', 'idle: judging', 'idle: confirmed.']);
});

test('a scenario that starts again after it was measured is said to start a second experiment', () => {
  const starting = watched({ is: 'running', phase: 'starting' });
  const measuring = watched({ is: 'running', phase: 'measuring' });
  expect(
    shownFor(watched({ is: 'running', phase: 'waiting for a station' }), starting, measuring, starting, starting),
  ).toEqual([
    'idle: waiting for a station',
    'idle: starting',
    'idle: measuring, 8.000 s',
    'idle: starting a second experiment',
  ]);
});

test('a measurement counts down to the end of the scenario, once its clock is known', () => {
  const measuring = { is: 'running', phase: 'measuring' } as const;
  expect(liveLine(watched(measuring))).toBe('idle  measuring');
  expect(liveLine(watched({ ...measuring, progress: { historySize: 9, lastInstant: 4_800 } }))).toBe(
    'idle  measuring  3.2 s left',
  );
  expect(liveLine(watched({ ...measuring, progress: { historySize: 9, lastInstant: 8_300 } }))).toBe(
    'idle  measuring  0.0 s left',
  );
});

test('the whole is as fast as it was up to now, by what it has measured', () => {
  const done = watched({ is: 'judged' }, 'confirmed.');
  const half = { is: 'running', phase: 'measuring', progress: { historySize: 9, lastInstant: 5_000 } } as const;
  const waiting = watched({ is: 'waiting' });
  // Each is 8 s long, and takes 2 s beside: 10 of 40 are done in 20 s.
  expect(wholeLine([done, waiting, waiting, waiting], 20_000)).toBe('1 of 4 done, about 1 min left');
  expect(wholeLine([done, watched(half), waiting], 15_000)).toBe('1 of 3 done, about 15 s left');
  expect(wholeLine([done, done, done, waiting], 3_000)).toBe('3 of 4 done, about 5 s left');
  expect(wholeLine([done, waiting, waiting, waiting], 200_000)).toBe('1 of 4 done, about 10 min left');
});

test('of one scenario, before anything is done, and when all is, nothing is said of the whole', () => {
  const done = watched({ is: 'judged' }, 'confirmed.');
  const waiting = watched({ is: 'waiting' });
  expect(wholeLine([waiting], 5_000)).toBeUndefined();
  expect(wholeLine([waiting, waiting], 5_000)).toBeUndefined();
  expect(wholeLine([done, done], 5_000)).toBeUndefined();
});
