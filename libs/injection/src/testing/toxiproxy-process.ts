import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type FoundServer, startServers } from '@lapse/servers';

/** A Toxiproxy of a test's own, which may be frozen and killed. */
export interface ToxiproxyProcess extends AsyncDisposable {
  readonly url: string;
  /** It neither answers nor ends, until `thaw`. */
  freeze(): void;
  thaw(): void;
  kill(): Promise<void>;
}

/** Starts the real server, never one that runs already: found or built as for everybody else. Rejects where there is none. */
export async function startToxiproxy(): Promise<ToxiproxyProcess> {
  const folder = await mkdtemp(join(tmpdir(), 'toxiproxy-'));
  const environment = { ...process.env, TOXIPROXY_URL: undefined };
  const servers = await startServers({ need: ['toxiproxy'], folder, environment, progress: () => undefined });
  const { address, pid } = started(servers.toxiproxy);
  return {
    url: address,
    freeze: () => process.kill(pid, 'SIGSTOP'),
    thaw: () => process.kill(pid, 'SIGCONT'),
    kill: async () => {
      process.kill(pid, 'SIGKILL');
      await servers.exited;
    },
    [Symbol.asyncDispose]: async () => {
      await servers.stop();
      await rm(folder, { recursive: true });
    },
  };
}

function started(server: FoundServer | { readonly found: false; readonly reasons: readonly string[] } | undefined) {
  if (server?.found !== true) throw new Error(`These tests need a real Toxiproxy. ${server?.reasons.join(' ')}`);
  if (server.pid === undefined) throw new Error('The Toxiproxy of a test is started by it.');
  return { address: server.address, pid: server.pid };
}
