import { once } from 'node:events';
import { existsSync, utimesSync, writeFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import type { Observation } from '@lapse/experiment';
import { ExperimentOnDisk, IDLE_DIRECT } from './testing/experiments.ts';

const types = (history: readonly Observation[]) => history.map(({ type }) => type);
const isZero = ({ type }: Observation) => type === 'zero';

function alive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

async function gone(pid: number): Promise<void> {
  while (alive(pid)) await new Promise((resolve) => setTimeout(resolve, 20));
}

describe('an experiment on a direct path', () => {
  test('is measured from zero to the end of measurement, and leaves a history without gaps', async () => {
    await using experiment = new ExperimentOnDisk(IDLE_DIRECT);
    const history = await experiment.run();
    expect(types(history)[0]).toBe('experiment');
    expect(types(history).at(-1)).toBe('ended');
    for (const source of ['host', 'service']) {
      const numbers = history.filter((line) => line.source === source).map(({ seq }) => seq);
      expect(numbers).toEqual(numbers.map((_, index) => index));
    }
    const at = (type: string) => history.find((line) => line.type === type)?.at ?? Number.NaN;
    expect(at('measurementEnded') - at('zero')).toBeGreaterThanOrEqual(IDLE_DIRECT.runFor);
    expect(existsSync(experiment.path('done'))).toBe(true);
  });

  test('shows the receive timer of the service fired on time, and the reset that reached the client', async () => {
    await using experiment = new ExperimentOnDisk(IDLE_DIRECT);
    const history = await experiment.run();
    const fired = history.find((line) => line.type === 'timer' && line.what === 'fired');
    expect(fired).toMatchObject({ side: 'service', timer: 'receive' });
    if (fired?.type !== 'timer') throw new Error('no timer fired');
    expect(fired.due - fired.since).toBe(1_000);
    expect(fired.at).toBeGreaterThanOrEqual(fired.due);
    expect(types(history)).toContain('peerReset');
    expect(types(history)).not.toContain('crashed');
  });

  test('closes by its own application when the workload says so', async () => {
    await using experiment = new ExperimentOnDisk({
      ...IDLE_DIRECT,
      workload: [
        { at: 100, do: 'open' },
        { at: 400, do: 'close' },
      ],
      runFor: 700,
    });
    const history = await experiment.run();
    const completed = history.filter((line) => line.type === 'completed');
    expect(completed).toMatchObject([{ operation: 'open' }, { operation: 'close' }]);
    expect(completed.every((line) => !('exception' in line))).toBe(true);
  });

  test('a raw client is silent, and sees how the service ends its connection', async () => {
    await using experiment = new ExperimentOnDisk({
      ...IDLE_DIRECT,
      client: { ...IDLE_DIRECT.client, raw: true },
      service: { ...IDLE_DIRECT.service, channelInitializationTimeout: 600 },
      workload: [{ at: 100, do: 'connect' }],
      runFor: 1_000,
    });
    const history = await experiment.run();
    const client = history.filter((line) => line.side === 'client');
    expect(types(client)).toEqual(['connected', 'peerReset']);
  });
});

describe('a host', () => {
  test('that is started a second time on one folder leaves the experiment to the first', async () => {
    await using experiment = new ExperimentOnDisk(IDLE_DIRECT);
    const first = experiment.start();
    await experiment.until(isZero);
    const [code] = await once(experiment.start(), 'exit');
    expect(code).toBe(0);
    if (first.exitCode === null) await once(first, 'exit');
    expect(experiment.history().filter(isZero)).toHaveLength(1);
  });

  test('heals and ends when the stop file appears', async () => {
    await using experiment = new ExperimentOnDisk({ ...IDLE_DIRECT, runFor: 60_000 });
    const host = experiment.start();
    await experiment.until(isZero);
    const [service] = experiment.children();
    writeFileSync(experiment.path('stop'), '');
    await once(host, 'exit');
    expect(types(experiment.history())).toEqual(expect.arrayContaining(['stopped', 'exited', 'ended']));
    expect(types(experiment.history())).not.toContain('measurementEnded');
    expect(service !== undefined && alive(service)).toBe(false);
  });

  test('heals and ends when nobody has touched the lease for too long', async () => {
    await using experiment = new ExperimentOnDisk({ ...IDLE_DIRECT, runFor: 60_000 }, { leaseDuration: 20_000 });
    const host = experiment.start();
    await experiment.until(isZero);
    utimesSync(experiment.path('lease'), new Date(Date.now() - 50_000), new Date(Date.now() - 50_000));
    await once(host, 'exit');
    expect(types(experiment.history())).toContain('leaseExpired');
  });

  test('that is killed takes its service with it', async () => {
    await using experiment = new ExperimentOnDisk({ ...IDLE_DIRECT, runFor: 60_000 });
    const host = experiment.start();
    await experiment.until(isZero);
    const [service] = experiment.children();
    if (service === undefined) throw new Error('the host has no service');
    host.kill('SIGKILL');
    await gone(service);
    expect(types(experiment.history())).not.toContain('ended');
  });

  test('records a service that ended unplanned', async () => {
    await using experiment = new ExperimentOnDisk(IDLE_DIRECT);
    const host = experiment.start();
    await experiment.until(isZero);
    for (const service of experiment.children()) process.kill(service, 'SIGKILL');
    await once(host, 'exit');
    expect(experiment.history()).toContainEqual(
      expect.objectContaining({ type: 'exited', process: 'service', planned: false, how: 'SIGKILL' }),
    );
  });

  test('whose service cannot start says so, and ends', async () => {
    await using experiment = new ExperimentOnDisk(IDLE_DIRECT, { serviceEntry: '/nonexistent/service.ts' });
    const history = await experiment.run();
    expect(history).toContainEqual(
      expect.objectContaining({ type: 'crashed', message: 'the mock service ended before it was ready' }),
    );
    expect(types(history).at(-1)).toBe('ended');
  });

  test('that cannot reach the injector says so, and ends', async () => {
    await using experiment = new ExperimentOnDisk(
      { ...IDLE_DIRECT, path: 'proxy' },
      { toxiproxyUrl: 'http://127.0.0.1:9' },
    );
    const history = await experiment.run();
    expect(types(history)).toContain('crashed');
    expect(types(history).at(-1)).toBe('ended');
  });
});
