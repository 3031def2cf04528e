import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { assemble, type Observation, prove, type Scenario } from '@lapse/experiment';
import { ExperimentOnDisk, IDLE_DIRECT } from './testing/experiments.ts';

const LONG = { ...IDLE_DIRECT.service, receiveTimeout: 60_000 };

function withFault(fault: NonNullable<Scenario['processFaults']>[number], changes: Partial<Scenario> = {}): Scenario {
  return { ...IDLE_DIRECT, service: LONG, ...changes, processFaults: [fault] };
}

/** State of a process as the kernel tells it: T is stopped. Undefined: it is gone. */
function stateOf(pid: number): string | undefined {
  try {
    return / ([A-Z]) /.exec(readFileSync(`/proc/${pid}/stat`, 'utf8').replace(/^.*\)/, ''))?.[1];
  } catch {
    return undefined;
  }
}

async function gone(pids: readonly number[]): Promise<void> {
  while (pids.some((pid) => stateOf(pid) !== undefined)) await new Promise((resolve) => setTimeout(resolve, 20));
}

function zeroOf(history: readonly Observation[]): number {
  return history.find(({ type }) => type === 'zero')?.at ?? Number.NaN;
}

function signals(history: readonly Observation[]) {
  return history.filter((line) => line.type === 'signalled');
}

/** How long the event loop of a source was found to be late at most. */
function gapOf(history: readonly Observation[], source: Observation['source']): number {
  return Math.max(0, ...history.map((line) => (line.type === 'noise' && line.source === source ? line.ms : 0)));
}

/** What the history of a scenario proves about its process fault. */
function proofOf(scenario: Scenario, history: readonly Observation[]) {
  return prove(scenario, assemble(history.map((line) => JSON.stringify(line))))[0];
}

async function runToEnd(scenario: Scenario): Promise<readonly Observation[]> {
  await using experiment = new ExperimentOnDisk(scenario);
  const host = experiment.start();
  await experiment.until(({ type }) => type === 'zero');
  const children = experiment.children();
  if (host.exitCode === null) await once(host, 'exit');
  await gone(children);
  return experiment.history();
}

describe('a kill', () => {
  test('of the service is a planned exit, and its kernel ends the connection of the client', async () => {
    const scenario = withFault({ at: 600, side: 'service', how: 'kill' });
    const history = await runToEnd(scenario);
    expect(proofOf(scenario, history)).toMatchObject({ proven: true });
    const zero = zeroOf(history);
    expect(signals(history)).toMatchObject([{ fault: 0, signal: 'SIGKILL', source: 'host' }]);
    expect(signals(history)[0]?.before).toBeGreaterThanOrEqual(zero + 600);
    expect(history.filter(({ type }) => type === 'exited')).toMatchObject([
      { process: 'service', planned: true, how: 'SIGKILL' },
    ]);
    expect(history.filter(({ side }) => side === 'client').map(({ type }) => type)).toContain('peerEnded');
  });

  test('of the client ends a process that logs for itself, and the service sees FIN', async () => {
    const history = await runToEnd(withFault({ at: 600, side: 'client', how: 'kill' }));
    const client = history.filter(({ source }) => source === 'client');
    expect(client.map(({ seq }) => seq)).toEqual(client.map((_, index) => index));
    expect(client.filter(({ type }) => type === 'completed')).toMatchObject([{ side: 'client', operation: 'open' }]);
    expect(history.filter(({ source, side }) => source === 'host' && side === 'client')).toEqual([]);
    expect(history).toContainEqual(
      expect.objectContaining({ type: 'exited', process: 'client', planned: true, how: 'SIGKILL' }),
    );
    expect(history.filter(({ side }) => side === 'service').map(({ type }) => type)).toContain('peerEnded');
  });
});

