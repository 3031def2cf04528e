import { mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { type Archive, type Come, fetchArchive, type Patience, progressOf } from './archive.ts';
import { findOnPath, isExecutable } from './executables.ts';
import { lastWords, type Made, type Obtained, obtain, type Site } from './obtain.ts';
import type { Part } from './parts.ts';
import type { Environment, Surroundings } from './surroundings.ts';
import { Ticker } from './ticker.ts';

/** What an official download needs on this machine, or why there can be none. */
export type Downloadable =
  | { readonly ok: true; readonly archive: Archive; readonly tar: string }
  | { readonly ok: false; readonly reason: string; readonly remedy?: string };

const PATIENCE: Patience = { answer: 10_000, silence: 20_000, whole: 600_000 };

/** Whether the makers' own executable can be asked for. Nothing is asked of the network. */
export async function findDownload(part: Part, environment: Environment): Promise<Downloadable> {
  if (environment.LAPSE_OFFLINE) return { ok: false, reason: 'LAPSE_OFFLINE is set, so nothing is downloaded' };
  const platform = `${process.platform}-${process.arch}`;
  const archive = part.downloads[platform];
  if (archive === undefined)
    return { ok: false, reason: `no checksum of an official download is pinned for ${platform}` };
  const tar = await findOnPath('tar', environment);
  if (tar !== undefined) return { ok: true, archive, tar };
  return { ok: false, reason: 'tar is not on PATH, so no download could be unpacked', remedy: 'put tar on PATH' };
}

/** Downloads a server into the cache folder. Failures are values; an abort of the signal throws its reason. */
export function download(
  part: Part,
  from: Extract<Downloadable, { ok: true }>,
  surroundings: Surroundings & { readonly patience?: Patience },
): Promise<Obtained> {
  const what = `downloading ${part.title} ${part.version}`;
  const making = {
    what,
    remedy: `see whether ${from.archive.url} can be had (network, HTTPS_PROXY, NO_PROXY)`,
    make: (site: Site): Promise<Made> => downloadAt(site, { part, from, surroundings, what }),
  };
  return obtain(part, making, surroundings);
}

interface Download {
  readonly part: Part;
  readonly from: Extract<Downloadable, { ok: true }>;
  readonly surroundings: Surroundings & { readonly patience?: Patience };
  readonly what: string;
}

async function downloadAt(site: Site, { part, from, surroundings, what }: Download): Promise<Made> {
  const file = join(site.folder, 'archive.tar.gz');
  const come: Come = { received: 0, expected: undefined };
  const { environment, signal, patience = PATIENCE } = surroundings;
  const fetched = await new Ticker(surroundings).during(
    fetchArchive(from.archive, { file, environment, patience, come, signal }),
    () => ({ what, expected: ` from ${new URL(from.archive.url).host}`, soFar: progressOf(come) }),
  );
  return fetched.ok ? unpack(file, site, { part, from, surroundings, what }) : fetched;
}

async function unpack(file: string, site: Site, { part, from, surroundings }: Download): Promise<Made> {
  const folder = join(site.folder, 'unpacked');
  await mkdir(folder);
  const log = join(site.folder, 'tar.log');
  const { environment } = surroundings;
  const ending = await site.run({ command: from.tar, args: ['-xzf', file, '-C', folder], environment, log });
  if (ending.how !== 'exit' || ending.code !== 0) return { ok: false, why: await lastWords(log, ending) };
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const paths = entries
    .filter(({ name }) => name === part.executable)
    .map((entry) => join(entry.parentPath, entry.name));
  for (const path of paths.sort()) if (await isExecutable(path)) return { ok: true, file: path };
  return { ok: false, why: `there is no ${part.executable} in ${from.archive.url}` };
}
