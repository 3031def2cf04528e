// `npm run check`: every fence over the repository, or over the workspace that is named.
import { resolve } from 'node:path';
import { FENCES } from './fences.ts';
import { lineOf, readWorkspace } from './workspace.ts';

const workspace = readWorkspace(resolve(process.argv[2] ?? `${import.meta.dirname}/../..`));
for (const [name, fence] of Object.entries(FENCES)) {
  const problems = fence(workspace);
  console.log(`${problems.length === 0 ? 'ok    ' : 'FAILED'} ${name}`);
  for (const problem of problems) console.log(`  ${lineOf(problem)}`);
  if (problems.length > 0) process.exitCode = 1;
}