describe('a freeze', () => {
  test('of the service that heals: silence in between, and the overdue timer right after', async () => {
    const service = { ...LONG, receiveTimeout: 800 };
    const history = await runToEnd(withFault({ at: 400, side: 'service', how: 'freeze', heal: 1_300 }, { service }));
    const [stop, thaw] = signals(history);
    expect([stop?.signal, thaw?.signal]).toEqual(['SIGSTOP', 'SIGCONT']);
    if (stop === undefined || thaw === undefined) throw new Error('not signalled');
    const words = history.filter(({ source, at }) => source === 'service' && at > stop.after + 10 && at < thaw.before);
    expect(words).toEqual([]);
    expect(gapOf(history, 'service')).toBeGreaterThan(800);
    const fired = history.find((line) => line.type === 'timer' && line.what === 'fired');
    if (fired?.type !== 'timer') throw new Error('no timer fired');
    expect(fired.due).toBeLessThan(thaw.before);
    expect(fired.at).toBeGreaterThanOrEqual(thaw.before);
  });

  test('of the client without a heal ends after the measurement, and its gap is on record', async () => {
    const scenario = withFault({ at: 600, side: 'client', how: 'freeze' });
    const history = await runToEnd(scenario);
    expect(proofOf(scenario, history)).toMatchObject({ proven: true });
    const end = history.find(({ type }) => type === 'measurementEnded')?.at ?? Number.NaN;
    expect(signals(history).map(({ signal }) => signal)).toEqual(['SIGSTOP', 'SIGCONT']);
    expect(signals(history)[1]?.before).toBeGreaterThanOrEqual(end);
    expect(gapOf(history, 'client')).toBeGreaterThan(800);
    expect(history).toContainEqual(expect.objectContaining({ type: 'exited', process: 'client', planned: true }));
    expect(history.at(-1)?.type).toBe('ended');
  });
});

test('a freeze that somebody else ends early is not proven', async () => {
  const scenario = withFault({ at: 300, side: 'service', how: 'freeze' });
  await using experiment = new ExperimentOnDisk(scenario);
  const host = experiment.start();
  await experiment.until(({ type }) => type === 'signalled');
  const stopped = () => experiment.children().filter((pid) => stateOf(pid) === 'T');
  while (stopped().length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
  for (const child of stopped()) process.kill(child, 'SIGCONT');
  if (host.exitCode === null) await once(host, 'exit');
  expect(proofOf(scenario, experiment.history())).toMatchObject({ proven: false });
});

describe('a host that dies while a process of its is frozen', () => {
  test.each(['service', 'client'] as const)('leaves no %s behind, and none stopped', async (side) => {
    await using experiment = new ExperimentOnDisk(withFault({ at: 200, side, how: 'freeze' }, { runFor: 60_000 }));
    const host = experiment.start();
    await experiment.until(({ type }) => type === 'signalled');
    const children = experiment.children();
    expect(children.map(stateOf)).toContain('T');
    host.kill('SIGKILL');
    await once(host, 'exit');
    await gone(children);
  });
});

test.each(['service', 'client'] as const)('a host that is stopped ends a frozen %s', async (side) => {
  await using experiment = new ExperimentOnDisk(withFault({ at: 200, side, how: 'freeze' }, { runFor: 60_000 }));
  const host = experiment.start();
  await experiment.until(({ type }) => type === 'signalled');
  const children = experiment.children();
  writeFileSync(experiment.path('stop'), '');
  await once(host, 'exit');
  await gone(children);
  expect(experiment.history().filter(({ type }) => type === 'exited')).toContainEqual(
    expect.objectContaining({ process: side, planned: true, how: 'exit code 0' }),
  );
});

test('a scenario that leaves the processes alone has its client in the host', async () => {
  const history = await runToEnd({ ...IDLE_DIRECT, runFor: 1_600 });
  expect(history.filter(({ source }) => source === 'client')).toEqual([]);
  expect(history.some(({ source, side }) => source === 'host' && side === 'client')).toBe(true);
});
