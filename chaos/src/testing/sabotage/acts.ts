import { execFileSync, spawn } from 'node:child_process';
import { appendFileSync, readFileSync, statSync, truncateSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { startApiRelay } from '../api-relay.ts';
import { startDetour } from '../detour.ts';
import { kill, until } from '../lapse.ts';
import type { Sabotage, Scene } from './sabotage.ts';
import type { ProxyState, ToxiproxyActor } from './toxiproxy-actor.ts';

/** Parts of the command lines of what a run starts. */
const HOST = 'experiment-host';
const SERVICE = 'mock-service';
const WORKER = 'main.ts worker';

/** Why an experiment is inconclusive whose injector was not what was asked for. */
const INJECTOR = /The injector|holds something else|no proof of effect/;

type Act = Sabotage['act'];

const stopped =
  (pidOf: (scene: Scene) => number | Promise<number>, signals: readonly NodeJS.Signals[]): Act =>
  async (scene) => {
    await scene.instant();
    const pid = await pidOf(scene);
    for (const [index, signal] of signals.entries()) {
      if (index > 0) await sleep(1_000);
      kill(pid, signal);
    }
  };

const processOf = (text: string) => (scene: Scene) => scene.lapse.process(text);
const toxiproxyOf = ({ toxiproxyPid }: Scene) => toxiproxyPid;
const KILLED = ['SIGKILL'] as const;
const FROZEN = ['SIGSTOP'] as const;
const BLOCKED = ['SIGSTOP', 'SIGCONT'] as const;

/** Something that another actor does to the session's proxy. */
const onProxy =
  (does: (actor: ToxiproxyActor, proxy: ProxyState) => Promise<unknown>): Act =>
  async ({ instant, toxiproxy }) => {
    await instant();
    await does(toxiproxy, await toxiproxy.sessionProxy());
  };
const onToxics =
  (does: (actor: ToxiproxyActor, proxy: ProxyState) => Promise<unknown>): Act =>
  async ({ instant, toxiproxy }) => {
    await instant();
    await does(toxiproxy, await toxiproxy.toxicProxy());
  };

const OF_INJECTOR: readonly Sabotage[] = [
  {
    name: 'an attribute misspelt',
    ...{ scenario: 'latency', ends: ['inconclusive'], reason: INJECTOR },
    relay: (url) => startApiRelay(url, { request: (body) => body.replaceAll('"latency":', '"latencyMs":') }),
    act: ({ relay }) => until(() => ((relay?.changed() ?? 0) > 0 ? true : undefined)),
  },
  {
    name: 'everybody led past the proxy',
    ...{ scenario: 'held', ends: ['inconclusive'], reason: INJECTOR },
    relay: (url) => startDetour(url, 'everybody'),
    act: ({ instant }) => instant(),
  },
  {
    name: 'the session led past the proxy, the canary not',
    ...{ scenario: 'held', ends: ['inconclusive'], reason: INJECTOR },
    relay: (url) => startDetour(url, 'session'),
    act: ({ instant }) => instant(),
  },
  {
    name: 'the proxy pointed at another service',
    ...{ scenario: 'idle', ends: ['inconclusive'], reason: INJECTOR },
    act: onProxy((actor, proxy) => actor.changeProxy(proxy, { upstream: '127.0.0.1:9' })),
  },
  {
    name: 'the proxy switched off',
    ...{ scenario: 'idle', ends: ['inconclusive'], reason: INJECTOR },
    act: onProxy((actor, proxy) => actor.changeProxy(proxy, { enabled: false })),
  },
  {
    name: 'the proxy deleted',
    ...{ scenario: 'held', ends: ['inconclusive'], reason: INJECTOR },
    act: onProxy((actor, proxy) => actor.deleteProxy(proxy)),
  },
  {
    name: 'a toxic removed early',
    ...{ scenario: 'held', ends: ['inconclusive'], reason: INJECTOR },
    act: onToxics((actor, proxy) => actor.removeToxics(proxy)),
  },
  {
    name: 'a toxic changed',
    ...{ scenario: 'held', ends: ['inconclusive'], reason: INJECTOR },
    act: onToxics((actor, proxy) => actor.changeToxics(proxy, { rate: 1_000 })),
  },
  {
    name: 'a toxic doubled',
    ...{ scenario: 'held', ends: ['inconclusive'], reason: INJECTOR },
    act: onToxics((actor, proxy) =>
      actor.addToxic(proxy, { name: 'another', type: 'latency', stream: 'downstream', attributes: { latency: 100 } }),
    ),
  },
  {
    name: 'Toxiproxy killed',
    ...{ scenario: 'idle', ends: ['inconclusive'], reason: INJECTOR, losesToxiproxy: true },
    act: stopped(toxiproxyOf, KILLED),
  },
  {
    name: 'Toxiproxy stopped',
    ...{ scenario: 'idle', ends: ['inconclusive'], reason: INJECTOR, losesToxiproxy: true },
    act: stopped(toxiproxyOf, FROZEN),
  },
  {
    name: 'Toxiproxy stopped for a second',
    ...{ scenario: 'idle', ends: ['confirmed', 'inconclusive'], reason: INJECTOR, mayBeNoise: true },
    act: stopped(toxiproxyOf, BLOCKED),
  },
  {
    name: 'Toxiproxy wedged',
    ...{ scenario: 'held', ends: ['inconclusive'], reason: INJECTOR, losesToxiproxy: true },
    relay: (url) => startApiRelay(url),
    act: async ({ instant, relay }) => {
      await instant();
      relay?.wedge();
    },
  },
];

const OF_EXPERIMENT: readonly Sabotage[] = [
  {
    name: 'the service killed',
    ...{ scenario: 'idle', ends: ['inconclusive'], reason: /service ended unplanned/ },
    act: stopped(processOf(SERVICE), KILLED),
  },
  {
    name: 'the service stopped',
    ...{ scenario: 'idle', ends: ['confirmed'], mayBeNoise: true },
    act: stopped(processOf(SERVICE), FROZEN),
  },
  {
    name: "the service's event loop blocked for a second",
    ...{ scenario: 'idle', ends: ['confirmed'], mayBeNoise: true },
    act: stopped(processOf(SERVICE), BLOCKED),
  },
  {
    name: 'the host killed',
    ...{ scenario: 'held', ends: ['inconclusive'], reason: /ends before the measurement did/ },
    act: stopped(processOf(HOST), KILLED),
  },
  {
    name: 'the host stopped',
    ...{ scenario: 'idle', ends: ['inconclusive'], reason: /ends before the measurement did/ },
    act: stopped(processOf(HOST), FROZEN),
  },
  {
    name: "the host's event loop blocked for a second",
    ...{ scenario: 'held', ends: ['confirmed'], mayBeNoise: true },
    act: stopped(processOf(HOST), BLOCKED),
  },
  {
    name: 'the history truncated while it grows',
    ...{ scenario: 'idle', ends: ['inconclusive'], reason: /history/ },
    act: async ({ instant, lapse }) => {
      await instant();
      for (const file of lapse.historyFiles()) truncateSync(file, Math.floor(statSync(file).size / 2));
    },
  },
  {
    name: 'no room on the disk of the history',
    ...{ scenario: 'idle', ends: ['inconclusive'], reason: /ends before the measurement did|is cut off|crashed/ },
    act: async ({ instant, lapse }) => {
      const host = await lapse.process(HOST);
      await instant();
      const [history = ''] = lapse.historyFiles();
      execFileSync('prlimit', ['--pid', String(host), `--fsize=${statSync(history).size + 100}`]);
    },
  },
  {
    name: 'a line of the history forged',
    ...{ scenario: 'idle', ends: ['inconclusive'], reason: /history has a gap/ },
    act: async ({ lapse }) => {
      await lapse.observed(({ type, timer }) => type === 'timer' && timer === 'receive');
      for (const file of lapse.historyFiles()) appendFileSync(file, forgedFiring(readFileSync(file, 'utf8')));
    },
  },
];

const OF_CONDUCT: readonly Sabotage[] = [
  {
    name: 'the worker killed',
    ...{ scenario: 'held', ends: ['confirmed'], mayBeNoise: true },
    act: stopped(processOf(WORKER), KILLED),
  },
  {
    name: 'Temporal killed, and started again with its database',
    ...{ scenario: 'idle', ends: ['confirmed'], mayBeNoise: true, needsOwnTemporal: true },
    act: async ({ instant, temporalPid, started }) => {
      const [program = '', ...args] = readFileSync(`/proc/${temporalPid}/cmdline`, 'utf8').split('\0').slice(0, -1);
      await instant();
      kill(temporalPid, 'SIGKILL');
      await sleep(1_500);
      started(spawn(program, args, { stdio: 'ignore' }).pid ?? 0);
    },
  },
  {
    name: 'the command line killed',
    ...{ scenario: 'held', ends: ['nothing'] },
    act: async ({ instant, lapse }) => {
      await instant();
      kill(-(lapse.child.pid ?? 0), 'SIGKILL');
    },
  },
];

/**
 * Everything that is done to runs. Not among it: moving the wall clock. It belongs to the whole machine, and all that Lapse
 * measures is counted on the monotonic clock, which nobody can move.
 */
export const SABOTAGE: readonly Sabotage[] = [...OF_INJECTOR, ...OF_EXPERIMENT, ...OF_CONDUCT];

/** What the service would say next if its receive timer had fired just now. */
function forgedFiring(history: string): string {
  const lines = history.trim().split('\n');
  const entries = lines.map((line): { readonly [key: string]: unknown } => JSON.parse(line));
  const last = entries.findLast(({ source }) => source === 'service');
  const armed = entries.findLast(({ type, timer }) => type === 'timer' && timer === 'receive');
  const forged = { ...armed, what: 'fired', seq: Number(last?.seq) + 1, at: armed?.due, by: undefined };
  return `${JSON.stringify(forged)}\n`;
}
