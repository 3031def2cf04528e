import { mkdir, mkdtemp, open, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { buildKey, cachedExecutable, executableName, serversFolder } from './cache-folder.ts';
import { ask, askVersion, findOnPath, isExecutable } from './executables.ts';
import type { Ending } from './keeper-orders.ts';
import { Keeper } from './kept.ts';
import { tryLock } from './lock.ts';
import { makeFolder } from './make-folder.ts';
import type { Part } from './parts.ts';
import { type Environment, type Surroundings, systemCodeOf } from './surroundings.ts';

/** A Go that can build the part, or why there is none. */
export type FoundGo =
  | { readonly ok: true; readonly file: string; readonly version: string }
  | { readonly ok: false; readonly reason: string };

/** An executable that is in its place now, or why it could not be got. */
export type Obtained =
  | { readonly ok: true; readonly file: string; readonly version: string }
  | { readonly ok: false; readonly reason: string; readonly remedy: string };

type Go = Extract<FoundGo, { ok: true }>;

/** Milliseconds between two looks at another process's lock. */
const LOOK_EVERY = 200;
/** Lines of a failed build that are repeated to people. */
const LAST_LINES = 5;

/** Go on PATH, if it is new enough. It is never made to fetch another toolchain: a version that nobody asked for would build the server. */
export async function findGo(part: Part, environment: Environment): Promise<FoundGo> {
  const file = await findOnPath('go', environment);
  if (file === undefined) return { ok: false, reason: 'Go is not on PATH' };
  const answer = await ask(file, ['env', 'GOVERSION'], { environment: goEnvironment(environment), cwd: tmpdir() });
  if (!answer.ok) return { ok: false, reason: `Go does not run: ${answer.reason}` };
  const [, version = '', minor = ''] = /go(1\.(\d+)\S*)/.exec(answer.text) ?? [];
  if (Number(minor) >= part.go.minor) return { ok: true, file, version };
  const found = version || answer.text || 'of unknown version';
  return {
    ok: false,
    reason: `Go ${found} is too old to build ${part.title} ${part.version}, which needs Go 1.${part.go.minor}`,
  };
}

/**
 * Builds a server into the cache folder, or waits for the process that does so already.
 * Failures are values with a sentence; an abort of the signal throws its reason.
 */
export async function buildWithGo(part: Part, go: Go, surroundings: Surroundings): Promise<Obtained> {
  const folder = serversFolder(surroundings.environment);
  try {
    await makeFolder(folder);
    return await buildLocked(part, go, surroundings);
  } catch (error) {
    const code = systemCodeOf(error);
    if (code === undefined || surroundings.signal?.aborted === true) throw error;
    const reason = `the cache folder ${folder} cannot be written (${code}), so ${part.title} cannot be built`;
    return { ok: false, reason, remedy: 'set LAPSE_CACHE to a folder that can be written' };
  }
}

async function buildLocked(part: Part, go: Go, surroundings: Surroundings): Promise<Obtained> {
  const folder = serversFolder(surroundings.environment);
  const lockFile = join(folder, `${buildKey(part)}.lock`);
  const ticker = new Ticker(surroundings);
  for (;;) {
    surroundings.signal?.throwIfAborted();
    const lock = await tryLock(lockFile);
    if (lock.held) {
      try {
        return await buildUnlessBuilt(part, go, surroundings);
      } finally {
        await lock.release();
      }
    }
    ticker.tick(`waiting for process ${lock.by}, which builds ${part.title} ${part.version}`);
    await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY));
  }
}

/** The process that held the lock before may have finished the very build. */
async function buildUnlessBuilt(part: Part, go: Go, surroundings: Surroundings): Promise<Obtained> {
  const file = cachedExecutable(part, surroundings.environment);
  if (await isExecutable(file)) return { ok: true, file, version: part.version };
  const folder = serversFolder(surroundings.environment);
  await removeAbandoned(part, folder);
  const site = await mkdtemp(join(folder, sitePrefix(part)));
  const keeper = new Keeper(join(site, 'keeper.log'));
  // From here on the keeper deletes the site, however this process ends.
  keeper.discard(site);
  try {
    return await buildAt(site, { part, go, surroundings, keeper });
  } finally {
    await keeper.close();
  }
}

interface Build {
  readonly part: Part;
  readonly go: Go;
  readonly surroundings: Surroundings;
  readonly keeper: Keeper;
}

