import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { schemaProblems } from './testing/json-schema.ts';
import { type Ended, lapse } from './testing/lapse.ts';

// A real record is made first; then every test starts a process or two.
jest.setTimeout(120_000);

const SCENARIO = `scenario: brief
about: An idle duplex session is ended by the receive timeout of its service.
path: direct
client: { callStyle: duplex, openTimeoutMs: 600, closeTimeoutMs: 600 }
service: { receiveTimeoutMs: 800, channelInitializationTimeoutMs: 600, openTimeoutMs: 600, idleTimeoutMs: 1000 }
workload: [{ at: 100, do: open }]
runFor: "00:00:01.5"
`;

let cwd: string;
let folder: string;
let experiment: string;
let ran: Ended;
beforeAll(async () => {
  cwd = mkdtempSync(join(tmpdir(), 'lapse-report-'));
  writeFileSync(join(cwd, 'brief.yaml'), SCENARIO);
  ran = await lapse(['run', 'brief.yaml', '--conductor', 'in-process', '--allow-in-process'], { cwd });
  folder = /^evidence: (.*)$/m.exec(ran.stdout)?.[1] ?? '';
  experiment = JSON.parse(readFileSync(join(folder, 'run.json'), 'utf8')).scenarios[0].evidence[0];
});
afterAll(() => rmSync(cwd, { recursive: true }));

const report = (...words: readonly string[]) => lapse(['report', ...words], { cwd });

function pageAt(path: string): string {
  const page = readFileSync(path, 'utf8');
  expect(page).toMatch(/^<!doctype html>\n<html lang="en">[\s\S]*<\/html>\n$/);
  return page;
}

test('a run leaves its page in its folder, and names it last', () => {
  const path = join(folder, 'report.html');
  expect({ exitCode: ran.exitCode, last: ran.stdout.trimEnd().split('\n').at(-1) }).toEqual({
    exitCode: 0,
    last: `report: ${path}`,
  });
  const page = pageAt(path);
  expect(page).toContain('Spacetime picture of brief');
  expect(page).toContain('receive timeout FIRED');
  expect(page).toContain('npm run lapse -- run brief.yaml');
});

test('a page of somebody else is not written over, one of ours is', async () => {
  writeFileSync(join(cwd, 'mine.html'), '<p>mine</p>');
  expect(await report(folder, '--out', 'mine.html')).toMatchObject({
    exitCode: 64,
    stderr: expect.stringContaining('mine.html is there, and no report of Lapse'),
  });
  expect(readFileSync(join(cwd, 'mine.html'), 'utf8')).toBe('<p>mine</p>');
  for (const _ of ['first', 'again']) expect(await report(folder, '--out', 'ours.html')).toMatchObject({ exitCode: 0 });
});

test('a run, an experiment of it and its history alone become a page, beside what was recorded or where it is wanted', async () => {
  cpSync(experiment, join(cwd, 'copy'), { recursive: true });
  const written = await Promise.all([
    report(folder, '--out', 'run.html'),
    report('copy'),
    report('copy/history.jsonl', '--out', 'alone.htm'),
  ]);
  const pages = ['run.html', 'copy/report.html', 'alone.htm'].map((path) => join(cwd, path));
  expect(written).toMatchObject(pages.map((page) => ({ exitCode: 0, stdout: `report: ${page}\n`, stderr: '' })));
  for (const page of pages) expect(pageAt(page)).toContain('receive timeout FIRED');
});

test('as a document it says which page, and of which scenarios', async () => {
  const ended = await report(folder, '--json');
  const document = JSON.parse(ended.stdout);
  expect(schemaProblems('report', document)).toEqual([]);
  expect(document).toMatchObject({
    ...{ exitCode: 0, report: join(folder, 'report.html'), status: 'confirmed' },
    scenarios: [{ scenario: 'brief', verdict: 'confirmed' }],
  });
});

test('a record of another version is a row with its sentence, and the verdict of then stands beside that of now', async () => {
  const old = join(cwd, 'old');
  cpSync(folder, old, { recursive: true });
  const name = experiment.slice(folder.length + 1);
  const file = join(old, name, 'experiment.json');
  const { request, ...rest } = JSON.parse(readFileSync(file, 'utf8'));
  writeFileSync(file, JSON.stringify({ ...rest, request: { ...request, prediction: { words: 'of another time' } } }));
  expect(await report('old')).toMatchObject({ exitCode: 0, stderr: '' });
  const page = pageAt(join(old, 'report.html'));
  expect(page).toContain('The record was made by another version of Lapse: its prediction has another form.');
  expect(page).toContain('When it was run, the verdict was: confirmed.');
  expect(page).toContain('<a href="#s-brief">brief</a>');
});

test('what broke or was not started keeps its row, though it left no record', async () => {
  const partly = join(cwd, 'partly');
  cpSync(folder, partly, { recursive: true });
  const path = join(partly, 'run.json');
  const run = JSON.parse(readFileSync(path, 'utf8'));
  const row = { predicted: '-', observed: '-', evidence: [] };
  const broken = { ...row, scenario: 'worn', id: 'worn-1', verdict: 'broken', sentence: 'A part of Lapse broke: <x>' };
  writeFileSync(path, JSON.stringify({ ...run, scenarios: [broken, ...run.scenarios] }));
  expect(await report('partly')).toMatchObject({ exitCode: 0 });
  expect(pageAt(join(partly, 'report.html'))).toContain('A part of Lapse broke: &#60;x&#62;');
});

test('a folder that takes no page is said at the end of a command, and a record is never written over', async () => {
  mkdirSync(join(cwd, 'taken', 'report.html'), { recursive: true });
  cpSync(experiment, join(cwd, 'taken'), { recursive: true });
  const [taken, over, lost] = await Promise.all([
    report('taken'),
    report('copy', '--out', 'brief.yaml'),
    report('copy', '--out', 'nowhere/page.html'),
  ]);
  expect(taken).toMatchObject({
    exitCode: 64,
    stderr: `${join(cwd, 'taken', 'report.html')} is a folder, not a file.\n`,
  });
  expect(over).toMatchObject({
    exitCode: 64,
    stderr: `${join(cwd, 'brief.yaml')} is no name for a page: it has to end in .html.\n`,
  });
  expect(readFileSync(join(cwd, 'brief.yaml'), 'utf8')).toBe(SCENARIO);
  expect(lost).toMatchObject({
    exitCode: 69,
    stderr: `The report cannot be written to ${join(cwd, 'nowhere/page.html')}: no such file or directory. --out <file> writes it elsewhere.\n`,
  });
});

test('where there is no browser, the page is written all the same', async () => {
  const ended = await lapse(['report', folder, '--open', '--out', 'shown.html'], { cwd, env: { PATH: cwd } });
  expect(ended.exitCode).toBe(69);
  expect(ended.stderr).toMatch(/^The report is written, but no browser could be opened here: .*\n$/);
  expect(pageAt(join(cwd, 'shown.html'))).toContain('brief');
});

test('a page is of one run', async () => {
  const ended = await report('copy', 'old');
  expect(ended).toMatchObject({ exitCode: 64, stderr: expect.stringContaining("too many arguments for 'report'") });
});
