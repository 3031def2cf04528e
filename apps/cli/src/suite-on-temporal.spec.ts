import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, expect, jest, test } from '@jest/globals';
import { type ConductingClient, createConductingClient, type Sight } from '@lapse/conduct';
import type { Scenario } from '@lapse/experiment';
import type { Planned } from './follow.ts';
import { ENTRIES } from './places.ts';
import { type RunServers, startRunServers } from './run-servers.ts';
import type { RunSummary } from './summary.ts';
import { schemaProblems } from './testing/json-schema.ts';
import { SCENARIO } from './testing/judged.ts';
import { lapse } from './testing/lapse.ts';

// Real servers, a real worker, real experiments; without an injector they last two seconds each.
jest.setTimeout(120_000);

let folder: string;
let servers: RunServers;
let temporal: { readonly address: string; readonly namespace: string };
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'lapse-suite-'));
  servers = await startRunServers({
    logFolder: folder,
    say: () => undefined,
    signal: new AbortController().signal,
    injects: true,
  });
  if (servers.conducting.by !== 'temporal') throw new Error(servers.conducting.why);
  temporal = servers.conducting.access;
});
afterAll(async () => {
  await servers.stop();
  rmSync(folder, { recursive: true });
});

/** An idle session that lives to the end of the measurement. */
const IDLE: Scenario = { ...SCENARIO, path: 'direct', workload: [{ at: 100, do: 'open' }], runFor: 1_000 };

let number = 0;
let queue: string;
let client: ConductingClient;
let workers: ChildProcess[];
beforeEach(async () => {
  number++;
  queue = `tested-${number}`;
  client = await createConductingClient({ ...temporal, queue });
  workers = [];
});
afterEach(async () => {
  await Promise.all(workers.map(ended));
  await client.close();
});

async function ended(worker: ChildProcess): Promise<void> {
  const gone = new Promise((resolve) => worker.once('close', resolve));
  if (worker.exitCode !== null || worker.signalCode !== null) return;
  worker.stdin?.end();
  await gone;
}

function startWorker(flags: readonly string[] = []): void {
  const { address, namespace } = temporal;
  const words = ['worker', '--end-with-stdin', '--address', address, '--namespace', namespace, '--queue', queue];
  const station = ['--station', `station-${number}`, '--runs', runs()];
  const args = [ENTRIES.cli, ...words, ...station, ...flags];
  workers.push(spawn(process.execPath, args, { stdio: ['pipe', 'ignore', 'ignore'] }));
}

const runs = () => join(folder, `runs-${number}`);
const planned = (...names: readonly string[]): readonly Planned[] =>
  names.map((name) => ({ id: `${name}-${number}`, scenario: { ...IDLE, scenario: name } }));

async function until(id: string, isWanted: (sight: Sight) => boolean): Promise<Sight> {
  for (;;) {
    const sight = await client.look(id);
    if (isWanted(sight)) return sight;
    await sleep(100);
  }
}

const hasEnded = ({ is }: Sight) => is === 'judged' || is === 'ended';

test('a suite continues as new when its history has grown long, and loses no scenario over it', async () => {
  startWorker();
  const scenarios = planned('a', 'b', 'c');
  await client.startSuite(`suite-${number}`, { scenarios, concurrency: 1, searchable: true, eventsPerRun: 8 });
  expect(await until(`suite-${number}`, hasEnded)).toEqual({ is: 'judged' });
  for (const { id } of scenarios) expect(await client.judged(id)).toMatchObject({ status: 'confirmed' });
  const history = JSON.parse(await client.workflowHistory(`suite-${number}`));
  expect(history.events[0].workflowExecutionStartedEventAttributes.continuedExecutionRunId).toMatch(/./);
});

test('a station with one place runs one experiment at a time, although the suite would run three', async () => {
  startWorker(['--capacity', '1']);
  const scenarios = planned('a', 'b', 'c');
  await client.startSuite(`suite-${number}`, { scenarios, concurrency: 3, searchable: true });
  expect(await until(`suite-${number}`, hasEnded)).toEqual({ is: 'judged' });
  const spans = scenarios.map(({ id }) => spanOf(id)).toSorted((one, other) => one.from - other.from);
  expect(spans).toHaveLength(3);
  spans.slice(1).forEach(({ from }, index) => {
    expect(from).toBeGreaterThan(spans[index]?.to ?? Number.NaN);
  });
});

