import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, jest, test } from '@jest/globals';
import { schemaProblems } from './testing/json-schema.ts';
import { type Ended, lapse } from './testing/lapse.ts';

// A real record is made first; then every test starts a process or two.
jest.setTimeout(120_000);

const SCENARIO = `scenario: brief
about: An idle session is ended by the receive timeout of its service.
path: direct
client: { openTimeoutMs: 600, closeTimeoutMs: 600 }
service: { receiveTimeoutMs: 800, channelInitializationTimeoutMs: 600, openTimeoutMs: 600, idleTimeoutMs: 1000 }
workload: [{ at: 100, do: open }]
runFor: "00:00:01.5"
`;

let made: string;
let recorded: { readonly folder: string; readonly evidence: string };
beforeAll(async () => {
  made = mkdtempSync(join(tmpdir(), 'lapse-recorded-'));
  writeFileSync(join(made, 'brief.yaml'), SCENARIO);
  const ended = await lapse(['run', 'brief.yaml', '--conductor', 'in-process', '--json'], { cwd: made });
  const document = documentOf(ended, 'run');
  expect({ stderr: ended.stderr, ...document }).toMatchObject({ exitCode: 2, status: 'confirmed' });
  recorded = { folder: document.folder, evidence: document.scenarios[0].evidence[0] };
});
afterAll(() => rmSync(made, { recursive: true }));

let cwd: string;
beforeEach(() => {
  cwd = mkdtempSync(join(tmpdir(), 'lapse-judge-'));
  cpSync(recorded.evidence, join(cwd, 'record'), { recursive: true });
});
afterEach(() => rmSync(cwd, { recursive: true }));

const HISTORY = 'record/history.jsonl';
const EXPERIMENT = 'record/experiment.json';
const textOf = (name: string) => readFileSync(join(cwd, name), 'utf8');
const judge = (...words: readonly string[]) => lapse(['judge', ...words], { cwd });

function documentOf({ stdout, stderr }: Ended, schema: string) {
  const document = JSON.parse(stdout);
  expect({ problems: schemaProblems(schema, document), stderr }).toMatchObject({ problems: [] });
  return document;
}

/** Changes what is recorded of the request, in both files. */
function rerecorded(change: (text: string) => string): void {
  for (const name of [HISTORY, EXPERIMENT]) {
    const compact = name === EXPERIMENT ? JSON.stringify(JSON.parse(textOf(name))) : textOf(name);
    const changed = change(compact);
    expect(changed).not.toBe(compact);
    writeFileSync(join(cwd, name), changed);
  }
}

test('a run, an experiment of it, and its history alone are judged as they were', async () => {
  writeFileSync(join(cwd, 'copied.jsonl'), textOf(HISTORY));
  for (const path of [recorded.folder, 'record', HISTORY, 'copied.jsonl']) {
    const ended = await judge(path, '--json');
    expect({ path, ...ended }).toMatchObject({ path, exitCode: 0, stderr: '' });
    const { records } = documentOf(ended, 'judge');
    expect(records).toMatchObject([{ scenario: 'brief', verdict: 'confirmed', labels: { conductor: 'inProcess' } }]);
    expect(records[0]).not.toHaveProperty('today');
  }
});

test('the run that ended last is judged and explained by the name latest, as is what lies in it', async () => {
  const runs = join(made, '.lapse', 'runs');
  for (const words of [
    ['judge', join(runs, 'latest')],
    ['explain', join('.lapse', 'runs', 'latest', basename(recorded.evidence))],
  ]) {
    const { exitCode, stdout } = await lapse(words, { cwd: made });
    expect({ words, exitCode }).toEqual({ words, exitCode: 0 });
    expect(stdout).toContain(basename(recorded.folder));
  }
  expect(readdirSync(recorded.folder)).toEqual(expect.arrayContaining(['run.json', 'junit.xml', 'summary.md']));
});

test('a latest whose run has been deleted says which one it was', async () => {
  symlinkSync('20260301-020304-1', join(cwd, 'latest'));
  expect(await judge('latest')).toMatchObject({
    exitCode: 64,
    stderr: 'latest stands for 20260301-020304-1, and there is no such record.\n',
  });
});

test('several records are as bad as the worst of them, and people are told in words', async () => {
  cpSync(join(cwd, 'record'), join(cwd, 'cut'), { recursive: true });
  writeFileSync(join(cwd, 'cut/history.jsonl'), textOf(HISTORY).slice(0, 4_000));
  const { exitCode, stdout } = await judge('record', 'cut');
  expect(exitCode).toBe(2);
  expect(stdout).toMatch(/^brief +service receive timeout at 0\.900 s .* confirmed /m);
  expect(stdout).toMatch(/^brief +service receive timeout at 0\.900 s .* inconclusive /m);
  expect(stdout).toContain('2 records: inconclusive (1 confirmed, 1 inconclusive: brief)');
});

