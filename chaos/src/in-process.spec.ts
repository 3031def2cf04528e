import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { kill, Lapse, until } from './testing/lapse.ts';
import { startToxiproxy, type ToxiproxyForTests } from './testing/toxiproxy.ts';

const LONG_IDLE = resolve(import.meta.dirname, 'testing/long-idle.yaml');
/** Every kind of ending once or twice; the rest of the catalogue comes to its verdicts by the same code. */
const CHOSEN = /^(open-.*|control-graceful-session|close-never-answered|receive-idle-.*|.*-killed-while-idle)$/;
const SCENARIOS = readdirSync(resolve(import.meta.dirname, '../scenarios'))
  .filter((file) => file.endsWith('.yaml'))
  .map((file) => basename(file, '.yaml'))
  .filter((id) => CHOSEN.test(id));
const ONLY = 'open-*,control-graceful-session,close-never-answered,receive-idle-*,*-killed-while-idle';

const IN_PROCESS = ['--conductor', 'in-process'];
/** A host is given up by its lease after 30 s; then it heals and ends. */
const LEASE_AND_HEALING = 40_000;

let running: ToxiproxyForTests;
let toxiproxy: { readonly TOXIPROXY_URL: string };

beforeAll(async () => {
  running = await startToxiproxy();
  toxiproxy = running.environment;
}, 600_000);

afterAll(async () => {
  await running.stop();
});

async function proxyNames(): Promise<readonly string[]> {
  const answer = await fetch(`${toxiproxy.TOXIPROXY_URL}/proxies`, { headers: { 'user-agent': 'lapse-test' } });
  return Object.keys(JSON.parse(await answer.text()));
}

const isZero = ({ type }: { readonly [key: string]: unknown }) => type === 'zero';

describe('the catalogue without Temporal', () => {
  test('comes to the same verdicts, says that Temporal did not conduct, and does not end with 0', async () => {
    await using lapse = new Lapse(['suite', '--only', ONLY, ...IN_PROCESS, '--json'], toxiproxy);
    const run = await lapse.document();
    expect(run.scenarios.map(({ scenario, verdict, sentence }) => ({ scenario, verdict, sentence }))).toEqual(
      SCENARIOS.map((scenario) => ({ scenario, verdict: 'confirmed', sentence: expect.any(String) })),
    );
    expect(run).toMatchObject({ exitCode: 2, status: 'confirmed', conductor: 'inProcess', injector: 'toxiproxy' });
    expect(await lapse.ended).toBe(2);
    expect(lapse.stderr).toContain('CONDUCTED IN PROCESS, WITHOUT TEMPORAL');
    await lapse.nothingLeft(5_000);
    expect(await proxyNames()).toEqual([]);
  }, 300_000);

  test('ends with 0 where that is allowed, and the evidence is labelled all the same', async () => {
    await using lapse = new Lapse(['run', 'open-refused', ...IN_PROCESS, '--allow-in-process', '--json'], toxiproxy);
    const run = await lapse.document();
    expect(run).toMatchObject({ exitCode: 0, status: 'confirmed', conductor: 'inProcess' });
    expect(run.scenarios[0]?.judged?.experiments[0]?.labels).toMatchObject({ conductor: 'inProcess' });
    expect(lapse.processes()).toEqual([]);
  });

  test('is what happens where no Temporal can be had, with the reasons and the remedies', async () => {
    const nowhere = {
      ...toxiproxy,
      PATH: '/nonexistent',
      LAPSE_CACHE: join(running.folder, 'cache'),
      TEMPORAL_ADDRESS: '',
    };
    await using lapse = new Lapse(['run', 'open-refused'], nowhere);
    expect(await lapse.ended).toBe(2);
    expect(lapse.stderr).toMatch(/WITHOUT TEMPORAL\nThere is no Temporal by any route: .*\./);
    expect(lapse.stderr).toMatch(/What would make a Temporal server appear:\n {2}- /);
    expect(lapse.stdout).toContain('conductor: inProcess');
    expect(lapse.stdout).toContain('exit code 2: The verdicts are confirmed, but they were not conducted by Temporal');
  });

  test('is no substitute for a Temporal that was asked for by name', async () => {
    const nowhere = { ...toxiproxy, PATH: '/nonexistent', LAPSE_CACHE: join(running.folder, 'cache') };
    await using byFlag = new Lapse(['run', 'open-refused', '--conductor', 'temporal'], nowhere);
    await using byAddress = new Lapse(['run', 'open-refused'], { ...nowhere, TEMPORAL_ADDRESS: '127.0.0.1:9' });
    expect([await byFlag.ended, await byAddress.ended]).toEqual([69, 69]);
  });
});

describe('a process that dies, without a worker', () => {
  test('the command line, by Ctrl-C: it heals, leaves no proxy and no process, and exits 130', async () => {
    await using lapse = new Lapse(['run', LONG_IDLE, ...IN_PROCESS], toxiproxy);
    await lapse.observed(isZero);
    process.kill(-(lapse.child.pid ?? 0), 'SIGINT');
    expect(await lapse.ended).toBe(130);
    await lapse.nothingLeft(1_000);
    expect(await proxyNames()).toEqual([]);
  });

  test('the command line, by two Ctrl-C: it ends at once, and leaves nothing either', async () => {
    await using lapse = new Lapse(['run', LONG_IDLE, ...IN_PROCESS], toxiproxy);
    await lapse.observed(isZero);
    kill(await lapse.process('experiment-host'), 'SIGSTOP');
    process.kill(-(lapse.child.pid ?? 0), 'SIGINT');
    await until(() => (lapse.stderr.includes('healing and ending') ? true : undefined));
    process.kill(-(lapse.child.pid ?? 0), 'SIGINT');
    expect(await lapse.ended).toBe(130);
    await lapse.nothingLeft(3_000);
    expect(await proxyNames()).toEqual([]);
  });

  test('the command line, by kill -9: the lease ends the host, which heals', async () => {
    const endless = join(running.folder, 'long-idle.yaml');
    const text = readFileSync(LONG_IDLE, 'utf8').replace('receiveTimeoutMs: 12000', 'receiveTimeoutMs: 58000');
    writeFileSync(endless, text.replace('runFor: "00:00:14"', 'runFor: "00:01:00"'));
    await using lapse = new Lapse(['run', endless, ...IN_PROCESS], toxiproxy);
    await lapse.observed(isZero);
    process.kill(-(lapse.child.pid ?? 0), 'SIGKILL');
    await lapse.nothingLeft(LEASE_AND_HEALING);
    expect(lapse.histories().flat()).toContainEqual(expect.objectContaining({ type: 'leaseExpired' }));
    expect(await proxyNames()).toEqual([]);
  });

  test('the host, by kill -9: inconclusive, and the command line goes on to its end', async () => {
    await using lapse = new Lapse(['run', LONG_IDLE, ...IN_PROCESS, '--json'], toxiproxy);
    await lapse.observed(isZero);
    kill(await lapse.process('experiment-host'), 'SIGKILL');
    expect(await lapse.document()).toMatchObject({ exitCode: 2, status: 'inconclusive' });
    await lapse.nothingLeft(5_000);
    expect(await proxyNames()).toEqual([]);
  });
});
