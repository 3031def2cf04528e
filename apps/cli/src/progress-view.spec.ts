import { expect, test } from '@jest/globals';
import type { Sight } from '@lapse/conduct';
import { liveLine, plainView, type Watched } from './progress-view.ts';
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
