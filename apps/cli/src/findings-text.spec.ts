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

const TOXIPROXY: Finding = {
  ...{ part: 'Toxiproxy', state: 'obtainable', route: 'download', version: '2.12.0', where: 'downloading it' },
  reasons: ['TOXIPROXY_URL is not set'],
  remedies: ['the next run gets it by downloading it'],
  routes: [
    { route: 'environment', state: 'nothing', what: 'TOXIPROXY_URL is not set' },
    { route: 'download', state: 'obtainable', what: 'downloading it from archives.example (its SHA-256 is pinned)' },
  ],
};

test('each route to a server says what it has, the one that is taken is marked, and no reason is told twice', () => {
  const text = findingsText([TOXIPROXY], 80);
  expect(text.slice(text.indexOf('\n\n'))).toBe(`

Routes to Toxiproxy, in the order in which they are asked (> is taken):
    environment  none: TOXIPROXY_URL is not set
  > download     could get it by downloading it from archives.example (its
    SHA-256 is pinned)

Toxiproxy:
  > the next run gets it by downloading it`);
});

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
