import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import type { JudgedExperiment, Observation, Scenario } from '@lapse/experiment';
import { containedExperiment } from './testing/contained.ts';
import { IDLE_DIRECT } from './testing/experiments.ts';

const LONG = { ...IDLE_DIRECT.service, receiveTimeout: 60_000 };
const types = (history: readonly Observation[]) => history.map(({ type }) => type);

async function judged(scenario: Scenario): Promise<JudgedExperiment> {
  await using experiment = await containedExperiment(scenario);
  await experiment.run();
  return experiment.judged();
}

function withFault(fault: NonNullable<Scenario['processFaults']>[number], changes: Partial<Scenario> = {}): Scenario {
  return { ...IDLE_DIRECT, service: LONG, ...changes, processFaults: [fault] };
}

describe('a session with a service in a container', () => {
  test('that is idle is ended by its receive timeout, with a reset that arrives as one', async () => {
    await using experiment = await containedExperiment(IDLE_DIRECT);
    const history = await experiment.run();
    expect(experiment.judged().status).toBe('confirmed');
    expect(types(history)).toContain('peerReset');
    expect(await experiment.containerCount()).toBe(0);
  });

  test('has a history without gaps, on one clock with the host', async () => {
    await using experiment = await containedExperiment(IDLE_DIRECT);
    const history = await experiment.run();
    const service = history.filter(({ source }) => source === 'service');
    expect(service.map(({ seq }) => seq)).toEqual(service.map((_, index) => index));
    const compared = history.find((line) => line.type === 'clocksCompared');
    expect(compared?.type === 'clocksCompared' && compared.apart).toBeLessThanOrEqual(1);
    expect(history.at(-1)?.type).toBe('ended');
    expect(history).toContainEqual(
      expect.objectContaining({ type: 'exited', process: 'service', planned: true, how: 'exit code 0' }),
    );
  });

  test('behind a published port sees the end of what was a reset', async () => {
    await using experiment = await containedExperiment(IDLE_DIRECT, 'published');
    const client = (await experiment.run()).filter(({ side }) => side === 'client');
    expect(types(client)).toContain('peerEnded');
    expect(types(client)).not.toContain('peerReset');
  });
});

describe('a container', () => {
  test('that is killed in a call ends the session of its client', async () => {
    const workload: Scenario['workload'] = [
      { at: 100, do: 'open' },
      { at: 400, do: 'call', call: { operation: 'slow', lasts: 2_000 } },
    ];
    const { status, proofs } = await judged(withFault({ at: 900, side: 'service', how: 'kill' }, { workload }));
    expect([status, proofs.map(({ proven }) => proven)]).toEqual(['confirmed', [true]]);
  });

  test('that is paused while its session is idle keeps its timer from firing, until it runs again', async () => {
    const scenario = withFault(
      { at: 400, side: 'service', how: 'freeze', heal: 1_600 },
      { service: { ...LONG, receiveTimeout: 1_000 }, runFor: 2_000 },
    );
    const { status, proofs } = await judged(scenario);
    expect([status, proofs.map(({ proven }) => proven)]).toEqual(['confirmed', [true]]);
  });

  test('that ends unplanned leaves nothing to judge', async () => {
    await using experiment = await containedExperiment({ ...IDLE_DIRECT, service: LONG });
    const host = experiment.start();
    await experiment.until(({ type }) => type === 'zero');
    await experiment.removeContainers();
    if (host.exitCode === null) await once(host, 'exit');
    expect(experiment.judged()).toMatchObject({ status: 'inconclusive' });
    expect(experiment.history()).toContainEqual(
      expect.objectContaining({ type: 'exited', process: 'service', planned: false, how: 'SIGKILL' }),
    );
  });

  test('whose image is not there is told of, and the experiment ends', async () => {
    await using experiment = await containedExperiment(IDLE_DIRECT, 'host', 'lapse-mock-service:none');
    const history = await experiment.run();
    expect(history).toContainEqual(
      expect.objectContaining({ type: 'crashed', message: expect.stringContaining('lapse-mock-service:none') }),
    );
    expect(history.at(-1)?.type).toBe('ended');
  });
});

describe('a host', () => {
  test.each(['running', 'paused'] as const)('that is killed leaves no %s container', async (state) => {
    const endless = { ...IDLE_DIRECT, service: LONG, runFor: 60_000 };
    const paused = withFault({ at: 200, side: 'service', how: 'freeze' }, { runFor: 60_000 });
    await using experiment = await containedExperiment(state === 'paused' ? paused : endless);
    const host = experiment.start();
    await experiment.until(({ type }) => type === (state === 'paused' ? 'signalled' : 'zero'));
    expect(await experiment.containerCount()).toBe(1);
    process.kill(-(host.pid ?? Number.NaN), 'SIGKILL');
    await once(host, 'exit');
    await experiment.noContainer();
  });

  test('that is stopped ends a paused container', async () => {
    const scenario = withFault({ at: 200, side: 'service', how: 'freeze' }, { runFor: 60_000 });
    await using experiment = await containedExperiment(scenario);
    const host = experiment.start();
    await experiment.until(({ type }) => type === 'signalled');
    writeFileSync(experiment.path('stop'), '');
    await once(host, 'exit');
    expect(await experiment.containerCount()).toBe(0);
    expect(experiment.history()).toContainEqual(
      expect.objectContaining({ type: 'exited', process: 'service', planned: true, how: 'exit code 0' }),
    );
  });

  test('that is killed takes nothing from another one that runs beside it', async () => {
    const endless = { ...IDLE_DIRECT, service: LONG, runFor: 60_000 };
    await using doomed = await containedExperiment(endless);
    await using other = await containedExperiment({ ...IDLE_DIRECT, runFor: 4_000 });
    const [host, beside] = [doomed.start(), other.start()];
    for (const each of [doomed, other]) await each.until(({ type }) => type === 'zero');
    host.kill('SIGKILL');
    await doomed.noContainer();
    expect(await other.containerCount()).toBe(1);
    if (beside.exitCode === null) await once(beside, 'exit');
    expect(other.judged().status).toBe('confirmed');
  });
});
