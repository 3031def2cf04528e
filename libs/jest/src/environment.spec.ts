import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { Environment, EnvironmentEnded, type EnvironmentSettings, RunFailed } from './environment.ts';
import './index.ts';
import { Mark } from './testing/marked.ts';

const IDLE = {
  scenario: 'idle',
  about: 'An idle session is ended.',
  service: { receiveTimeoutMs: 800 },
  workload: [{ at: 200, do: 'open' }],
  runForMs: 1_200,
};
const LONG = { ...IDLE, scenario: 'long', service: { receiveTimeoutMs: 50_000 }, runForMs: 55_000 };

let runs = '';
let mark: Mark;
beforeEach(() => {
  runs = mkdtempSync(join(tmpdir(), 'lapse-environment-'));
  mark = new Mark();
});
afterEach(() => {
  mark.endAll();
  rmSync(runs, { recursive: true });
});

/** An environment whose processes have the test's mark, with variables of its own. */
function start(settings: EnvironmentSettings = {}, variables: Readonly<Record<string, string>> = {}): Environment {
  const all = { ...mark.variables, ...variables };
  const before = Object.keys(all).map((name) => [name, process.env[name]] as const);
  Object.assign(process.env, all);
  try {
    return new Environment({ runs, ...settings });
  } finally {
    for (const [name, value] of before) {
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
    }
  }
}

async function ending(work: Promise<unknown>): Promise<string> {
  const error = await work.catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(EnvironmentEnded);
  return error instanceof Error ? error.message : '';
}

test('two environments side by side measure without disturbing one another, and one goes on when the other has ended', async () => {
  const [one, other] = [start(), start()];
  const [here, there] = await Promise.all([one.run({ scenario: IDLE }), other.run({ scenario: IDLE })]);
  expect(here).toBeConfirmed();
  expect(there).toBeConfirmed();
  expect(dirname(here.evidence[0] ?? '')).not.toBe(dirname(there.evidence[0] ?? ''));
  await one.stop();
  expect(await other.run({ scenario: IDLE })).toFaultBy('receive', { side: 'service' });
  await other.stop();
  expect(mark.processes()).toEqual([]);
});

test('what is asked of an environment that dies fails with its end, and nothing is left', async () => {
  const environment = start();
  const asked = environment.run({ scenario: LONG });
  const failure = ending(asked);
  await mark.process('experiment-host');
  process.kill((await mark.process('cli/src/main.ts conduct')).pid, 'SIGKILL');
  expect(await failure).toContain('The environment has ended (');
  expect(await ending(environment.run({ scenario: IDLE }))).toContain('The environment has ended (');
  await environment.stop();
  await mark.nothingLeft(25_000);
});

test('a run whose Temporal server dies fails with that, and is no fault of its scenario', async () => {
  const environment = start();
  const asked = environment.run({ scenario: LONG }).catch((error: unknown) => error);
  await mark.process('experiment-host');
  process.kill((await mark.process('temporal server start-dev')).pid, 'SIGKILL');
  const error = await asked;
  expect(error).toBeInstanceOf(RunFailed);
  expect(String(error)).toContain('Temporal has ended (SIGKILL)');
  await environment.stop();
  expect(mark.processes()).toEqual([]);
});

test('an environment that is stopped while it starts, or while it runs, is gone when that is done', async () => {
  const starting = start();
  const failure = ending(starting.ready);
  await mark.process('cli/src/main.ts conduct');
  await starting.stop();
  expect(await failure).toContain('The environment has ended (exit code 0).');
  const running = start();
  const asked = running.run({ scenario: LONG }).catch((error: unknown) => error);
  await mark.process('experiment-host');
  await running.stop();
  expect(await asked).toBeInstanceOf(Error);
  expect(mark.processes()).toEqual([]);
});

test('an environment that cannot start says what is missing, and what would make it appear', async () => {
  const noToxiproxy = start({}, { TOXIPROXY_URL: 'http://127.0.0.1:1' });
  const words = await ending(noToxiproxy.ready);
  expect(words).toContain('The environment has ended (exit code 69).');
  expect(words).toContain('The Toxiproxy that was named is not to be had');
  expect(words).toContain('What would make it appear:');
  expect(await ending(noToxiproxy.run({ scenario: IDLE }))).toBe(words);
  await noToxiproxy.stop();
  expect(mark.processes()).toEqual([]);
});

test('a Temporal that is missing is not done without in silence, only where that is asked for', async () => {
  const missing = { TEMPORAL_ADDRESS: '127.0.0.1:1' };
  const insisting = start({}, missing);
  expect(await ending(insisting.ready)).toContain('The Temporal that was named is not to be had');
  const without = start({ conductor: 'in-process' }, missing);
  const outcomes = await Promise.all([without.run({ scenario: IDLE }), without.run({ scenario: IDLE })]);
  for (const outcome of outcomes) {
    expect(outcome).toBeConfirmed();
    expect(outcome.judged?.experiments[0]?.labels).toMatchObject({ conductor: 'inProcess', injector: 'toxiproxy' });
  }
  await without.stop();
  expect(mark.processes()).toEqual([]);
});

test('whoever wants to sees what happens on the way', async () => {
  const lines: string[] = [];
  const environment = start({ progress: (line) => void lines.push(line), concurrency: 1 });
  await environment.run({ scenario: IDLE });
  await environment.stop();
  expect(lines.join('\n')).toMatch(/idle: measuring, 1\.200 s\n(.*\n)*.*idle: confirmed: service receive timeout at/);
});
