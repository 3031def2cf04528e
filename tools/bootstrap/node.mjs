// Which Node runs the project, and the environment its children get. Plain JavaScript for Node 18 and later.
import { existsSync, readFileSync, realpathSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** EX_UNAVAILABLE of sysexits.h: something needed is not to be had. */
export const UNAVAILABLE = 69;

/** The folder of this checkout. */
export const ROOT = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

const PLATFORM = process.platform === 'win32' ? 'win' : process.platform;
const PACKAGE = `node-${PLATFORM}-${process.arch}`;

/**
 * The packaged Node of this platform, found by its package folder: npm 9 and 10 leave no `node_modules/.bin/node`.
 * @param {string} root
 * @returns {string | undefined} absolute path of the binary
 */
export function packagedNode(root) {
  const folder = join(root, 'node_modules', PACKAGE);
  const manifest = readJson(join(folder, 'package.json'));
  if (manifest === undefined) return undefined;
  const binary = join(folder, typeof manifest.bin === 'string' ? manifest.bin : manifest.bin.node);
  return existsSync(binary) ? binary : undefined;
}

/**
 * The Node that everything but this bootstrap runs on: the packaged one, or on a platform without one the running Node.
 * @param {string} root
 * @returns {string | undefined} absolute path of the binary; undefined where packages are not installed
 */
export function pinnedNode(root) {
  return isPackaged(root) ? packagedNode(root) : process.execPath;
}

/**
 * Whether a Node for this platform is among the project's packages.
 * @param {string} root
 */
export function isPackaged(root) {
  return PACKAGE in (readJson(join(root, 'package.json'))?.optionalDependencies ?? {});
}

/**
 * The one line to stop with where no Node is packaged and the running one is too old.
 * @param {string} root
 * @param {string} running a version such as `20.20.2`
 * @returns {string | undefined}
 */
export function complaintAboutNode(root, running = process.versions.node) {
  if (isPackaged(root)) return undefined;
  const needed = readJson(join(root, 'package.json'))?.engines.node.replace('>=', '') ?? '';
  if (!isOlder(running, needed)) return undefined;
  return `lapse: Node ${needed} or newer is needed here (this is ${running}): none is packaged for ${PLATFORM}-${process.arch}.`;
}

/**
 * The environment of every child: the pinned Node comes first, so that each `#!/usr/bin/env node` finds it.
 * @param {string} root
 * @param {string} node
 * @returns {NodeJS.ProcessEnv}
 */
export function childEnvironment(root, node) {
  const inherited = Object.entries(process.env).filter(([name]) => name.toUpperCase() !== 'PATH');
  const path = [dirname(node), join(root, 'node_modules', '.bin'), process.env.PATH ?? ''].join(delimiter);
  // Compiled once: a host and its service then start in a third of the time. Node goes without where it cannot write there.
  const compileCache = process.env.NODE_COMPILE_CACHE ?? join(root, 'node_modules', '.cache', 'node-compile');
  return { ...Object.fromEntries(inherited), PATH: path, NODE_COMPILE_CACHE: compileCache };
}

/**
 * The folder that files on the command line are named from. npm runs its scripts in the root of the checkout, wherever it was
 * called; what it says of that place is meant for its own script, not for what runs below one.
 * @returns {string}
 */
export function callersFolder() {
  const { INIT_CWD = '', npm_lifecycle_event: script = '' } = process.env;
  const isScript = ['start', 'lapse'].includes(script) && realpathSync(process.cwd()) === realpathSync(ROOT);
  return isScript && existsSync(INIT_CWD) ? INIT_CWD : process.cwd();
}

/**
 * @param {string} file
 * @returns {any} undefined where the file is missing or is not JSON, as after an interrupted write
 */
export function readJson(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return undefined;
  }
}

/**
 * @param {string} version
 * @param {string} needed
 */
function isOlder(version, needed) {
  const numbers = needed.split('.').map(Number);
  const ours = version.split('.').map(Number);
  const index = numbers.findIndex((number, at) => number !== ours[at]);
  return index !== -1 && (ours[index] ?? 0) < (numbers[index] ?? 0);
}
