import { mkdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { executableName } from './cache-folder.ts';
import { ask, findOnPath } from './executables.ts';
import { lastWords, type Made, type Obtained, obtain, type Site } from './obtain.ts';
import type { Part } from './parts.ts';
import type { Environment, Surroundings } from './surroundings.ts';
import { Ticker } from './ticker.ts';

/** A Go that can build the part, or why there is none. */
export type FoundGo =
  | { readonly ok: true; readonly file: string; readonly version: string }
  | { readonly ok: false; readonly reason: string };

type Go = Extract<FoundGo, { ok: true }>;

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

/** Builds a server into the cache folder. Failures are values; an abort of the signal throws its reason. */
export function buildWithGo(part: Part, go: Go, surroundings: Surroundings): Promise<Obtained> {
  const what = `building ${part.title} ${part.version} with Go ${go.version}`;
  const making = {
    what,
    remedy: `see whether \`go install ${part.go.module}\` works (network, GOPROXY, disk: a build takes up to 4 GB for a while)`,
    make(site: Site): Promise<Made> {
      const going = { what, expected: ` (${part.go.duration} on an idle machine)` };
      return new Ticker(surroundings).during(buildAt(site, { part, go, surroundings }), () => going);
    },
  };
  return obtain(part, making, surroundings);
}

interface Build {
  readonly part: Part;
  readonly go: Go;
  readonly surroundings: Surroundings;
}

async function buildAt(site: Site, { part, go, surroundings }: Build): Promise<Made> {
  for (const name of ['bin', 'temporary']) await mkdir(join(site.folder, name));
  const log = join(site.folder, 'build.log');
  const ending = await site.run({
    command: go.file,
    args: ['install', '-trimpath', '-ldflags=-s -w', part.go.module],
    environment: { ...goEnvironment(surroundings.environment), ...goFolders(site.folder) },
    log,
  });
  if (ending.how !== 'exit' || ending.code !== 0) return { ok: false, why: await lastWords(log, ending) };
  return { ok: true, file: join(site.folder, 'bin', executableName(part.go.binary)) };
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
function goFolders(folder: string): Environment {
  return {
    GOMODCACHE: join(folder, 'modules'),
    GOCACHE: join(folder, 'objects'),
    GOBIN: join(folder, 'bin'),
    GOTMPDIR: join(folder, 'temporary'),
  };
}