async function buildAt(site: string, build: Build): Promise<Obtained> {
  const { part, go, surroundings } = build;
  const ending = await runGo(site, build);
  surroundings.signal?.throwIfAborted();
  const built = join(site, 'bin', executableName(part.go.binary));
  if (ending.how !== 'exit' || ending.code !== 0)
    return failure(part, go, await lastLines(join(site, 'build.log'), ending));
  const answer = await askVersion(part, built, surroundings.environment);
  if (!answer.ok) return failure(part, go, answer.reason);
  const file = cachedExecutable(part, surroundings.environment);
  await putInPlace(built, file);
  return { ok: true, file, version: part.version };
}

async function runGo(site: string, { part, go, surroundings, keeper }: Build): Promise<Ending> {
  for (const name of ['bin', 'temporary']) await mkdir(join(site, name));
  await writeFile(join(site, 'build.log'), '');
  const process = keeper.start({
    command: go.file,
    args: ['install', '-trimpath', '-ldflags=-s -w', part.go.module],
    environment: { ...goEnvironment(surroundings.environment), ...goFolders(site) },
    folder: site,
    log: join(site, 'build.log'),
  });
  const ticker = new Ticker(surroundings);
  const tick = (): void =>
    ticker.tick(
      `building ${part.title} ${part.version} with Go ${go.version}`,
      ` (${part.go.duration} on an idle machine)`,
    );
  const stop = (): void => void process.end();
  tick();
  const timer = setInterval(tick, Math.min(surroundings.progressEvery, 250));
  surroundings.signal?.addEventListener('abort', stop);
  try {
    return await process.ended;
  } finally {
    clearInterval(timer);
    surroundings.signal?.removeEventListener('abort', stop);
  }
}

/**
 * Go's settings for a build that depends on nothing of the user's but the proxy and certificates: no vendoring or other flags, no workspace,
 * no cross-compiling (`go install` refuses it together with GOBIN), no C compiler, no other toolchain.
 */
function goEnvironment(environment: Environment): Environment {
  const { GOOS: _os, GOARCH: _arch, GOEXPERIMENT: _experiment, GO111MODULE: _module, ...rest } = environment;
  return { ...rest, GOFLAGS: '-modcacherw', GOTOOLCHAIN: 'local', GOWORK: 'off', CGO_ENABLED: '0' };
}

/** Two gigabytes of modules and objects come into being: in folders of this build alone, so that they can be deleted. */
function goFolders(site: string): Environment {
  return {
    GOMODCACHE: join(site, 'modules'),
    GOCACHE: join(site, 'objects'),
    GOBIN: join(site, 'bin'),
    GOTMPDIR: join(site, 'temporary'),
  };
}

/** Renamed within one file system, after its bytes have reached the disk: there is never half a server under the final name. */
async function putInPlace(built: string, file: string): Promise<void> {
  const handle = await open(built, 'r+');
  await handle.sync().finally(() => handle.close());
  await makeFolder(dirname(file));
  await rename(built, file);
}

function sitePrefix(part: Part): string {
  return `.building-${buildKey(part)}-`;
}

/** Sites of builds whose keeper was killed. The lock is ours, so no living build owns one. */
async function removeAbandoned(part: Part, folder: string): Promise<void> {
  for (const entry of (await readdir(folder)).sort()) {
    if (entry.startsWith(sitePrefix(part))) await rm(join(folder, entry), { recursive: true, force: true });
  }
}

function failure(part: Part, go: Go, why: string): Obtained {
  return {
    ok: false,
    reason: `building ${part.title} ${part.version} with Go ${go.version} failed: ${why}`,
    remedy: `see whether \`go install ${part.go.module}\` works (network, GOPROXY, disk: a build takes up to 4 GB for a while)`,
  };
}

async function lastLines(log: string, ending: Ending): Promise<string> {
  if (ending.how === 'notStarted') return ending.reason;
  const text = (await readFile(log, 'utf8')).trim();
  const how = ending.how === 'exit' ? `exit code ${ending.code}` : `ended by ${ending.signal}`;
  return [how, ...text.split('\n').slice(-LAST_LINES)].filter((line) => line !== '').join('\n  ');
}

/** Says at once, and then every now and then, what goes on and for how long. */
class Ticker {
  readonly #surroundings: Surroundings;
  readonly #since = performance.now();
  #said = 0;

  constructor(surroundings: Surroundings) {
    this.#surroundings = surroundings;
  }

  /** `expected` is said the first time only: later it may be wrong. */
  tick(what: string, expected = ''): void {
    const elapsed = performance.now() - this.#since;
    if (this.#said > 0 && elapsed < this.#said * this.#surroundings.progressEvery) return;
    this.#said += 1;
    this.#surroundings.progress(
      this.#said === 1 ? `${what}${expected}` : `${what} ... ${Math.floor(elapsed / 1000)} s`,
    );
  }
}