/** From the first to the last line of an experiment's history, in milliseconds of the kernel's monotonic clock. */
function spanOf(id: string): { readonly from: number; readonly to: number } {
  const lines = readFileSync(join(runs(), id, 'history.jsonl'), 'utf8')
    .trim()
    .split('\n');
  const anchor = Number(BigInt(JSON.parse(lines[0] ?? '').monotonicNs) / 1_000_000n);
  return { from: anchor, to: anchor + JSON.parse(lines.at(-1) ?? '').at };
}

function placesTaken(): number {
  const places = join(runs(), '.places');
  return existsSync(places) ? readdirSync(places).length : 0;
}

test('the prediction stands in the workflow history, as the input of the activity that starts the experiment', async () => {
  startWorker();
  const [only] = planned('a');
  await client.startSuite(`suite-${number}`, { scenarios: planned('a'), concurrency: 1, searchable: true });
  await until(`suite-${number}`, hasEnded);
  const { events } = JSON.parse(await client.workflowHistory(only?.id ?? ''));
  const inputs = events.flatMap(({ activityTaskScheduledEventAttributes: scheduled }: ScheduledEvent) =>
    scheduled?.activityType.name === 'startExperiment' ? scheduled.input.payloads : [],
  );
  const [request] = inputs.map(({ data }: { data: string }) => JSON.parse(Buffer.from(data, 'base64').toString()));
  expect(request.prediction.claims.length).toBeGreaterThan(0);
  expect(request).toMatchObject({ id: only?.id, conductor: 'temporal', scenario: { scenario: 'a' } });
});

interface ScheduledEvent {
  readonly activityTaskScheduledEventAttributes?: {
    readonly activityType: { readonly name: string };
    readonly input: { readonly payloads: readonly { readonly data: string }[] };
  };
}

test('a scenario that nothing can predict fails its own workflow at once, and the others are run', async () => {
  startWorker();
  const unpredictable: Planned = { id: `x-${number}`, scenario: { ...IDLE, scenario: 'x', workload: [] } };
  const scenarios = [unpredictable, ...planned('a')];
  await client.startSuite(`suite-${number}`, { scenarios, concurrency: 1, searchable: true });
  expect(await until(`suite-${number}`, hasEnded)).toEqual({ is: 'judged' });
  expect(await client.look(unpredictable.id)).toEqual({ is: 'ended', how: 'failed' });
  expect(await client.judged(`a-${number}`)).toMatchObject({ status: 'confirmed' });
});

test('a suite that shall stop at the first trouble skips what waits, and ends', async () => {
  startWorker();
  const unpredictable: Planned = { id: `x-${number}`, scenario: { ...IDLE, scenario: 'x', workload: [] } };
  const scenarios = [...planned('a'), unpredictable, ...planned('b')];
  await client.startSuite(`suite-${number}`, { scenarios, concurrency: 1, searchable: true, failFast: true });
  expect(await until(`suite-${number}`, hasEnded)).toEqual({ is: 'judged' });
  expect(await client.judged(`a-${number}`)).toMatchObject({ status: 'confirmed' });
  expect(await client.look(unpredictable.id)).toEqual({ is: 'ended', how: 'failed' });
  expect(await client.look(`b-${number}`)).toEqual({ is: 'waiting' });
});

test('a cancelled suite heals: the running experiment is stopped, and the waiting one never starts', async () => {
  startWorker();
  const long = { ...IDLE, runFor: 60_000, service: { ...IDLE.service, receiveTimeout: 300_000 } };
  const scenarios = planned('a', 'b').map(({ id, scenario }) => ({
    id,
    scenario: { ...long, scenario: scenario.scenario },
  }));
  await client.startSuite(`suite-${number}`, { scenarios, concurrency: 1, searchable: true });
  await until(`a-${number}`, (sight) => sight.is === 'running' && sight.phase === 'measuring');
  await client.cancel(`suite-${number}`);
  expect(await until(`suite-${number}`, hasEnded)).toEqual({ is: 'ended', how: 'cancelled' });
  expect(existsSync(join(runs(), `a-${number}`, 'done'))).toBe(true);
  expect(placesTaken()).toBe(0);
  expect(await client.look(`b-${number}`)).toEqual({ is: 'waiting' });
});

