import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

/** Where the API of a container engine is reached: a socket or named pipe of this machine, or a port of it. */
export type EngineAddress =
  | { readonly url: string; readonly socketPath: string }
  | { readonly url: string; readonly host: string; readonly port: number };

type Environment = Readonly<Record<string, string | undefined>>;

/** The engine that DOCKER_HOST names is the only one that is tried. Undefined: there is no socket where one would be. */
export function engineAddress(environment: Environment = process.env): EngineAddress | undefined {
  const named = environment.DOCKER_HOST;
  if (named) return parseAddress(named);
  if (process.platform === 'win32') return parseAddress('npipe:////./pipe/docker_engine');
  const path = usualSockets(environment).find((socket) => existsSync(socket));
  return path === undefined ? undefined : parseAddress(`unix://${path}`);
}

/** Where engines listen: Docker's own, then that of a user alone, then that of Docker Desktop. */
export function usualSockets(environment: Environment): readonly string[] {
  const runtime = environment.XDG_RUNTIME_DIR;
  return [
    '/var/run/docker.sock',
    ...(runtime ? [join(runtime, 'docker.sock')] : []),
    join(homedir(), '.docker', 'run', 'docker.sock'),
    join(homedir(), '.docker', 'desktop', 'docker.sock'),
  ];
}

/** Undefined: it names no engine that could be reached without keys. */
function parseAddress(url: string): EngineAddress | undefined {
  const [, scheme, rest = ''] = /^(unix|npipe|tcp|http):\/\/(.+)$/.exec(url) ?? [];
  if (scheme === undefined) return undefined;
  if (scheme === 'unix' || scheme === 'npipe') return { url, socketPath: rest };
  const [, host, port] = /^(127(?:\.\d+){3}|localhost):(\d+)\/?$/.exec(rest) ?? [];
  return host === undefined ? undefined : { url, host, port: Number(port) };
}
