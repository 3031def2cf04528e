import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { containersHere, findEngine } from '@lapse/containers';
import { Lapse } from './testing/lapse.ts';
import { startToxiproxy, type ToxiproxyForTests } from './testing/toxiproxy.ts';

/** Killed in a call, paused while idle, a reset that arrives as one, an end through a proxy, a callback, and nothing at all. */
const CHOSEN = [
  'call-callback-unanswered',
  'call-service-killed',
  'control-graceful-session',
  'receive-idle-duplex-direct',
  'receive-partition',
  'service-frozen-while-idle',
];
const IN_PROCESS = ['--conductor', 'in-process', '--allow-in-process'];

let running: ToxiproxyForTests;
beforeAll(async () => {
  running = await startToxiproxy();
}, 600_000);
afterAll(async () => {
  await running.stop();
});

function suite(only: readonly string[], environment: Readonly<Record<string, string>> = {}): Lapse {
  const words = ['suite', '--only', only.join(','), '--service', 'container', ...IN_PROCESS, '--json'];
  return new Lapse(words, { ...running.environment, ...environment });
}

/** Experiments of these that have a container still. */
async function left(experiments: readonly string[]): Promise<readonly string[]> {
  const engine = await findEngine();
  if (!engine.found) throw new Error(`no container engine answers: ${engine.reasons.join('; ')}`);
  const found = await containersHere(engine);
  return found.map(({ experiment }) => experiment).filter((id) => experiments.includes(id));
}

test('a service in a container comes to the same verdicts, says so, and leaves nothing', async () => {
  await using lapse = suite(CHOSEN);
  const run = await lapse.document();
  expect(run.scenarios.map(({ scenario, verdict }) => [scenario, verdict])).toEqual(
    CHOSEN.map((scenario) => [scenario, 'confirmed']),
  );
  expect(run).toMatchObject({ exitCode: 0, service: 'container' });
  for (const { judged } of run.scenarios)
    expect(judged?.experiments[0]?.labels).toMatchObject({ service: 'container', container: { network: 'host' } });
  expect(await left(run.scenarios.map(({ id }) => id))).toEqual([]);
  await lapse.nothingLeft(5_000);
}, 300_000);

test('two runs at once leave each other their containers', async () => {
  await using one = suite(['service-frozen-while-idle', 'receive-idle-session']);
  await using other = suite(['service-frozen-while-idle', 'receive-idle-session']);
  const runs = [await one.document(), await other.document()];
  expect(runs.map(({ status }) => status)).toEqual(['confirmed', 'confirmed']);
  expect(await left(runs.flatMap(({ scenarios }) => scenarios.map(({ id }) => id)))).toEqual([]);
}, 300_000);

describe('behind a published port', () => {
  const PUBLISHED = { LAPSE_CONTAINER_NETWORK: 'published' };

  test('what goes through a proxy comes to the same verdicts, and the evidence says how it was reached', async () => {
    const chosen = ['call-service-killed', 'control-graceful-session', 'open-refused', 'receive-idle-session'];
    await using lapse = suite(chosen, PUBLISHED);
    const run = await lapse.document();
    expect(run.scenarios.map(({ scenario, verdict }) => [scenario, verdict])).toEqual(
      chosen.map((scenario) => [scenario, 'confirmed']),
    );
    for (const { judged } of run.scenarios)
      expect(judged?.experiments[0]?.labels).toMatchObject({ container: { network: 'published' } });
  }, 300_000);

  test('a scenario that needs a reset is refused before anything is started, with the reason', async () => {
    await using lapse = suite(['receive-idle-session', 'receive-idle-session-direct'], PUBLISHED);
    expect(await lapse.ended).toBe(64);
    expect(lapse.stderr).toMatch(/receive-idle-session-direct cannot be measured: .*turns a reset into an end\./);
  });
});
