import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect } from 'node:net';
import { resolve } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { asked } from './api.ts';
import { serviceImage } from './image.ts';
import { containersHere, removeOrphans } from './remove.ts';
import { ContainedService, engineHere, experimentId } from './testing/service.ts';

const HOLDER = resolve(import.meta.dirname, 'testing/holder.ts');

/** Waits until an experiment has so many containers. */
async function containersOf(experiment: string, count: number): Promise<void> {
  const engine = await engineHere();
  while ((await containersHere(engine, experiment)).length !== count)
    await new Promise((next) => setTimeout(next, 100));
}

async function hold(experiment: string, ...how: readonly string[]) {
  const holder = spawn(process.execPath, [HOLDER, experiment, ...how], { stdio: ['ignore', 'pipe', 'inherit'] });
  const died = once(holder, 'exit').then(() => {
    throw new Error('the holder ended before it held anything');
  });
  await Promise.race([once(holder.stdout, 'data'), died]);
  died.catch(() => {});
  return holder;
}

function numbersOf(lines: readonly string[]): readonly number[] {
  return lines.map((line) => JSON.parse(line).seq);
}

test('the image of the same sources is the same', async () => {
  const engine = await engineHere();
  expect(await serviceImage(engine)).toEqual(await serviceImage(engine));
});

describe('the log of a container', () => {
  const QUESTIONS = 5_000;

  test('loses no line and keeps their order, however many come at once', async () => {
    await using service = await ContainedService.start();
    await service.logged(1);
    for (let question = 0; question < QUESTIONS; question += 1) service.tell({ ask: 'clock' });
    await service.logged(QUESTIONS + 1);
    expect(numbersOf(service.lines)).toEqual(service.lines.map((_, index) => index));
  });

  test('is complete when the container is told to be gone', async () => {
    await using service = await ContainedService.start();
    await service.logged(1);
    for (let question = 0; question < QUESTIONS; question += 1) service.tell({ ask: 'clock' });
    service.container.input.end();
    expect(await service.container.gone).toBe('exit code 0');
    const numbers = numbersOf(service.lines);
    expect(numbers).toEqual(numbers.map((_, index) => index));
    expect(numbers.length).toBeGreaterThan(1);
  });
});

describe('a container', () => {
  test('ends with its input, and removes itself', async () => {
    const experiment = experimentId();
    await using service = await ContainedService.start('host', experiment);
    await service.logged(1);
    service.container.input.end();
    expect(await service.container.gone).toBe('exit code 0');
    await containersOf(experiment, 0);
    expect(await service.container.command('kill')).toBe(false);
  });

  test('that is killed while it is paused is gone by SIGKILL', async () => {
    await using service = await ContainedService.start();
    await service.logged(1);
    expect(await service.container.command('pause')).toBe(true);
    expect(await service.container.command('pause')).toBe(false);
    expect(await service.container.command('kill')).toBe(true);
    expect(await service.container.gone).toBe('SIGKILL');
  });

  test('whose port is published is reached by loopback alone', async () => {
    await using service = await ContainedService.start('published');
    await service.logged(1);
    const { publishedPort = 0, id } = service.container;
    const socket = connect(publishedPort, '127.0.0.1');
    await once(socket, 'connect');
    socket.destroy();
    const { api } = await engineHere();
    const inspected = JSON.parse(await asked(api, { path: `/containers/${id}/json` }));
    expect(inspected.NetworkSettings.Ports).toEqual({
      '8808/tcp': [{ HostIp: '127.0.0.1', HostPort: String(publishedPort) }],
    });
  });
});

test('a run begins by taking away what has no starter any more, and nothing else', async () => {
  const [experiment, other] = [experimentId(), experimentId()];
  const holder = await hold(experiment, 'unguarded', 'paused');
  await using service = await ContainedService.start('host', other);
  holder.kill('SIGKILL');
  await once(holder, 'exit');
  await containersOf(experiment, 1);
  await removeOrphans(await engineHere());
  await containersOf(experiment, 0);
  expect(await service.container.command('pause')).toBe(true);
});

describe('a process that dies at once', () => {
  test('takes its running container with it, without anybody else', async () => {
    const experiment = experimentId();
    const holder = await hold(experiment, 'unguarded', 'running');
    await containersOf(experiment, 1);
    holder.kill('SIGKILL');
    await containersOf(experiment, 0);
  });

  test('leaves a paused container to its guard, which takes it away; that of another experiment stays', async () => {
    const [experiment, other] = [experimentId(), experimentId()];
    const holders = [await hold(experiment, 'guarded', 'paused'), await hold(other, 'guarded', 'paused')];
    await containersOf(experiment, 1);
    holders[0]?.kill('SIGKILL');
    await containersOf(experiment, 0);
    await containersOf(other, 1);
    holders[1]?.kill('SIGKILL');
    await containersOf(other, 0);
  });
});
