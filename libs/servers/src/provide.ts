// Gets both servers, starts them once, and ends them: afterwards nobody has to wait for a build. Exit code 69: one cannot be had.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startServers } from './start.ts';

const folder = await mkdtemp(join(tmpdir(), 'lapse-servers-'));
const servers = await startServers({ need: ['temporal', 'toxiproxy'], folder, progress: console.log });
for (const server of [servers.temporal, servers.toxiproxy]) {
  if (server === undefined || server.found) continue;
  process.exitCode = 69;
  console.error([...server.reasons, ...server.remedies].join('\n'));
}
await servers.stop();
await rm(folder, { recursive: true, force: true });
