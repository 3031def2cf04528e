#!/usr/bin/env node
// `lapse` for whatever Node the shell has: runs the command line with the pinned one.
import { join } from 'node:path';
import { runChild } from '../../tools/bootstrap/child.mjs';
import {
  callersFolder,
  childEnvironment,
  complaintAboutNode,
  pinnedNode,
  ROOT,
  UNAVAILABLE,
} from '../../tools/bootstrap/node.mjs';

const node = pinnedNode(ROOT);
const complaint =
  complaintAboutNode(ROOT) ??
  (node === undefined ? 'lapse: packages are missing; `npm start` installs them' : undefined);
if (node === undefined || complaint !== undefined) {
  console.error(complaint);
  process.exitCode = UNAVAILABLE;
} else {
  const main = join(ROOT, 'apps', 'cli', 'src', 'main.ts');
  process.exitCode = await runChild(node, [main, ...process.argv.slice(2)], {
    env: childEnvironment(ROOT, node),
    cwd: callersFolder(),
  });
}
