import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync } from 'node:fs';
import { createServer } from 'node:net';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** A Toxiproxy of a test's own, which may be frozen and killed. */
export interface ToxiproxyProcess extends AsyncDisposable {
  readonly url: string;
  /** It neither answers nor ends, until `thaw`. */
  freeze(): void;
  thaw(): void;
  kill(): Promise<void>;
}

const UP_WITHIN = 5_000;

/** Starts the real server on free ports of 127.0.0.1 and waits until its API answers. */
export async function startToxiproxy(): Promise<ToxiproxyProcess> {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const child = spawn(executable(), ['-host', '127.0.0.1', '-port', String(port)], { stdio: 'ignore' });
  const kill = () => killed(child);
  await answering(url, child);
  return {
    url,
    freeze: () => child.kill('SIGSTOP'),
    thaw: () => child.kill('SIGCONT'),
    kill,
    [Symbol.asyncDispose]: kill,
  };
}

/** On PATH, or built into the cache folder by the setting-up of this repository. */
function executable(): string {
  const folders = (process.env.PATH ?? '').split(delimiter);
  const cache = join(
    process.env.LAPSE_CACHE ?? join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'lapse'),
    'servers',
  );
  const builds = existsSync(cache) ? readdirSync(cache).map((build) => join(cache, build)) : [];
  const found = [...folders, ...builds]
    .map((folder) => join(folder, 'toxiproxy-server'))
    .find((file) => existsSync(file));
  if (found === undefined)
    throw new Error('These tests need a real toxiproxy-server, on PATH or in the cache of Lapse.');
  return found;
}

async function answering(url: string, child: ChildProcess): Promise<void> {
  const end = performance.now() + UP_WITHIN;
  while (performance.now() < end && child.exitCode === null) {
    const answer = await fetch(`${url}/version`).catch(() => undefined);
    if (answer?.ok) return;
    await sleep(20);
  }
  throw new Error(`Toxiproxy did not answer at ${url} within ${UP_WITHIN} ms.`);
}

async function killed(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exit = once(child, 'exit');
  child.kill('SIGKILL');
  await exit;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('A TCP server has an address with a port.');
  return address.port;
}
