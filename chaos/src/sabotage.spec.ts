import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type Servers, startServers } from '@lapse/servers';
import { kill, Lapse, type RunDocument, until } from './testing/lapse.ts';
import { startMisspellingProxy } from './testing/misspelling-proxy.ts';

const LATENCY = resolve(import.meta.dirname, 'testing/latency.yaml');
const LONG_IDLE = resolve(import.meta.dirname, 'testing/long-idle.yaml');

let folder: string;
let servers: Servers;
let shared: { readonly TEMPORAL_ADDRESS: string; readonly TOXIPROXY_URL: string };

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'lapse-servers-'));
  servers = await startServers({ need: ['temporal', 'toxiproxy'], folder, progress: () => {} });
  if (!servers.temporal?.found || !servers.toxiproxy?.found) throw new Error('both servers are needed');
  shared = { TEMPORAL_ADDRESS: servers.temporal.address, TOXIPROXY_URL: servers.toxiproxy.address };
}, 900_000);

afterAll(async () => {
  await servers[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true, force: true });
});

interface ProxyState {
  readonly name: string;
  readonly toxics: readonly { readonly name: string }[];
}

async function proxies(): Promise<readonly ProxyState[]> {
  const answer = await fetch(`${shared.TOXIPROXY_URL}/proxies`, { headers: { 'user-agent': 'lapse-test' } });
  const named: Readonly<Record<string, ProxyState>> = JSON.parse(await answer.text());
  return Object.values(named);
}

function reasonsOf(run: RunDocument): string {
  const verdicts = run.scenarios.flatMap(
    ({ judged }) => judged?.experiments.flatMap((experiment) => experiment.verdicts) ?? [],
  );
  return verdicts.map(({ reason }) => reason).join('\n');
}

const isZero = ({ type }: { readonly [key: string]: unknown }) => type === 'zero';

describe('an injection that is not what was asked for', () => {
  test('a toxic removed early by another actor: inconclusive, exit 2, nothing left', async () => {
    await using lapse = new Lapse(['run', 'open-unanswered-preamble', '--json'], shared);
    const proxy = await until(async () => (await proxies()).find(({ toxics }) => toxics.length > 0));
    for (const { name } of proxy.toxics) {
      await fetch(`${shared.TOXIPROXY_URL}/proxies/${proxy.name}/toxics/${name}`, { method: 'DELETE' });
    }
    const run = await lapse.document();
    expect(run).toMatchObject({ exitCode: 2, status: 'inconclusive' });
    expect(await lapse.ended).toBe(2);
    expect(reasonsOf(run)).toMatch(/injection-0|toxic/);
    await lapse.nothingLeft(5_000);
    expect(await proxies()).toEqual([]);
  });

  test('a misspelt attribute that Toxiproxy swallows: inconclusive, exit 2, nothing left', async () => {
    await using relay = await startMisspellingProxy(shared.TOXIPROXY_URL, 'latency', 'latencyMs');
    await using lapse = new Lapse(['run', LATENCY, '--json'], { ...shared, TOXIPROXY_URL: relay.url });
    const run = await lapse.document();
    expect(relay.changed()).toBeGreaterThan(0);
    expect(run).toMatchObject({ exitCode: 2, status: 'inconclusive' });
    await lapse.nothingLeft(5_000);
    expect(await proxies()).toEqual([]);
  });

  test('the same latency, spelt rightly, is confirmed', async () => {
    await using lapse = new Lapse(['run', LATENCY, '--json'], shared);
    const run = await lapse.document();
    expect({ reasons: reasonsOf(run), ...run }).toMatchObject({ exitCode: 0, status: 'confirmed' });
  });

  test('Toxiproxy killed in the middle: inconclusive, exit 2, nothing left', async () => {
    await using lapse = new Lapse(['run', 'receive-idle-session', '--json']);
    await lapse.observed(isZero);
    kill(await lapse.process('toxiproxy'), 'SIGKILL');
    const run = await lapse.document();
    expect(run).toMatchObject({ exitCode: 2, status: 'inconclusive' });
    await lapse.nothingLeft(10_000);
  });
});

describe('a process that dies', () => {
  test('the worker, by kill -9: the experiment goes on, and a new worker finishes it', async () => {
    await using lapse = new Lapse(['run', LONG_IDLE, '--json'], shared);
    await lapse.observed(isZero);
    const worker = await lapse.process('main.ts worker');
    const host = await lapse.process('experiment-host');
    kill(worker, 'SIGKILL');
    const successor = await until(() =>
      lapse.processes().find(({ pid, command }) => command.includes('main.ts worker') && pid !== worker),
    );
    expect(successor.pid).not.toBe(worker);
    const run = await lapse.document();
    expect({ reasons: reasonsOf(run), ...run }).toMatchObject({ exitCode: 0, status: 'confirmed' });
    expect(run.scenarios[0]?.judged?.experiments).toHaveLength(1);
    expect(lapse.histories()).toHaveLength(1);
    expect(lapse.processes().map(({ pid }) => pid)).not.toContain(host);
    await lapse.nothingLeft(5_000);
  });

  test('the command line, by Ctrl-C: it heals, leaves no toxic and no process, and exits 130', async () => {
    await using lapse = new Lapse(['run', 'open-unanswered-preamble'], shared);
    await until(async () => (await proxies()).find(({ toxics }) => toxics.length > 0));
    // A terminal sends it to the whole foreground group.
    process.kill(-(lapse.child.pid ?? 0), 'SIGINT');
    expect(await lapse.ended).toBe(130);
    await lapse.nothingLeft(5_000);
    expect(await proxies()).toEqual([]);
  });

  test('the command line, by kill -9: it leaves no toxic and no process', async () => {
    await using lapse = new Lapse(['run', 'open-unanswered-preamble'], shared);
    await until(async () => (await proxies()).find(({ toxics }) => toxics.length > 0));
    process.kill(-(lapse.child.pid ?? 0), 'SIGKILL');
    await lapse.nothingLeft(40_000);
    expect(await proxies()).toEqual([]);
  });

  test('the command line that keeps servers of its own, by kill -9: the servers go, too', async () => {
    await using lapse = new Lapse(['run', LONG_IDLE]);
    await lapse.observed(isZero);
    expect(lapse.processes().some(({ command }) => command.includes('start-dev'))).toBe(true);
    process.kill(-(lapse.child.pid ?? 0), 'SIGKILL');
    await lapse.nothingLeft(40_000);
  });
});
