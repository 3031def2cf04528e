import { existsSync, readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import type { Problem, Workspace } from './workspace.ts';

/** A path in backquotes, from the root of the checkout; what a reader fills in (`<…>`, `*`, `…`) is none. */
const PATH = /`((?:apps|libs|chaos|docs|tools|interop|examples|\.github)\/[\w./-]+)`/g;
const LINK = /\]\((?!https?:)([^)#\s]*)(?:#([^)\s]*))?\)/g;
const SCRIPT = /npm run (?:--silent )?([a-z][\w:-]*)/g;
const COMMAND = /lapse -- ([a-z]+)\b/g;

/** What the pages for people name is there: files, the headings that links lead to, npm scripts, commands of `lapse`. */
export function docProblems(workspace: Workspace): readonly Problem[] {
  const known = { scripts: scriptsOf(workspace), commands: commandsOf(workspace) };
  return workspace.paths
    .filter((path) => path.endsWith('.md') && !path.startsWith('docs/spec/'))
    .flatMap((path) => {
      const lines = readFileSync(join(workspace.root, path), 'utf8').split('\n');
      return lines.flatMap((text, index) =>
        missingIn(text, path, { workspace, ...known }).map((what) => ({
          path,
          line: index + 1,
          message: `names ${what}, which is not there`,
        })),
      );
    });
}

interface Known {
  readonly workspace: Workspace;
  readonly scripts: ReadonlySet<string>;
  readonly commands: ReadonlySet<string>;
}

function missingIn(text: string, path: string, { workspace, scripts, commands }: Known): readonly string[] {
  const { root } = workspace;
  const named = (pattern: RegExp) =>
    [...text.matchAll(pattern)].map(([, first = '', second]) => [first, second] as const);
  return [
    ...named(PATH).flatMap(([file]) => (existsSync(join(root, file)) ? [] : [`the file ${file}`])),
    ...named(LINK).flatMap(([file, heading]) => brokenLink(root, { path, file, heading })),
    ...named(SCRIPT).flatMap(([script]) => (scripts.has(script) ? [] : [`the npm script ${script}`])),
    ...named(COMMAND).flatMap(([command]) => (commands.has(command) ? [] : [`the command ${command}`])),
  ];
}

function brokenLink(
  root: string,
  { path, file, heading }: { readonly path: string; readonly file: string; readonly heading: string | undefined },
): readonly string[] {
  const target = file === '' ? path : posix.join(posix.dirname(path), file);
  if (!existsSync(join(root, target))) return [`the file ${target}`];
  if (heading === undefined || !target.endsWith('.md')) return [];
  const headings = readFileSync(join(root, target), 'utf8').matchAll(/^#+ (.*)$/gm);
  return [...headings].some(([, title = '']) => anchorOf(title) === heading)
    ? []
    : [`the heading ${target}#${heading}`];
}

/** As GitHub makes anchors of headings. */
function anchorOf(title: string): string {
  return title
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
    .trim()
    .replaceAll(' ', '-');
}

function scriptsOf({ root }: Workspace): ReadonlySet<string> {
  const manifest = join(root, 'package.json');
  const { scripts = {} } = existsSync(manifest) ? JSON.parse(readFileSync(manifest, 'utf8')) : {};
  return new Set(Object.keys(scripts));
}

/** `program.command('suite')`, wherever it stands. */
function commandsOf({ projects }: Workspace): ReadonlySet<string> {
  const cli = projects.find(({ name }) => name === 'cli');
  const sources = cli?.sources.filter(({ isTest }) => !isTest) ?? [];
  return new Set(
    sources.flatMap(({ text }) => [...text.matchAll(/\.command\('([a-z]+)/g)].map(([, name = '']) => name)),
  );
}
