import { expect, test } from '@jest/globals';
import { type Finding, findingsText } from './findings-text.ts';

const HOST: Finding = {
  ...{ part: 'experiment host', state: 'ready', route: 'installation', version: '-', reasons: [], remedies: [] },
  where: '/opt/a-rather-long-folder/lapse/apps/experiment-host/src/main.ts',
};
const RUNS: Finding = {
  ...{ part: 'folder for runs', state: 'missing', route: '-', version: '-', where: '/opt/lapse/.lapse/runs' },
  reasons: ['nothing can be written in /opt/lapse: permission denied'],
  remedies: ['--runs <folder> records a run elsewhere', 'let this user write there'],
};

test('where there is room, each part is a line, and what is missing is told with its reason and its remedies', () => {
  expect(findingsText([HOST, RUNS], 200)).toBe(`part             state    route         version  where
---------------  -------  ------------  -------  ----------------------------------------------------------------
experiment host  ready    installation  -        /opt/a-rather-long-folder/lapse/apps/experiment-host/src/main.ts
folder for runs  missing  -             -        /opt/lapse/.lapse/runs

folder for runs:
  - nothing can be written in /opt/lapse: permission denied
  > --runs <folder> records a run elsewhere
  > let this user write there`);
});

test('on a narrow terminal its place stands below each part, and no line is wider than the terminal', () => {
  const text = findingsText([HOST, RUNS], 80);
  expect(text).toContain(`experiment host  ready    installation  -\n  ${HOST.where}\nfolder for runs  missing  -`);
  expect(Math.max(...text.split('\n').map(({ length }) => length))).toBeLessThanOrEqual(80);
});
