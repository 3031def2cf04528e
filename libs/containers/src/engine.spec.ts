import { describe, expect, test } from '@jest/globals';
import { type EngineReport, findEngine } from './engine.ts';
import { StubEngine } from './testing/stub-engine.ts';

async function found(info: object | undefined): Promise<EngineReport> {
  await using engine = new StubEngine(info);
  return await findEngine(engine.environment);
}

describe('an engine that answers', () => {
  test.each([
    ['of this machine lends its own network', {}, 'host'],
    ['of a user alone has a network of its own', { SecurityOptions: ['name=seccomp', 'name=rootless'] }, 'published'],
    ['in a machine of its own publishes ports', { OperatingSystem: 'Docker Desktop' }, 'published'],
  ])('%s', async (_, info, network) => {
    expect(await found(info)).toMatchObject({ found: true, version: 'Docker 28.2.2', network });
  });

  test.each([
    ['with another kernel has another clock', { KernelVersion: '1.2.3-other' }, 'another kernel (1.2.3-other)'],
    ['with containers of Windows runs no service of ours', { OSType: 'windows' }, 'its containers run windows'],
    ['with an error is told by it', undefined, 'answered 500: out of order'],
  ])('%s', async (_, info, reason) => {
    const report = await found(info);
    expect(report).toMatchObject({ found: false, reasons: [expect.stringContaining(reason)] });
  });
});

test('an engine whose network is apart without a sign of it is said to be so', async () => {
  await using engine = new StubEngine({});
  const environment = { ...engine.environment, LAPSE_CONTAINER_NETWORK: 'published' };
  expect(await findEngine(environment)).toMatchObject({ found: true, network: 'published' });
});

describe('no engine', () => {
  test('at the socket that is named: that one is told of, with what would make it appear', async () => {
    const report = await findEngine({ DOCKER_HOST: 'unix:///nonexistent/docker.sock' });
    expect(report).toMatchObject({
      found: false,
      reasons: [expect.stringMatching(/^unix:\/\/\/nonexistent\/docker\.sock: .*ENOENT/)],
      remedies: [expect.stringContaining('apt-get install docker.io'), expect.stringContaining('DOCKER_HOST=')],
    });
  });

  test('on another machine is asked for what has to be measured on this one', async () => {
    const report = await findEngine({ DOCKER_HOST: 'tcp://192.0.2.7:2376' });
    expect(report).toMatchObject({
      found: false,
      reasons: ['DOCKER_HOST is tcp://192.0.2.7:2376, which is no engine of this machine'],
    });
  });
});
