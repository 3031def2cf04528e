import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
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
beforeAll(async () => {
  cwd = mkdtempSync(join(tmpdir(), 'lapse-explain-'));
  writeFileSync(join(cwd, 'brief.yaml'), SCENARIO);
  const ended = await lapse(['run', 'brief.yaml', '--conductor', 'in-process', '--json'], { cwd });
  const document = JSON.parse(ended.stdout);
  folder = document.folder;
  cpSync(document.scenarios[0].evidence[0], join(cwd, 'record'), { recursive: true });
});
afterAll(() => rmSync(cwd, { recursive: true }));

const explain = (...words: readonly string[]) => lapse(['explain', ...words], { cwd });

function documentOf({ stdout, stderr }: Ended) {
  const document = JSON.parse(stdout);
  expect({ problems: schemaProblems('explain', document), stderr }).toEqual({ problems: [], stderr: '' });
  return document;
}

test('root, carrier, what the caller saw and what to change are told, then a timeline, 80 columns wide', async () => {
  const { exitCode, stdout, stderr } = await explain('record');
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
  expect(stdout).toMatch(/^brief: confirmed$/m);
  expect(stdout).toMatch(/^ {2}root {6}service: The receive timeout of the service fired at 0\.9\d\d s/m);
  expect(stdout).toMatch(/^ {2}carrier {3}rst: The service ended its connection by RST at/m);
  expect(stdout).toMatch(/^ {2}caller {4}Its channel was faulted at/m);
  expect(stdout).toMatch(/^ {2}change {4}The setting is Binding\.ReceiveTimeout of the service\./m);
  expect(stdout).toMatch(/^seconds +client +wire, toxics +service$/m);
  expect(stdout).toMatch(/^ {3}0\.1\d\d {2}Open\(\)$/m);
  expect(stdout).toMatch(/^ {3}0\.9\d\d {2} {48}receive timeout FIRED$/m);
  const lines = stdout.split('\n').filter((line) => !line.includes(cwd));
  expect(Math.max(...lines.map(({ length }) => length))).toBeLessThanOrEqual(80);
});

test('a run, an experiment of it and its history alone tell the same', async () => {
  const [run, experiment, history] = await Promise.all(
    [folder, 'record', 'record/history.jsonl'].map((path) => explain(path, '--json')),
  );
  const records = [run, experiment, history].map((ended) => (ended ? documentOf(ended).records : undefined));
  expect(records[0]).toMatchObject([
    {
      scenario: 'brief',
      verdict: 'confirmed',
      account: { session: 1, root: { is: 'timer', side: 'service', timer: 'receive' }, carrier: { is: 'rst' } },
    },
  ]);
  for (const one of records) expect({ ...one[0], evidence: '' }).toEqual({ ...records[0][0], evidence: '' });
  expect(records[0][0].timeline.at(-1)).toMatchObject({ wire: 'end of measurement' });
});

test('a history that ends too early is inconclusive, and tells as far as it goes', async () => {
  const text = readFileSync(join(cwd, 'record/history.jsonl'), 'utf8');
  writeFileSync(join(cwd, 'cut.jsonl'), text.slice(0, text.indexOf('"what":"fired"')));
  const ended = await explain('cut.jsonl', '--json');
  expect(ended.exitCode).toBe(2);
  const [record] = documentOf(ended).records;
  expect(record).toMatchObject({ verdict: 'inconclusive', account: { root: { is: 'unknown' } } });
  expect(record.timeline.length).toBeGreaterThan(10);
});

test('a record of another version is said to be one, without an account', async () => {
  const text = readFileSync(join(cwd, 'record/history.jsonl'), 'utf8').replaceAll('"is":"fires"', '"is":"expires"');
  writeFileSync(join(cwd, 'foreign.jsonl'), text);
  const ended = await explain('foreign.jsonl', '--json');
  expect(ended.exitCode).toBe(2);
  const [record] = documentOf(ended).records;
  expect(record).toMatchObject({ sentence: expect.stringContaining('made by another version of Lapse'), timeline: [] });
  expect(record).not.toHaveProperty('account');
});

test('what is no record is wrong usage', async () => {
  expect(await explain('nowhere')).toMatchObject({ exitCode: 64, stderr: 'There is no record nowhere.\n' });
});
