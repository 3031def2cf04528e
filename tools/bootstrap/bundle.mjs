// Keeps the workflow bundle fresh: imported by whoever has the checkout, or run as a program by the command line.
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runChild } from './child.mjs';
import { ROOT, readJson } from './node.mjs';

const WORKFLOWS = 'workflows';

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  process.exitCode = await ensureBundle({ root: ROOT, node: process.execPath, env: process.env, say: console.log });
}

/**
 * Builds the bundle where its sources have changed since the last build.
 * @param {{ readonly root: string, readonly node: string, readonly env: NodeJS.ProcessEnv, readonly say: (line: string) => void }} options
 * @returns {Promise<number>} 0, or the exit code of the build
 */
export async function ensureBundle({ root, node, env, say }) {
  const folder = join(root, 'libs', WORKFLOWS);
  const stamp = join(folder, 'dist', 'workflow-bundle.inputs');
  const inputs = digestOf(bundledFiles(root));
  if (
    existsSync(join(folder, 'dist', 'workflow-bundle.js')) &&
    existsSync(stamp) &&
    readFileSync(stamp, 'utf8') === inputs
  ) {
    return 0;
  }
  say('Bundling the workflows, about two seconds.');
  const bundler = join(root, 'tools', 'bundle-workflows.ts');
  const code = await runChild(node, [bundler, folder], { cwd: root, env, stdio: ['ignore', 'ignore', 'inherit'] });
  if (code === 0) writeFileSync(stamp, inputs);
  return code;
}

/**
 * Everything that can change the bundle: the sources of `workflows` and of what it depends on, the bundler, the lockfile.
 * @param {string} root
 * @returns {string[]}
 */
function bundledFiles(root) {
  const sources = projectsUnder(root, WORKFLOWS).flatMap((name) => filesIn(join(root, 'libs', name, 'src')));
  return [...sources.sort(), join(root, 'tools', 'bundle-workflows.ts'), join(root, 'package-lock.json')];
}

/**
 * @param {string} root
 * @param {string} name
 * @returns {string[]} the project and all that it imports, each once
 */
function projectsUnder(root, name) {
  const dependencies = Object.keys(readJson(join(root, 'libs', name, 'package.json'))?.dependencies ?? {});
  const ours = dependencies
    .filter((dependency) => dependency.startsWith('@lapse/'))
    .map((dependency) => dependency.slice('@lapse/'.length));
  return [...new Set([name, ...ours.flatMap((dependency) => projectsUnder(root, dependency))])];
}

/**
 * @param {string} folder
 * @returns {string[]}
 */
function filesIn(folder) {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return filesIn(path);
    return entry.name.endsWith('.spec.ts') ? [] : [path];
  });
}

/** @param {readonly string[]} files */
function digestOf(files) {
  const hash = createHash('sha256');
  for (const file of files) hash.update(`${file}\0`).update(readFileSync(file)).update('\0');
  return hash.digest('hex');
}