const BRIEF = `scenario: brief
about: An idle session is ended by the receive timeout of its service.
path: direct
service: { receiveTimeoutMs: 800 }
workload: [{ at: 100, do: open }]
runFor: "00:00:01.5"
`;

test('Temporal and this process come to the same verdict, and each says who conducted, in a document of its schema', async () => {
  writeFileSync(join(folder, 'brief.yaml'), BRIEF);
  const env = { ...process.env, TEMPORAL_ADDRESS: temporal.address, TOXIPROXY_URL: servers.toxiproxyUrl ?? '' };
  const documents = [];
  for (const conductor of ['temporal', 'in-process']) {
    const words = ['run', 'brief.yaml', '--conductor', conductor, '--json', '--allow-in-process'];
    const { stdout, stderr } = await lapse(words, { cwd: folder, env });
    const document = JSON.parse(stdout);
    expect({ problems: schemaProblems('run', document), stderr }).toMatchObject({ problems: [] });
    documents.push(document);
  }
  const [byTemporal, here] = documents;
  expect(byTemporal).toMatchObject({ exitCode: 0, status: 'confirmed', conductor: 'temporal' });
  expect(here).toMatchObject({ exitCode: 0, status: 'confirmed', conductor: 'inProcess' });
  const claims = ({ scenarios }: RunSummary) =>
    scenarios.flatMap(({ judged }) => judged?.experiments.map(({ verdicts }) => verdicts.map(({ claim }) => claim)));
  expect(claims(here)).toEqual(claims(byTemporal));
});

test('--ui with a server that was not started here is one sentence, and the run ends by itself', async () => {
  writeFileSync(join(folder, 'brief.yaml'), BRIEF);
  const env = { ...process.env, TEMPORAL_ADDRESS: temporal.address };
  const { exitCode, stderr } = await lapse(['run', 'brief.yaml', '--ui'], { cwd: folder, env });
  expect({ exitCode, stderr }).toMatchObject({ exitCode: 0, stderr: expect.not.stringContaining('Ctrl-C') });
  expect(stderr.match(/The Temporal server at \S+ was not started here: its web UI, .*\.\n/g)).toHaveLength(1);
});

test.each(['temporal', 'in-process'])(
  '--fail-fast by %s: a host that breaks ends the run with 70, and the next is skipped',
  async (conductor) => {
    const suite = join(folder, `two-${conductor}`);
    mkdirSync(suite);
    for (const id of ['first', 'second']) writeFileSync(join(suite, `${id}.yaml`), BRIEF.replace('brief', id));
    const breaking = join(suite, 'breaking.cjs');
    writeFileSync(breaking, "if (/experiment-host/.test(process.argv[1])) throw new Error('no such part');\n");
    const addresses = { TEMPORAL_ADDRESS: temporal.address, TOXIPROXY_URL: servers.toxiproxyUrl ?? '' };
    const words = ['suite', suite, '--fail-fast', '--concurrency', '1', '--conductor', conductor, '--json'];
    const env = { ...process.env, ...addresses, NODE_OPTIONS: `--require ${breaking}` };
    const { stdout, stderr } = await lapse(words, { cwd: folder, env });
    const document = JSON.parse(stdout);
    expect({ problems: schemaProblems('run', document), stderr }).toMatchObject({ problems: [] });
    expect(document).toMatchObject({ exitCode: 70, scenarios: [{ verdict: 'broken' }, { verdict: 'skipped' }] });
  },
);

test('a worker that retires says what it was in one document', async () => {
  const { address, namespace } = temporal;
  const words = ['worker', '--end-with-stdin', '--address', address, '--namespace', namespace, '--queue', queue];
  const flags = ['--station', 'short-lived', '--runs', runs(), '--toxiproxy-url', servers.toxiproxyUrl ?? '', '--json'];
  const { exitCode, stdout } = await lapse([...words, ...flags], { cwd: folder });
  const document = JSON.parse(stdout);
  expect({ exitCode, problems: schemaProblems('worker', document) }).toEqual({ exitCode: 0, problems: [] });
  expect(document).toEqual({ exitCode: 0, station: 'short-lived', queue, stopped: [] });
});
