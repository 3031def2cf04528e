import { type ChildProcess, spawn } from 'node:child_process';
import { resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Lapse } from './testing/lapse.ts';
import { startToxiproxy, type ToxiproxyForTests } from './testing/toxiproxy.ts';

const MOCK_SERVICE = resolve(import.meta.dirname, '../../apps/mock-service/src/main.ts');
const IN_PROCESS = ['--conductor', 'in-process', '--allow-in-process', '--json'];

let running: ToxiproxyForTests;
let service: ChildProcess;
let target: string;
let toxiproxy: { readonly TOXIPROXY_URL: string };

/** A service that the experiments know nothing of but its address; what it logs is nobody's evidence. */
async function startService(): Promise<string> {
  service = spawn(process.execPath, [MOCK_SERVICE], { stdio: ['pipe', 'pipe', 'inherit'] });
  const settings = {
    ...{ openTimeout: 5_000, closeTimeout: 5_000, receiveTimeout: 1_800, sendTimeout: 5_000 },
    ...{ channelInitializationTimeout: 5_000, idleTimeout: 5_000 },
  };
  const startNs = String(process.hrtime.bigint());
  service.stdin?.write(`${JSON.stringify({ startNs, port: 0, path: '/orders', service: settings })}\n`);
  if (service.stdout === null) throw new Error('the service has no output');
  const lines = createInterface({ input: service.stdout });
  const port = await new Promise<number>((found) => {
    lines.on('line', (line) => {
      const { type, port } = JSON.parse(line);
      if (type === 'listening') found(port);
    });
  });
  return `net.tcp://127.0.0.1:${port}/orders`;
}

beforeAll(async () => {
  running = await startToxiproxy();
  toxiproxy = running.environment;
  target = await startService();
}, 600_000);

afterAll(async () => {
  service.stdin?.end();
  await running.stop();
});

describe('a service that is none of ours, by --target', () => {
  test('is measured by what its client sees, and its own side is argued', async () => {
    const ids = ['call-after-idle-session-ended', 'call-partition-downstream-sync', 'sessions-down-between'];
    await using lapse = new Lapse(['run', ...ids, '--target', target, ...IN_PROCESS], toxiproxy);
    const { scenarios, exitCode } = await lapse.document();
    expect(scenarios.map(({ verdict, sentence }) => ({ verdict, sentence }))).toEqual(
      ids.map(() => ({ verdict: 'confirmed', sentence: expect.any(String) })),
    );
    expect(exitCode).toBe(0);
    const [ended, held] = scenarios.map(({ judged }) => judged?.experiments[0]);
    expect(ended?.labels?.service).toBe('external');
    expect(ended?.verdicts.every(({ claim }) => claim?.subject.side === 'client')).toBe(true);
    expect(ended?.argued).toEqual([expect.objectContaining({ outcome: { is: 'fires', timer: 'receive' } })]);
    expect(held?.proofs).toEqual([
      { injection: 0, proven: true, by: expect.stringContaining('A canary, answered before') },
    ]);
    const histories = lapse.histories().flat();
    expect(histories.filter(({ source }) => source === 'service')).toEqual([]);
  }, 120_000);

  test('that is configured otherwise than the scenario says refutes it', async () => {
    await using lapse = new Lapse(['run', 'receive-idle-session-direct', '--target', target, ...IN_PROCESS], toxiproxy);
    const { exitCode, scenarios } = await lapse.document();
    expect([exitCode, scenarios[0]?.verdict]).toEqual([1, 'refuted']);
    expect(scenarios[0]?.judged?.experiments[0]?.verdicts).toContainEqual(
      expect.objectContaining({
        status: 'refuted',
        observed: expect.objectContaining({ what: expect.stringContaining('reset') }),
      }),
    );
  }, 60_000);

  test('is only run against where something listens', async () => {
    await using lapse = new Lapse(['run', 'open-refused', '--target', 'net.tcp://127.0.0.1:1/orders', ...IN_PROCESS]);
    expect(await lapse.ended).toBe(69);
    expect(lapse.stderr + lapse.stdout).toContain('Nothing listens at net.tcp://127.0.0.1:1/orders (ECONNREFUSED).');
    expect(lapse.historyFiles()).toEqual([]);
  }, 60_000);
});
