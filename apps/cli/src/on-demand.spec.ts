import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import type { ConductAnswer } from '@lapse/report';
import { ENTRIES } from './places.ts';
import { schemaProblems } from './testing/json-schema.ts';

// Real servers, a real worker, real experiments.
jest.setTimeout(120_000);

let cwd: string;
let child: ChildProcess;
let complaints: string;
let ended: Promise<number | null>;
beforeEach(() => {
  cwd = mkdtempSync(join(tmpdir(), 'lapse-conduct-'));
  child = spawn(process.execPath, [ENTRIES.cli, 'conduct'], { cwd, stdio: ['pipe', 'pipe', 'pipe'] });
  complaints = '';
  child.stderr?.on('data', (piece) => {
    complaints += String(piece);
  });
  ended = new Promise((resolve) => child.once('close', resolve));
});
afterEach(async () => {
  child.stdin?.end();
  await ended;
  rmSync(cwd, { recursive: true });
});

const SESSION = {
  about: 'A session without a fault.',
  path: 'direct',
  workload: [{ at: 100, do: 'open' }],
};
const IDLE = { ...SESSION, scenario: 'idle', service: { receiveTimeoutMs: 500 }, runForMs: 900 };
const CLOSED = {
  ...SESSION,
  scenario: 'closed',
  workload: [...SESSION.workload, { at: 300, do: 'close' }],
  runForMs: 600,
};

function ask(request: object): void {
  child.stdin?.write(`${JSON.stringify(request)}\n`);
}

/** Every line, each allowed by the schema, until `count` requests are answered. */
async function answers(count: number): Promise<readonly ConductAnswer[]> {
  const lines: ConductAnswer[] = [];
  for await (const line of createInterface({ input: child.stdout ?? process.stdin })) {
    const answer = JSON.parse(line);
    expect(schemaProblems('conduct', answer)).toEqual([]);
    lines.push(answer);
    if (lines.length > count) break;
  }
  return lines;
}

test('requests of before the start and several at a time are answered, what is no scenario is refused, and the input ends all', async () => {
  ask({ run: 1, scenario: IDLE });
  ask({ run: 2, scenario: CLOSED });
  ask({ run: 3, scenario: { ...IDLE, runForMs: -1 } });
  ask({ run: 4, name: 'no-such-scenario' });
  const [ready, ...others] = await answers(4);
  expect(ready).toMatchObject({ is: 'ready', conductor: 'temporal' });
  const of = (run: number) => others.find((answer) => 'run' in answer && answer.run === run);
  expect(of(1)).toMatchObject({
    outcome: { scenario: 'idle', verdict: 'confirmed' },
    accounts: [{ session: 1, root: { timer: 'receive', span: 500 }, end: { at: expect.any(Number) } }],
  });
  expect(of(2)).toMatchObject({
    outcome: { scenario: 'closed', verdict: 'confirmed' },
    accounts: [{ session: 1, root: { is: 'nothing' } }],
  });
  expect(of(3)).toEqual({ is: 'refused', run: 3, why: expect.stringContaining('runForMs') });
  expect(of(4)).toEqual({ is: 'refused', run: 4, why: expect.stringContaining('no scenario named no-such-scenario') });
  child.stdin?.end();
  expect(await ended).toBe(0);
  const folder = ready?.is === 'ready' ? ready.folder : '';
  const run = JSON.parse(readFileSync(join(folder, 'run.json'), 'utf8'));
  expect(schemaProblems('run', run)).toEqual([]);
  expect(run.scenarios).toHaveLength(2);
  for (const file of ['report.html', 'junit.xml']) expect(existsSync(join(folder, file))).toBe(true);
});

test('lines that are no requests are refused without a number, and the others go on', async () => {
  for (const line of ['no JSON', '{"run": 1}', '{"name": "open-refused"}', '[]']) child.stdin?.write(`${line}\n`);
  ask({ run: 2, scenario: CLOSED });
  const [ready, ...others] = await answers(5);
  expect(ready).toMatchObject({ is: 'ready' });
  const refused = { is: 'refused', why: expect.stringContaining('A request is one JSON object a line') };
  expect(others.filter(({ is }) => is === 'refused')).toEqual([refused, refused, refused, refused]);
  expect(others.find(({ is }) => is === 'conducted')).toMatchObject({ run: 2, outcome: { verdict: 'confirmed' } });
});

test('a signal ends everything with 130, in the middle of a measurement as well', async () => {
  ask({ run: 1, scenario: { ...CLOSED, scenario: 'long', runForMs: 60_000 } });
  const waiting = new Promise<void>((measuring) => {
    child.stderr?.on('data', () => complaints.includes('long: measuring') && measuring());
  });
  await waiting;
  child.kill('SIGTERM');
  expect(await ended).toBe(130);
});

test('requests whose input ends before the start is over are answered by that, with 130', async () => {
  ask({ run: 7, scenario: CLOSED });
  child.stdin?.write('no JSON\n');
  child.stdin?.end();
  const lines = await answers(1);
  expect(lines).toEqual([
    { is: 'failed', run: 7, why: expect.stringContaining('The input ended before anything was ready') },
    { is: 'refused', why: expect.stringContaining('A request is one JSON object a line') },
  ]);
  expect(await ended).toBe(130);
});

test('an input that ends before the start is over ends everything', async () => {
  child.stdin?.end();
  expect(await ended).toBe(0);
});
