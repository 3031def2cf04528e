// `npm start`: sets everything up, then runs the default suite. Plain JavaScript, Node >= 18, no packages needed.
import { join } from 'node:path';
import { runChild } from './child.mjs';
import { callersFolder, ROOT } from './node.mjs';
import { prepare } from './prepare.mjs';

const args = process.argv.slice(2);
// With --json the standard output belongs to the result alone.
const say = args.includes('--json') ? console.error : console.log;
say('lapse: getting ready');
process.exitCode = await start((line) => say(`lapse: ${line}`));

/**
 * @param {(line: string) => void} tell
 * @returns {Promise<number>}
 */
async function start(tell) {
  const prepared = await prepare(tell);
  if (typeof prepared === 'number') return prepared;
  const { node, env } = prepared;
  const cwd = callersFolder();
  return runChild(node, [join(ROOT, 'apps', 'cli', 'src', 'main.ts'), 'suite', ...args], { env, cwd });
}
