import { release } from 'node:os';
import { type EngineAddress, engineAddress, usualSockets } from './address.ts';
import { asked, type EngineApi, engineApi } from './api.ts';

/**
 * How a service in a container is reached. `host`: it listens on this machine's own loopback. `published`: a port of the engine's
 * leads to it, which turns a reset into an end.
 */
export type ContainerNetwork = 'host' | 'published';

/** A container engine of this machine that answers. */
export interface Engine {
  readonly address: EngineAddress;
  readonly api: EngineApi;
  /** `Docker 28.2.2`. */
  readonly version: string;
  readonly network: ContainerNetwork;
}

/** Why there is none, and what would make one appear. */
export interface NoEngine {
  readonly reasons: readonly string[];
  readonly remedies: readonly string[];
}

export type EngineReport = ({ readonly found: true } & Engine) | ({ readonly found: false } & NoEngine);

/** What an engine says about itself, as far as it is looked at. */
interface EngineInfo {
  readonly ServerVersion: string;
  readonly OSType: string;
  readonly OperatingSystem: string;
  readonly KernelVersion: string;
  readonly SecurityOptions?: readonly string[];
}

/** Whether it is there shows at once. */
const PATIENCE = 5_000;

/** Looks for the engine of this machine, or the one that DOCKER_HOST names. */
export async function findEngine(environment: NodeJS.ProcessEnv = process.env): Promise<EngineReport> {
  const address = engineAddress(environment);
  if (address === undefined) return { found: false, reasons: [whyNowhere(environment)], remedies: REMEDIES };
  const api = engineApi(address);
  try {
    const info: EngineInfo = JSON.parse(await asked(api, { path: '/info', patience: PATIENCE }));
    const unfit = whyUnfit(info);
    if (unfit !== undefined) return { found: false, reasons: [`${address.url}: ${unfit}`], remedies: REMEDIES };
    return {
      found: true,
      address,
      api,
      version: `Docker ${info.ServerVersion}`,
      network: networkOf(info, environment),
    };
  } catch (error) {
    const reason = `${address.url}: ${error instanceof Error ? error.message : String(error)}`;
    return { found: false, reasons: [reason], remedies: REMEDIES };
  }
}

const REMEDIES = [
  'install Docker and start it (Debian, Ubuntu: apt-get install docker.io iptables), and let this user use its socket',
  'DOCKER_HOST=unix:///path/to/docker.sock names the engine, where it listens elsewhere',
];

function whyNowhere(environment: NodeJS.ProcessEnv): string {
  return environment.DOCKER_HOST
    ? `DOCKER_HOST is ${environment.DOCKER_HOST}, which is no engine of this machine`
    : `there is no ${usualSockets(environment)[0]}, nor a socket of this user's`;
}

/** Instants are those of one clock, which only processes of one kernel share. */
function whyUnfit({ OSType, KernelVersion }: EngineInfo): string | undefined {
  if (OSType !== 'linux') return `its containers run ${OSType}, and the service needs linux`;
  if (KernelVersion === release()) return undefined;
  return `its containers run under another kernel (${KernelVersion}), whose clock is not that of this machine (${release()})`;
}

/** An engine in a network of its own has another loopback than we have; where it does not show, LAPSE_CONTAINER_NETWORK says so. */
function networkOf(
  { OperatingSystem, SecurityOptions = [] }: EngineInfo,
  { LAPSE_CONTAINER_NETWORK: named }: NodeJS.ProcessEnv,
): ContainerNetwork {
  if (named === 'published') return named;
  const isApart = OperatingSystem === 'Docker Desktop' || SecurityOptions.some((option) => option === 'name=rootless');
  return isApart ? 'published' : 'host';
}
