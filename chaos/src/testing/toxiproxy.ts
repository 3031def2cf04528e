import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startServers } from '@lapse/servers';

/** A Toxiproxy for the tests of one file, and what tells the command line of it. */
export interface ToxiproxyForTests {
  readonly environment: { readonly TOXIPROXY_URL: string };
  /** Of its logs; it goes with it. */
  readonly folder: string;
  stop(): Promise<void>;
}

export async function startToxiproxy(): Promise<ToxiproxyForTests> {
  const folder = mkdtempSync(join(tmpdir(), 'lapse-servers-'));
  const servers = await startServers({ need: ['toxiproxy'], folder, progress: () => {} });
  if (!servers.toxiproxy?.found) throw new Error('Toxiproxy is needed');
  const stop = async () => {
    await servers[Symbol.asyncDispose]();
    rmSync(folder, { recursive: true, force: true });
  };
  return { environment: { TOXIPROXY_URL: servers.toxiproxy.address }, folder, stop };
}
