import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Problem, Workspace } from './workspace.ts';

const AT_START = '(?<![\\w.*-])';
// Put together from parts, so that this file does not name what it refuses.
const ROOTS = ['work', 'farm', 'root', 'home/\\w+', 'Users/\\w+'].map((folder) => `/${folder}/`).join('|');
const REFUSED: readonly (readonly [RegExp, string])[] = [
  [new RegExp(`${AT_START}(?:${ROOTS})|\\b[A-Za-z]:\\\\\\\\?Users\\\\`), 'an absolute path of one machine'],
  [new RegExp(['\\.\\.', 'shared\\b'].join('/')), 'a path outside the repository'],
  [
    new RegExp(['https?://(?:registry|npm)\\.', 'registry\\.(?:npmjs|yarnpkg)', 'proxy\\.golang'].join('|')),
    'a package registry',
  ],
];

/** What is in the repository works from any folder of any machine, with any registry. */
export function pathProblems(workspace: Workspace): readonly Problem[] {
  return workspace.paths.flatMap((path) => {
    const lines = readFileSync(join(workspace.root, path), 'utf8').split('\n');
    return lines.flatMap((text, index) =>
      REFUSED.filter(([pattern]) => pattern.test(text)).map(([, what]) => ({
        path,
        line: index + 1,
        message: `names ${what}`,
      })),
    );
  });
}
