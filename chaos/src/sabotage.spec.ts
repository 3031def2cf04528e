import { resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Servers } from '@lapse/servers';
import { Lapse } from './testing/lapse.ts';
import { SABOTAGE } from './testing/sabotage/acts.ts';
import { randomFrom } from './testing/sabotage/random.ts';
import { type Aftermath, complaintsAbout } from './testing/sabotage/sabotage.ts';
import { EARLIEST, found, LATEST, openServers, stage } from './testing/sabotage/stage.ts';
import { ToxiproxyActor } from './testing/sabotage/toxiproxy-actor.ts';

/** So many runs disturb one another little enough. */
const AT_A_TIME = 3;
const HELD = resolve(import.meta.dirname, 'testing/held.yaml');
const LATENCY = resolve(import.meta.dirname, 'testing/latency.yaml');

let servers: Servers;

beforeAll(async () => {
  servers = await openServers(['temporal', 'toxiproxy']);
}, 900_000);

afterAll(async () => {
  await servers.stop();
});

function shared(): Readonly<Record<string, string>> {
  return { TEMPORAL_ADDRESS: found(servers, 'temporal').address, TOXIPROXY_URL: found(servers, 'toxiproxy').address };
}

describe('sabotage at a random instant: inconclusive with the right reason, never refuted, and nothing is left', () => {
  const aftermaths = new Map<string, Aftermath | Error>();

  beforeAll(async () => {
    const seed = Date.now() % 2 ** 32;
    console.log(`seed ${seed}`);
    const random = randomFrom(seed);
    const waiting = SABOTAGE.map((sabotage) => ({ sabotage, share: EARLIEST + random() * (LATEST - EARLIEST) }));
    const temporalAddress = found(servers, 'temporal').address;
    const lane = async () => {
      for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
        const aftermath = await stage({ ...next, temporalAddress }).catch((error) => new Error(String(error)));
        aftermaths.set(next.sabotage.name, aftermath);
      }
    };
    await Promise.all(Array.from({ length: AT_A_TIME }, lane));
  }, 400_000);

  test.each(SABOTAGE)('$name', (sabotage) => {
    const aftermath = aftermaths.get(sabotage.name);
    if (aftermath === undefined || aftermath instanceof Error) throw aftermath ?? new Error('it was not staged');
    expect({ aftermath, complaints: complaintsAbout(sabotage, aftermath) }).toEqual({ aftermath, complaints: [] });
  });
});

describe('without sabotage', () => {
  test('the latency that was misspelt, spelt rightly, is confirmed', async () => {
    await using lapse = new Lapse(['run', LATENCY, '--json'], shared());
    expect(await lapse.document()).toMatchObject({ exitCode: 0, status: 'confirmed' });
  });
});

describe('a run that is broken off', () => {
  test('by Ctrl-C: it heals, leaves no toxic and no process, and exits 130', async () => {
    const toxiproxy = new ToxiproxyActor(found(servers, 'toxiproxy').address);
    await using lapse = new Lapse(['run', HELD], shared());
    await toxiproxy.toxicProxy();
    // A terminal sends it to the whole foreground group.
    process.kill(-(lapse.child.pid ?? 0), 'SIGINT');
    expect(await lapse.ended).toBe(130);
    await lapse.nothingLeft(5_000);
    expect(await toxiproxy.proxies()).toEqual([]);
  });

  test('by kill -9, with servers of its own: the servers go, too', async () => {
    await using lapse = new Lapse(['run', HELD]);
    await lapse.observed(({ type }) => type === 'zero');
    expect(lapse.processes().some(({ command }) => command.includes('start-dev'))).toBe(true);
    process.kill(-(lapse.child.pid ?? 0), 'SIGKILL');
    await lapse.nothingLeft(40_000);
  });
});
