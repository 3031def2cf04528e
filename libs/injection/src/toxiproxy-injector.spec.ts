import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { Injection, Toxic } from '@lapse/experiment';
import { InjectorFailure } from './injector.ts';
import { connectEcho, type EchoService, startEcho } from './testing/echo.ts';
import { startToxiproxy, type ToxiproxyProcess } from './testing/toxiproxy-process.ts';
import { type ToxiproxyInjector, toxiproxyInjector } from './toxiproxy-injector.ts';

const HOLD: Injection = { at: 0, stream: 'both', toxic: { type: 'bandwidth', rate: 0 } };
const DOWN: Injection = { at: 0, stream: 'both', toxic: { type: 'down' } };
const DEADLINE = 1_000;

/** Longer than a byte takes through a proxy on the busiest of machines, and than a hold that leaks would keep it. */
const LONG_ENOUGH = 150;

let toxiproxy: ToxiproxyProcess;
let echo: EchoService;
let injector: ToxiproxyInjector;
let port: number;
let logged: string[];

const now = () => Math.floor(performance.now());

/** Milliseconds, on a machine that is busy with other tests. */
const STARTED_WITHIN = 20_000;

beforeAll(async () => {
  toxiproxy = await startToxiproxy();
  echo = await startEcho();
}, STARTED_WITHIN);

afterAll(async () => {
  await echo[Symbol.asyncDispose]();
  await toxiproxy[Symbol.asyncDispose]();
});

beforeEach(async () => {
  logged = [];
  injector = toxiproxyInjector({
    url: `${toxiproxy.url}/`,
    now,
    deadline: DEADLINE,
    log: (message) => logged.push(message),
  });
  ({ port } = await injector.createProxy('lapse-test-session', echo.port));
});

afterEach(async () => {
  await injector.deleteByPrefix('lapse-test-');
});

describe('a proxy', () => {
  test('listens on a port of its own and passes bytes both ways', async () => {
    using client = await connectEcho(port);
    client.write('ping');
    await client.hears('ping');
    expect(port).not.toBe(echo.port);
    expect(await injector.compare()).toEqual({ same: true, found: 'everything as it was asked for' });
  });

  test('whose name the API would not find again is refused before anything is sent', async () => {
    await expect(injector.createProxy('session#1', echo.port)).rejects.toThrow(/written in \[a-z0-9-\]/);
    expect(await proxyNames()).toEqual(['lapse-test-session']);
  });

  test("whose name is taken is a failure with the server's own reason", async () => {
    const failure = injector.createProxy('lapse-test-session', echo.port);
    await expect(failure).rejects.toThrow(InjectorFailure);
    await expect(failure).rejects.toMatchObject({
      status: 409,
      message: expect.stringContaining('proxy already exists'),
    });
  });

  test('is deleted by its prefix, and others are left alone', async () => {
    await injector.createProxy('lapse-test-noise', echo.port);
    await injector.createProxy('lapse-other-session', echo.port);
    expect(await injector.deleteByPrefix('lapse-test-')).toEqual(['lapse-test-noise', 'lapse-test-session']);
    expect(await proxyNames()).toEqual(['lapse-other-session']);
    expect(await injector.deleteByPrefix('lapse-other-')).toEqual(['lapse-other-session']);
  });
});

