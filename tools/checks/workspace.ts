import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, join, posix } from 'node:path';
import { type Token, tokensOf } from './tokens.ts';

export interface SourceFile {
  /** Relative to the workspace, with forward slashes. */
  readonly path: string;
  readonly text: string;
  readonly lines: number;
  readonly tokens: readonly Token[];
  /** A spec, what only specs import (`testing/`), or a test runner's settings. */
  readonly isTest: boolean;
}

export interface Project {
  /** Without the scope: `protocol`. */
  readonly name: string;
  /** Relative to the workspace: `libs/protocol`. */
  readonly folder: string;
  readonly dependencies: readonly string[];
  readonly devDependencies: readonly string[];
  readonly tags: readonly string[];
  /** Names of nx targets. */
  readonly targets: readonly string[];
  readonly sources: readonly SourceFile[];
}

export interface Workspace {
  readonly root: string;
  readonly projects: readonly Project[];
  /** Sources that belong to no project. */
  readonly loose: readonly SourceFile[];
  /** Every text file that is ours, sources included; paths relative to the workspace. */
  readonly paths: readonly string[];
}

export interface Problem {
  readonly path: string;
  readonly line: number;
  readonly message: string;
}

export const SCOPE = '@lapse/';

const NOT_OURS = new Set(['node_modules', 'dist', '.tsbuild', '.nx', 'coverage', 'reports', '.lapse', '.git']);
const FIXTURES = 'tools/checks/fixtures';
const SOURCE = /\.[cm]?[jt]s$/;
const TEXT = /(?:\.(?:[cm]?[jt]s|json|jsonl|md|ya?ml|txt|html|css|sh)|\/(?:run|LICENSE|\.npmrc|\.nvmrc|\.gitignore))$/;

/** Reads the workspace at a folder: its projects, and every file that is ours. */
export function readWorkspace(root: string): Workspace {
  const paths = filesUnder(root, '').filter((path) => !path.startsWith(`${FIXTURES}/`));
  const manifests = paths.filter((path) => /^(?:(?:apps|libs)\/[^/]+|chaos|tools)\/package\.json$/.test(path));
  const projects = manifests.map((path) => readProject(root, posix.dirname(path), paths));
  const owned = new Set(projects.flatMap(({ sources }) => sources.map(({ path }) => path)));
  const loose = paths.filter((path) => SOURCE.test(path) && !owned.has(path)).map((path) => readSource(root, path));
  return { root, projects, loose, paths: paths.filter((path) => TEXT.test(`/${path}`)) };
}

function filesUnder(root: string, folder: string): readonly string[] {
  const entries = readdirSync(join(root, folder), { withFileTypes: true });
  return entries
    .filter((entry) => !NOT_OURS.has(entry.name) && !entry.name.endsWith('.log'))
    .flatMap((entry) => {
      const path = posix.join(folder, entry.name);
      return entry.isDirectory() ? filesUnder(root, path) : entry.isFile() ? [path] : [];
    })
    .sort();
}

interface Manifest {
  readonly name: string;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
  readonly nx?: { readonly tags?: readonly string[]; readonly targets?: Readonly<Record<string, object>> };
}

function readProject(root: string, folder: string, paths: readonly string[]): Project {
  const manifest: Manifest = JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8'));
  return {
    name: manifest.name.slice(SCOPE.length),
    folder,
    dependencies: Object.keys(manifest.dependencies ?? {}),
    devDependencies: Object.keys(manifest.devDependencies ?? {}),
    tags: manifest.nx?.tags ?? [],
    targets: Object.keys(manifest.nx?.targets ?? {}),
    sources: paths
      .filter((path) => path.startsWith(`${folder}/`) && SOURCE.test(path))
      .map((path) => readSource(root, path)),
  };
}

function readSource(root: string, path: string): SourceFile {
  const text = readFileSync(join(root, path), 'utf8');
  const isTest = /\.spec\.ts$|\/testing\/|\/jest\.config\.[cm]?[jt]s$/.test(path);
  return { path, text, lines: text.trimEnd().split('\n').length, tokens: tokensOf(text), isTest };
}

/** The folders that a tsconfig refers to, relative to the workspace; undefined where there is no such file. */
export function referencesOf(workspace: Workspace, path: string): readonly string[] | undefined {
  const file = join(workspace.root, path);
  if (!existsSync(file)) return undefined;
  const config: { readonly references?: readonly { readonly path: string }[] } = JSON.parse(readFileSync(file, 'utf8'));
  return (config.references ?? []).map((reference) => {
    const target = posix.join(posix.dirname(path), reference.path);
    return basename(target) === 'tsconfig.json' ? posix.dirname(target) : target;
  });
}

/** A problem's line as editors and terminals link it. */
export function lineOf(problem: Problem): string {
  return `${problem.path}:${problem.line} ${problem.message}`;
}