test.each([
  ['cut in the middle', (text: string) => text.slice(0, text.length / 2)],
  ['without its last words', (text: string) => text.slice(0, text.indexOf('"measurementEnded"'))],
  ['without one of its lines', (text: string) => text.split('\n').toSpliced(8, 1).join('\n')],
  ['empty, beside what was predicted', () => ''],
  ['binary, beside what was predicted', () => '\x7fELF\0\0\xff'],
])('a history %s is inconclusive', async (_, change) => {
  writeFileSync(join(cwd, HISTORY), change(textOf(HISTORY)));
  const ended = await judge('record', '--json');
  expect(ended).toMatchObject({ exitCode: 2, stderr: '' });
  expect(documentOf(ended, 'judge').records).toMatchObject([{ verdict: 'inconclusive' }]);
});

test('a prediction that was changed afterwards in one of the files is inconclusive', async () => {
  writeFileSync(join(cwd, EXPERIMENT), textOf(EXPERIMENT).replaceAll('"receive"', '"open"'));
  const { exitCode, stdout } = await judge('record');
  expect(exitCode).toBe(2);
  expect(stdout).toContain('recorded for another prediction');
});

test('a record of a wrong prediction is refuted, and what is predicted today is told', async () => {
  rerecorded((text) => text.replace('{"is":"fires","timer":"receive"}', '{"is":"fires","timer":"open"}'));
  const ended = await judge('record', '--json');
  expect(ended.exitCode).toBe(1);
  const [row] = documentOf(ended, 'judge').records;
  expect(row).toMatchObject({ verdict: 'refuted', today: { prediction: { root: 1 } } });
  expect(row.today.sentence).toBe(
    "Today's rules predict something else: service receive timeout at 0.900 s, not service open timeout at 0.900 s.",
  );
});

test('a scenario that the rules of today refuse is judged all the same, and that is told', async () => {
  rerecorded((text) => text.replace('"do":"open"', '"do":"close"'));
  const { exitCode, stdout } = await judge('record');
  expect(exitCode).toBe(0);
  expect(stdout).toContain("Today's rules refuse the scenario: ");
});

test.each([
  ['claims of another form', '"is":"fires"', '"is":"expires"'],
  ['a root that no claim has', '"root":1', '"root":7'],
  ['no workload', '"workload":', '"steps":'],
])('a record of another version, with %s, is inconclusive, not a bug', async (_, from, to) => {
  rerecorded((text) => text.replaceAll(from, to));
  const ended = await judge('record', '--json');
  expect(ended).toMatchObject({ exitCode: 2, stderr: '' });
  expect(documentOf(ended, 'judge').records).toMatchObject([
    { verdict: 'inconclusive', sentence: expect.stringContaining('made by another version of Lapse') },
  ]);
});

test.each([
  ['an empty file', '', 'its history is empty'],
  ['a binary file', '\x7fELF\0\0\xff', 'its first line does not say'],
  ['a scenario', SCENARIO, 'its first line does not say'],
  ['a history cut off in its first line', '{"type":"experiment","id":"a', 'cut off in its first line'],
  ['a line of something else', '{"type":"zero"}\n', 'its first line does not say'],
])('%s is no record', async (_, content, message) => {
  writeFileSync(join(cwd, 'file'), content);
  const ended = await judge('file', '--json');
  expect(ended).toMatchObject({ exitCode: 64, stderr: expect.stringContaining(message) });
  expect(documentOf(ended, 'error')).toMatchObject({ exitCode: 64 });
});

test('of a folder of runs the newest run with a record is named instead', async () => {
  for (const run of ['20261124-100000-1', '20261125-090000-1'])
    cpSync(join(cwd, 'record'), join(cwd, 'runs', run, 'brief-1'), { recursive: true });
  mkdirSync(join(cwd, 'runs', '20261125-100000-1'));
  symlinkSync('20261125-090000-1', join(cwd, 'runs', 'latest'));
  writeFileSync(join(cwd, 'runs', 'notes.txt'), 'nothing');
  const newest = join('runs', '20261125-090000-1');
  expect(await judge('runs')).toMatchObject({
    exitCode: 64,
    stderr: `runs holds runs, not a record. Give one of them; the newest is ${newest}\n`,
  });
  expect(await judge(newest)).toMatchObject({ exitCode: 0 });
});

test('a folder without a record is none; neither is a socket, nor a folder in the place of a history', async () => {
  mkdirSync(join(cwd, 'empty'));
  mkdirSync(join(cwd, 'odd', 'history.jsonl'), { recursive: true });
  const server = createServer().listen(join(cwd, 'socket'));
  try {
    for (const name of ['empty', 'odd', 'socket'])
      expect({ name, ...(await judge(name)) }).toMatchObject({
        name,
        exitCode: 64,
        stderr: expect.stringContaining(name),
      });
  } finally {
    server.close();
  }
});