describe('an injection', () => {
  test('of rate 0 on both streams holds every byte, loses none, and lets them go in order when it heals', async () => {
    using client = await connectEcho(port);
    client.write('a');
    await client.hears('a');
    const arrived = echo.received();
    const injected = await injector.add('lapse-test-session', HOLD);
    for (const letter of 'bcdef') client.write(letter);
    await sleep(LONG_ENOUGH);
    expect(client.heard()).toBe('a');
    expect(echo.received()).toBe(arrived);
    await injector.remove(injected);
    await client.hears('abcdef');
    expect(await injector.compare()).toMatchObject({ same: true });
  });

  test('is bracketed by the instants before and after it, and read back in words', async () => {
    const before = now();
    const injected = await injector.add('lapse-test-session', HOLD);
    expect(injected.before).toBeGreaterThanOrEqual(before);
    expect(injected.after).toBeGreaterThanOrEqual(injected.before);
    expect(injected.after).toBeLessThanOrEqual(now());
    expect(await injector.readBack(injected)).toEqual({
      same: true,
      found:
        'bandwidth upstream, rate 0 (injection-0-upstream) and bandwidth downstream, rate 0 (injection-0-downstream)',
    });
    expect(await injector.compare()).toMatchObject({ same: true });
  });

  test('of down refuses new connections and ends live ones; healed, the proxy listens on the same port again', async () => {
    using client = await connectEcho(port);
    client.write('a');
    await client.hears('a');
    const injected = await injector.add('lapse-test-session', DOWN);
    expect(await client.ended).toBe('fin');
    await expect(connectEcho(port)).rejects.toMatchObject({ code: 'ECONNREFUSED' });
    expect(await injector.readBack(injected)).toEqual({ same: true, found: 'proxy lapse-test-session is disabled' });
    expect(await injector.compare()).toMatchObject({ same: true });
    await injector.remove(injected);
    using again = await connectEcho(port);
    again.write('b');
    await again.hears('b');
    expect(await injector.compare()).toMatchObject({ same: true });
  });

  const STAGED: readonly Toxic[] = [
    { type: 'latency', latency: 50, jitter: 0 },
    { type: 'bandwidth', rate: 7 },
    { type: 'timeout', timeout: 0 },
    { type: 'slow_close', delay: 30 },
    { type: 'slicer', average_size: 8, size_variation: 0, delay: 10 },
    { type: 'limit_data', bytes: 64 },
    { type: 'reset_peer', timeout: 0 },
  ];

  test.each(STAGED)('of $type is found again as it was sent, attribute by attribute', async (toxic) => {
    const injected = await injector.add('lapse-test-session', { at: 0, stream: 'upstream', toxic });
    expect(await injector.readBack(injected)).toMatchObject({
      same: true,
      found: expect.stringContaining(`${toxic.type} upstream`),
    });
    expect(await injector.compare()).toMatchObject({ same: true });
  });

  test('with a misspelt attribute is refused before it is sent, for Toxiproxy would answer 200', async () => {
    const misspelt: Toxic = JSON.parse('{ "type": "latency", "latencyMs": 100, "jitter": 0 }');
    await expect(injector.add('lapse-test-session', { at: 0, stream: 'upstream', toxic: misspelt })).rejects.toThrow(
      /latency has no attribute latencyMs; it has latency, jitter/,
    );
    expect(await toxicNames()).toEqual([]);
  });

  const SENSELESS: readonly Toxic[] = [
    { type: 'latency', latency: -50, jitter: 0 },
    { type: 'latency', latency: 0.5, jitter: 0 },
    { type: 'bandwidth', rate: Number.NaN },
    { type: 'slicer', average_size: 0, size_variation: 0, delay: 0 },
  ];

  test.each(SENSELESS)('out of range ($type) is refused before it is sent', async (toxic) => {
    await expect(injector.add('lapse-test-session', { at: 0, stream: 'upstream', toxic })).rejects.toThrow(
      /must be a whole number/,
    );
    expect(await toxicNames()).toEqual([]);
  });

  test('on a proxy that nobody created here is refused', async () => {
    await expect(injector.add('lapse-test-unknown', HOLD)).rejects.toThrow(/was not created here/);
  });
});

describe('another actor', () => {
  test('who removes a toxic early is seen, and the removal that follows is logged, no failure', async () => {
    const injected = await injector.add('lapse-test-session', HOLD);
    await call('DELETE', 'lapse-test-session/toxics/injection-0-upstream');
    expect(await injector.compare()).toEqual({ same: false, found: 'toxic injection-0-upstream is gone' });
    expect(await injector.readBack(injected)).toEqual({ same: false, found: 'toxic injection-0-upstream is gone' });
    await injector.remove(injected);
    expect(logged).toEqual([expect.stringMatching(/^Toxic injection-0-upstream .* had vanished .*toxic not found/)]);
    expect(await toxicNames()).toEqual([]);
  });

  test('who changes an attribute is seen, with both values', async () => {
    const injected = await injector.add('lapse-test-session', HOLD);
    await call('POST', 'lapse-test-session/toxics/injection-0-downstream', { attributes: { rate: 5 } });
    const found = 'toxic injection-0-downstream: rate is 5, not 0';
    expect(await injector.compare()).toEqual({ same: false, found });
    expect(await injector.readBack(injected)).toEqual({ same: false, found });
  });

  test('who changes the toxicity is seen', async () => {
    await injector.add('lapse-test-session', HOLD);
    await call('POST', 'lapse-test-session/toxics/injection-0-downstream', { toxicity: 0.5, attributes: { rate: 0 } });
    expect(await injector.compare()).toEqual({
      same: false,
      found: 'toxic injection-0-downstream: toxicity is 0.5, not 1',
    });
  });

  test('who doubles a toxic is seen', async () => {
    await injector.add('lapse-test-session', HOLD);
    const double = {
      name: 'stranger',
      type: 'latency',
      stream: 'upstream',
      toxicity: 1,
      attributes: { latency: 9, jitter: 0 },
    };
    await call('POST', 'lapse-test-session/toxics', double);
    expect(await injector.compare()).toEqual({
      same: false,
      found: 'proxy lapse-test-session has a toxic of another actor, latency upstream, latency 9, jitter 0 (stranger)',
    });
  });

  test('who enables a proxy that is down is seen', async () => {
    await injector.add('lapse-test-session', DOWN);
    await call('POST', 'lapse-test-session', { enabled: true });
    expect(await injector.compare()).toEqual({
      same: false,
      found: 'proxy lapse-test-session: enabled is true, not false',
    });
  });

  test('who deletes the proxy is seen, and healing all of it is logged, no failure', async () => {
    const injected = await injector.add('lapse-test-session', HOLD);
    await call('DELETE', 'lapse-test-session');
    expect(await injector.compare()).toEqual({ same: false, found: 'proxy lapse-test-session is gone' });
    expect(await injector.readBack(injected)).toMatchObject({ same: false });
    await injector.remove(injected);
    await injector.healAll();
    expect(logged).toHaveLength(3);
  });
});

