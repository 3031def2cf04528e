import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import { pointToNewest } from './latest.ts';
import { leaveWord } from './recorded-runs.ts';
import { schemaProblems } from './testing/json-schema.ts';
import { lapse } from './testing/lapse.ts';

// Every test starts processes, and a busy machine starts them slowly.
jest.setTimeout(60_000);

let cwd: string;
beforeEach(() => {
  cwd = mkdtempSync(join(tmpdir(), 'lapse-runs-'));
});
afterEach(() => rmSync(cwd, { recursive: true }));

const ROOT = join('.lapse', 'runs');
const runs = (...words: readonly string[]) => lapse(['runs', ...words], { cwd });

async function documentOf(...words: readonly string[]) {
  const { exitCode, stdout, stderr } = await runs(...words, '--json');
  const document = JSON.parse(stdout);
  expect({ exitCode, stderr, problems: schemaProblems('runs', document) }).toEqual({
    ...{ exitCode: 0, stderr: '', problems: [] },
  });
  return document;
}

const COMMIT = '0123456789abcdef0123456789abcdef01234567';

function recorded(name: string, document?: unknown): void {
  mkdirSync(join(cwd, ROOT, name), { recursive: true });
  if (document !== undefined) writeFileSync(join(cwd, ROOT, name, 'run.json'), textOf(document));
}

const textOf = (document: unknown) => (typeof document === 'string' ? document : JSON.stringify(document));

function run(...verdicts: readonly string[]) {
  const status = verdicts.includes('refuted') ? 'refuted' : 'confirmed';
  const scenarios = verdicts.map((verdict, index) => ({ scenario: `s${index}`, verdict }));
  return { exitCode: status === 'refuted' ? 1 : 0, status, scenarios, conductor: 'temporal', commit: COMMIT };
}

test('runs are listed with what became of them, the newest first; latest is none of them', async () => {
  recorded('20260301-020304-9', run('confirmed'));
  recorded('20260301-020304-10', run('confirmed', 'refuted', 'confirmed'));
  recorded('20260302-112233-1');
  recorded('20260303-112233-1', '{"status": "confir');
  recorded('20260304-112233-1', { status: 'confirmed' });
  pointToNewest(join(cwd, ROOT), (line) => {
    throw new Error(line);
  });
  const { exitCode, stdout, stderr } = await runs();
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
  expect(stdout.split('\n')).toEqual([
    'when (UTC)           scenarios  verdict     counts                  commit      folder',
    '-------------------  ---------  ----------  ----------------------  ----------  ------------------------------',
    '2026-03-04 11:22:33  -          unreadable  -                       -           .lapse/runs/20260304-112233-1',
    '2026-03-03 11:22:33  -          unreadable  -                       -           .lapse/runs/20260303-112233-1',
    '2026-03-02 11:22:33  -          unfinished  -                       -           .lapse/runs/20260302-112233-1',
    '2026-03-01 02:03:04  3          refuted     1 refuted, 2 confirmed  0123456789  .lapse/runs/20260301-020304-10',
    '2026-03-01 02:03:04  1          confirmed   1 confirmed             0123456789  .lapse/runs/20260301-020304-9',
    '',
    '20260304-112233-1 has a run.json that is not of a run.',
    '20260303-112233-1 has a run.json that cannot be read: it is no JSON.',
    '20260302-112233-1 has no run.json: it goes on, or was killed.',
    '',
  ]);
  expect(await documentOf()).toMatchObject({
    runs: [
      { state: 'unreadable' },
      { state: 'unreadable' },
      { state: 'unfinished', why: expect.any(String) },
      { state: 'finished', status: 'refuted', exitCode: 1, scenarios: 3, counts: { refuted: 1, confirmed: 2 } },
      { name: '20260301-020304-9', beganAt: '2026-03-01T02:03:04Z', folder: join(cwd, ROOT, '20260301-020304-9') },
    ],
    left: 0,
  });
});

test('a run that ended without verdicts says why: nobody started a server, or somebody interrupted it', async () => {
  const nothing = { PATH: dirname(process.execPath), LAPSE_CACHE: join(cwd, 'empty'), LAPSE_OFFLINE: '1' };
  const failed = await lapse(['run', 'open-refused', '--conductor', 'temporal'], { cwd, env: nothing });
  expect(failed.exitCode).toBe(69);
  recorded('20260302-112233-1');
  leaveWord(join(cwd, ROOT, '20260302-112233-1'), 'was interrupted');
  const { stdout } = await runs();
  expect(stdout).toContain('20260302-112233-1 was interrupted.\n');
  expect(stdout).toMatch(/^[\d-]+ came to no verdict: No Toxiproxy by any route.*\.$/m);
});

test('of many runs the newest are listed, and how many there are besides', async () => {
  for (let n = 1; n <= 22; n++) recorded(`20260301-020304-${n}`, run('confirmed'));
  const all = await documentOf();
  expect({ ...all, runs: all.runs.length }).toMatchObject({ runs: 20, left: 2 });
  const { stdout } = await runs('--limit', '1');
  expect(stdout).toMatch(/20260301-020304-22\n\n21 older runs are not listed: --limit 22\n$/);
});

test('where nothing has been run yet, that is said, and is no failure', async () => {
  expect(await runs()).toEqual({
    ...{ exitCode: 0, stderr: '' },
    stdout: `No run has been recorded in ${join(cwd, ROOT)} yet.\n`,
  });
  expect(await documentOf()).toMatchObject({ runs: [], left: 0 });
});

test.each([
  ['a folder that is not there', ['nope'], 'There is no folder nope.'],
  ['a folder without runs', ['.lapse'], '.lapse holds no runs.'],
  ['a file', ['file'], 'file is a file, not a folder.'],
  ['no name', [''], 'An empty name is no folder.'],
  ['one run', [join(ROOT, '20260301-020304-1')], 'is one run. Give the folder that it lies in: '],
  ['the newest run', [join(ROOT, 'latest')], 'is one run. Give the folder that it lies in: '],
  ['no count', ['--limit', 'all'], 'It is a whole number from 1 to 9999.'],
])('%s in place of a folder of runs is refused with a sentence', async (_, words, sentence) => {
  recorded('20260301-020304-1', run('confirmed'));
  pointToNewest(join(cwd, ROOT), () => undefined);
  writeFileSync(join(cwd, 'file'), '');
  const { exitCode, stdout, stderr } = await runs(...words);
  expect({ exitCode, stdout }).toEqual({ exitCode: 64, stdout: '' });
  expect(stderr).toContain(sentence);
});
