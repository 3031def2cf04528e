import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Servers } from '@lapse/servers';
import { kill, Lapse, until } from './testing/lapse.ts';
import { found, openServers } from './testing/sabotage/stage.ts';

const QUEUE = 'lapse-of-several';

let servers: Servers;
let runs: string;

beforeAll(async () => {
  servers = await openServers(['temporal', 'toxiproxy']);
  runs = mkdtempSync(join(tmpdir(), 'lapse-stations-'));
}, 300_000);

afterAll(async () => {
  await servers[Symbol.asyncDispose]();
  rmSync(runs, { recursive: true, force: true });
});

/** A worker that is a station of its own, as it would be on a machine of its own. */
function station(name: string): Lapse {
  const addresses = {
    TEMPORAL_ADDRESS: found(servers, 'temporal').address,
    TOXIPROXY_URL: found(servers, 'toxiproxy').address,
  };
  const words = ['worker', '--queue', QUEUE, '--station', name, '--runs', join(runs, name), '--capacity', '2'];
  return new Lapse(words, addresses);
}

describe('two workers, each a station of its own', () => {
  test('share one suite; killing one with its hosts costs no verdict: another experiment runs elsewhere, shown as such', async () => {
    await using one = station('one');
    await using other = station('other');
    for (const worker of [one, other]) await until(() => (worker.stderr.includes('Worker of') ? true : undefined));
    const chosen = 'receive-idle-session,receive-idle-session-direct,control-latency,call-slow-service-async';
    const words = ['suite', '--only', chosen, '--queue', QUEUE, '--no-station', '--concurrency', '4', '--json'];
    await using suite = new Lapse(words, { TEMPORAL_ADDRESS: found(servers, 'temporal').address });
    const hosts = (of: Lapse) => of.processes().filter(({ command }) => command.includes('experiment-host'));
    await until(() => (hosts(one).length > 0 && hosts(other).length > 0 ? true : undefined));
    for (const { pid } of one.processes()) kill(pid, 'SIGKILL');

    const { status, scenarios } = await suite.document();
    expect({ status, verdicts: scenarios.map(({ verdict }) => verdict) }).toEqual({
      status: 'confirmed',
      verdicts: ['confirmed', 'confirmed', 'confirmed', 'confirmed'],
    });
    const lost = scenarios.flatMap(({ judged }) => judged?.lost ?? []);
    expect(new Set(lost.map((each) => each.station))).toEqual(new Set(['lapse-station-one']));
    for (const { judged, sentence } of scenarios.filter((each) => each.judged?.lost !== undefined)) {
      expect(judged?.experiments.at(-1)?.id).toMatch(/-second$/);
      expect(sentence).toContain('lost with the station that ran it (lapse-station-one)');
    }
  }, 180_000);
});