test('a comparison that meets an injection on its way waits for it instead of calling it a difference', async () => {
  const looks: Promise<{ same: boolean }>[] = [];
  for (let round = 0; round < 20; round += 1) {
    const adding = injector.add('lapse-test-session', HOLD);
    looks.push(injector.compare());
    const injected = await adding;
    looks.push(injector.compare());
    const removing = injector.remove(injected);
    looks.push(injector.compare());
    await removing;
  }
  expect((await Promise.all(looks)).filter(({ same }) => !same)).toEqual([]);
});

test('healing everything leaves no toxic, not even one of another actor, and every proxy enabled', async () => {
  await injector.createProxy('lapse-test-noise', echo.port);
  await injector.add('lapse-test-session', HOLD);
  await injector.add('lapse-test-noise', {
    at: 0,
    stream: 'upstream',
    toxic: { type: 'latency', latency: 5, jitter: 0 },
  });
  await injector.add('lapse-test-noise', DOWN);
  const foreign = { name: 'stranger', type: 'timeout', stream: 'upstream', toxicity: 1, attributes: { timeout: 0 } };
  await call('POST', 'lapse-test-session/toxics', foreign);
  await injector.healAll();
  expect(await toxicNames()).toEqual([]);
  expect(await injector.compare()).toMatchObject({ same: true });
});

describe('a Toxiproxy that', () => {
  test('hangs is a failure at the deadline, in words that leave the effect open', async () => {
    const injected = await injector.add('lapse-test-session', HOLD);
    toxiproxy.freeze();
    try {
      const began = performance.now();
      await expect(injector.remove(injected)).rejects.toThrow(
        /did not answer DELETE .* within 1000 ms; whether it will still act on it is unknown/,
      );
      expect(performance.now() - began).toBeLessThan(2 * DEADLINE);
      expect(await injector.compare()).toMatchObject({ same: false, found: expect.stringContaining('within 1000 ms') });
    } finally {
      toxiproxy.thaw();
    }
  });

  test('was killed is a failure at once, with the reason of the operating system', async () => {
    await using mortal = await startToxiproxy();
    const bereft = toxiproxyInjector({ url: mortal.url, now, deadline: DEADLINE });
    await bereft.createProxy('lapse-test-session', echo.port);
    const injected = await bereft.add('lapse-test-session', HOLD);
    await mortal.kill();
    const began = performance.now();
    await expect(bereft.add('lapse-test-session', DOWN)).rejects.toThrow(InjectorFailure);
    await expect(bereft.remove(injected)).rejects.toThrow(/ECONNREFUSED/);
    await expect(bereft.healAll()).rejects.toThrow(InjectorFailure);
    expect(await bereft.compare()).toMatchObject({ same: false, found: expect.stringContaining('ECONNREFUSED') });
    expect(performance.now() - began).toBeLessThan(2 * DEADLINE);
  });

  test('is something else is told apart', async () => {
    await using other = await startEcho();
    const lost = toxiproxyInjector({ url: `http://127.0.0.1:${other.port}`, now, deadline: 300 });
    await expect(lost.createProxy('lapse-test-session', 1)).rejects.toThrow(InjectorFailure);
  });
});

async function call(method: string, path: string, body?: object): Promise<void> {
  const response = await fetch(`${toxiproxy.url}/proxies/${path}`, {
    method,
    ...(body && { body: JSON.stringify(body) }),
  });
  expect(response.ok).toBe(true);
}

interface Listed {
  readonly toxics: readonly { readonly name: string }[];
}

async function proxies(): Promise<Readonly<Record<string, Listed>>> {
  return JSON.parse(await (await fetch(`${toxiproxy.url}/proxies`)).text());
}

async function proxyNames(): Promise<readonly string[]> {
  return Object.keys(await proxies()).toSorted();
}

async function toxicNames(): Promise<readonly string[]> {
  return Object.values(await proxies()).flatMap(({ toxics }) => toxics.map(({ name }) => name));
}
