// `npm test`: sets everything up, then runs all that must pass. Plain JavaScript, Node >= 18, no packages needed.
import { join } from 'node:path';
import { runChild } from './child.mjs';
import { ROOT } from './node.mjs';
import { prepare } from './prepare.mjs';

console.log('lapse: getting ready');
process.exitCode = await test();

/** @returns {Promise<number>} */
async function test() {
  const prepared = await prepare((line) => console.log(`lapse: ${line}`));
  if (typeof prepared === 'number') {
    console.log('0 passed, 1 failed');
    return prepared;
  }
  const { node, env } = prepared;
  const main = join(ROOT, 'tools', 'verification', 'main.ts');
  return runChild(node, [main, ...process.argv.slice(2)], { cwd: ROOT, env });
}
