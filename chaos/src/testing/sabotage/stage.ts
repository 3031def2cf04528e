import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type FoundServer, type ServerName, type Servers, startServers } from '@lapse/servers';
import { kill, Lapse, type RunDocument } from '../lapse.ts';
import type { Aftermath, End, Sabotage, Scene } from './sabotage.ts';
import { ToxiproxyActor } from './toxiproxy-actor.ts';

/** Where in a measurement sabotage may happen, as shares of its duration: it must be under way, and not nearly over. */
export const EARLIEST = 0.02;
export const LATEST = 0.9;

/** `runFor` of the scenarios that are sabotaged is about this long (milliseconds). */
const MEASUREMENT = 2_600;
const ENDS_WITHIN = 100_000;
/** A host that nobody watches any more ends when its lease has, after 30 s. */
const NOTHING_LEFT_WITHIN = 40_000;

export interface Staging {
  readonly sabotage: Sabotage;
  /** Of a Temporal server that several runs share. */
  readonly temporalAddress: string;
  /** Share of the measurement after which it happens. */
  readonly share: number;
}

/** Servers, in a folder of their own, for as long as somebody needs them. */
export async function openServers(need: readonly ServerName[]): Promise<Servers> {
  const folder = mkdtempSync(join(tmpdir(), 'lapse-servers-'));
  const servers = await startServers({ need, folder, progress: () => {} });
  const stop = async () => {
    await servers.stop();
    rmSync(folder, { recursive: true, force: true });
  };
  return { ...servers, stop, [Symbol.asyncDispose]: stop };
}

export function found(servers: Servers, name: ServerName): FoundServer {
  const server = servers[name];
  if (!server?.found) throw new Error(`${name} is needed: ${server?.reasons.join(', ')}`);
  return server;
}

/** Runs a scenario, lets the sabotage happen, and looks at what becomes of both. */
export async function stage({ sabotage, temporalAddress, share }: Staging): Promise<Aftermath> {
  await using servers = await openServers(sabotage.needsOwnTemporal ? ['toxiproxy', 'temporal'] : ['toxiproxy']);
  const { address: toxiproxyUrl, pid: toxiproxyPid = 0 } = found(servers, 'toxiproxy');
  const temporal = sabotage.needsOwnTemporal ? found(servers, 'temporal') : { address: temporalAddress, pid: 0 };
  await using relay = await sabotage.relay?.(toxiproxyUrl);
  await using lapse = new Lapse(['run', resolve(import.meta.dirname, '..', `${sabotage.scenario}.yaml`), '--json'], {
    TEMPORAL_ADDRESS: temporal.address,
    TOXIPROXY_URL: relay?.url ?? toxiproxyUrl,
  });
  using started = new StartedProcesses();
  const toxiproxy = new ToxiproxyActor(toxiproxyUrl);
  const scene: Scene = {
    ...{ lapse, toxiproxy, toxiproxyPid, relay },
    temporalPid: temporal.pid ?? 0,
    instant: async () => {
      await lapse.observed(({ type }) => type === 'zero');
      await sleep(share * MEASUREMENT);
    },
    started: (pid) => started.add(pid),
  };
  const early = lapse.ended.then((how) => {
    throw new Error(`the run ended (${how}) before the sabotage had been done: ${lapse.stderr.slice(-2_000)}`);
  });
  early.catch(() => {});
  await inTime('the sabotage', Promise.race([sabotage.act(scene), early]));
  const ended = await inTime('the run', lapse.ended);
  const judged = sabotage.ends.includes('nothing') ? NOTHING : judgedBy(await lapse.document());
  const processes = await processesLeft(lapse);
  const proxies = sabotage.losesToxiproxy ? [] : await proxiesLeft(toxiproxy);
  return { ...judged, exitCode: ended, left: [...processes, ...proxies] };
}

class StartedProcesses {
  readonly #pids: number[] = [];

  add(pid: number): void {
    this.#pids.push(pid);
  }

  [Symbol.dispose](): void {
    for (const pid of this.#pids) kill(pid, 'SIGKILL');
  }
}

type Judged = Pick<Aftermath, 'end' | 'byNoise' | 'reasons' | 'experiments'>;

const NOTHING: Judged = { end: 'nothing' satisfies End, byNoise: false, reasons: [], experiments: 0 };

function judgedBy({ status, scenarios }: RunDocument): Judged {
  const experiments = scenarios.flatMap(({ judged }) => judged?.experiments ?? []);
  const verdicts = experiments.at(-1)?.verdicts.filter((verdict) => verdict.status !== 'confirmed') ?? [];
  return {
    end: status,
    byNoise: verdicts.length > 0 && verdicts.every(({ byNoise }) => byNoise),
    reasons:
      experiments.length === 0 ? scenarios.map(({ sentence }) => sentence) : verdicts.map(({ reason }) => reason),
    experiments: experiments.length,
  };
}

async function processesLeft(lapse: Lapse): Promise<readonly string[]> {
  try {
    await lapse.nothingLeft(NOTHING_LEFT_WITHIN);
    return [];
  } catch (error) {
    return [error instanceof Error ? error.message : String(error)];
  }
}

async function proxiesLeft(toxiproxy: ToxiproxyActor): Promise<readonly string[]> {
  return (await toxiproxy.proxies()).map(({ name }) => `proxy ${name}`);
}

async function inTime<T>(what: string, work: Promise<T>): Promise<T> {
  const late = new AbortController();
  const bound = sleep(ENDS_WITHIN, undefined, { signal: late.signal }).then(() => {
    throw new Error(`${what} did not end within ${ENDS_WITHIN / 1_000} s`);
  });
  bound.catch(() => {});
  try {
    return await Promise.race([work, bound]);
  } finally {
    late.abort();
  }
}
