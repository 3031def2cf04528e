import { existsSync } from 'node:fs';
import { dirname, isAbsolute, join, relative, resolve, sep } from 'node:path';

/** The folder of the installation that this program is part of. */
export const INSTALLATION = dirname(dirname(dirname(import.meta.dirname)));

/** Entry files of the processes that are started by path. */
export const ENTRIES = {
  cli: join(INSTALLATION, 'apps', 'cli', 'src', 'main.ts'),
  host: join(INSTALLATION, 'apps', 'experiment-host', 'src', 'main.ts'),
  service: join(INSTALLATION, 'apps', 'mock-service', 'src', 'main.ts'),
} as const;

/** The scenarios that come with Lapse. */
export const CATALOGUE = join(INSTALLATION, 'chaos', 'scenarios');

/** Runs are kept in the root of the repository that is worked in, or where there is none, in the current folder. */
export function runsRoot(cwd: string): string {
  return join(repositoryOf(cwd) ?? cwd, '.lapse', 'runs');
}

/** A file as the repository that is worked in names it: relative to its root, with `/`; undefined where it lies elsewhere. */
export function inRepository(file: string, cwd: string): string | undefined {
  const root = repositoryOf(cwd);
  if (root === undefined) return undefined;
  const path = relative(root, resolve(cwd, file));
  return path === '..' || path.startsWith(`..${sep}`) || isAbsolute(path) ? undefined : path.replaceAll(sep, '/');
}

function repositoryOf(folder: string): string | undefined {
  if (existsSync(join(folder, '.git'))) return folder;
  const parent = dirname(folder);
  return parent === folder ? undefined : repositoryOf(parent);
}
