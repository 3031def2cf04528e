// Installs the packages of the lockfile where they are not installed yet, and says what it does meanwhile.
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { createWriteStream, existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { exitCodeOf, onInterruption } from './child.mjs';
import { withLock } from './lock.mjs';
import { isPackaged, packagedNode, readJson, UNAVAILABLE } from './node.mjs';

const PROGRESS_EVERY_MS = 3_000;
const LAST_LINES = 20;

/**
 * Makes `node_modules` what the lockfile says. Quick where it already is.
 * @param {string} root
 * @param {(line: string) => void} say
 * @returns {Promise<number>} 0, or the exit code to stop with
 */
export async function ensurePackages(root, say) {
  if (isInstalled(root)) return 0;
  return withLock(join(root, '.lapse', 'install.lock'), {
    onWait: (holder) => say(`waiting for process ${holder}, which is installing packages`),
    work: async () => (isInstalled(root) || adopt(root) ? 0 : install(root, say)),
  });
}

/** @param {string} root */
function isInstalled(root) {
  return readText(stampFile(root)) === stampOf(root) && missingPackages(root).length === 0;
}

/**
 * An install by `npm ci` itself is as good as ours: npm writes its own copy of the lockfile last, when all is in place.
 * `npm ci` removes our stamp; a stamp that is still there, or a lockfile younger than the copy, tells of a change since.
 * @param {string} root
 */
function adopt(root) {
  const [lock, copy] = [join(root, 'package-lock.json'), join(root, 'node_modules', '.package-lock.json')];
  const placed = readJson(copy)?.packages;
  if (placed === undefined || existsSync(stampFile(root)) || statSync(lock).mtimeMs > statSync(copy).mtimeMs)
    return false;
  const locked = readJson(lock)?.packages ?? {};
  const isSame = Object.entries(placed).every(([path, at]) => at.version === locked[path]?.version);
  if (!isSame || missingPackages(root).length > 0) return false;
  writeFileSync(stampFile(root), stampOf(root));
  return true;
}

/**
 * @param {string} root
 * @param {(line: string) => void} say
 */
async function install(root, say) {
  rmSync(stampFile(root), { force: true });
  const total = Object.values(readJson(join(root, 'package-lock.json'))?.packages ?? {}).filter(
    (at) => at.integrity,
  ).length;
  const log = join(root, '.lapse', 'install.log');
  say(`installing at most ${total} packages with npm (log: ${join('.lapse', 'install.log')})`);
  const code = await npmCi({ root, log, total, say });
  if (code > 128) return code;
  const missing = code === 0 ? missingPackages(root) : [];
  if (code === 0 && missing.length === 0) {
    writeFileSync(stampFile(root), stampOf(root));
    say('packages are installed');
    return 0;
  }
  const lines = readFileSync(log, 'utf8').trimEnd().split('\n');
  for (const line of lines.filter((text) => !isFetch(text)).slice(-LAST_LINES)) say(`  ${line}`);
  for (const name of missing.slice(0, LAST_LINES)) say(`  not installed: ${name}`);
  say(`installing packages failed (npm ci, exit code ${code}); the whole log is in ${join('.lapse', 'install.log')}`);
  return UNAVAILABLE;
}

/**
 * Runs `npm ci`; its output goes to the log, a line now and then to the terminal.
 * @param {{ readonly root: string, readonly log: string, readonly total: number, readonly say: (line: string) => void }} options
 * @returns {Promise<number>} its exit code; 128 + n after signal n, whatever npm makes of it
 */
async function npmCi({ root, log, total, say }) {
  mkdirSync(dirname(log), { recursive: true });
  const file = createWriteStream(log);
  const started = Date.now();
  let interrupted = 0;
  onInterruption((exitCode) => {
    interrupted = exitCode;
  });
  // Both groups are named, since NODE_ENV=production or an npmrc of the user would leave them out.
  const args = ['ci', '--include=dev', '--include=optional', '--ignore-scripts', '--loglevel=http'];
  const npm = spawnNpm(args, root);
  let lookedUp = 0;
  const downloaded = new Set();
  for (const stream of [npm.stdout, npm.stderr]) {
    createInterface({ input: stream }).on('line', (line) => {
      file.write(`${line}\n`);
      const archive = /[^/]+\.tgz/.exec(line)?.[0];
      if (archive !== undefined) downloaded.add(archive);
      else if (isFetch(line)) lookedUp += 1;
    });
  }
  const progress = setInterval(() => {
    const seconds = Math.round((Date.now() - started) / 1_000);
    say(`  ${seconds} s: ${lookedUp} packages looked up, ${downloaded.size} of at most ${total} downloaded`);
  }, PROGRESS_EVERY_MS);
  const code = await exitCodeOf(npm);
  clearInterval(progress);
  await new Promise((resolve) => file.end(resolve));
  return interrupted || code;
}

/**
 * The npm that started us, if one did: it is known to work with the Node that runs this.
 * @param {string[]} args
 * @param {string} root
 */
function spawnNpm(args, root) {
  const stdio = /** @type {['ignore', 'pipe', 'pipe']} */ (['ignore', 'pipe', 'pipe']);
  const starter = process.env.npm_execpath ?? '';
  if (/^npm-cli\.c?js$/.test(basename(starter)) && existsSync(starter)) {
    return spawn(process.execPath, [starter, ...args], { cwd: root, stdio });
  }
  return spawn('npm', args, { cwd: root, stdio, shell: process.platform === 'win32' });
}

/** @param {string} line */
function isFetch(line) {
  return /^npm http (fetch|cache)/.test(line);
}

/**
 * What the lockfile names and the disk lacks. Optional packages of other platforms are expected to be absent.
 * @param {string} root
 * @returns {string[]}
 */
function missingPackages(root) {
  const packages = Object.entries(readJson(join(root, 'package-lock.json'))?.packages ?? {});
  const missing = packages
    .filter(([path, at]) => path.includes('node_modules/') && !at.optional && !at.devOptional && !at.link)
    .map(([path]) => path)
    .filter((path) => !existsSync(join(root, path, 'package.json')));
  return isPackaged(root) && packagedNode(root) === undefined ? [...missing, 'Node itself'] : missing;
}

/** @param {string} root */
function stampFile(root) {
  return join(root, 'node_modules', '.lapse-installed');
}

/** @param {string} root */
function stampOf(root) {
  const lock = createHash('sha256')
    .update(readFileSync(join(root, 'package-lock.json')))
    .digest('hex');
  return `${lock} ${process.platform} ${process.arch}\n`;
}

/** @param {string} file */
function readText(file) {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}
