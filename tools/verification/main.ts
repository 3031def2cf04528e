// All that must pass, one step after the other; the last line is `N passed, N failed`, from what really ran.
import { resolve } from 'node:path';
import { ensureBundle } from '../bootstrap/bundle.mjs';
import { onInterruption, runChild } from '../bootstrap/child.mjs';
import { FENCES } from '../checks/fences.ts';
import { lineOf, type Project, readWorkspace, SCOPE, type Workspace } from '../checks/workspace.ts';
import { forgetCounts, specFilesOf, tallyOfTests } from './counts.ts';
import { type Engine, environmentFor, lookForEngine, notRun, runnableHere, tallyOfEngine } from './engine.ts';
import { nxRunMany } from './nx.ts';
import { sumOf, type Tally, tallyOfCheck } from './tally.ts';

/** Their tests start real processes and measure time: each runs with the machine to itself. */
const MEASURING = ['scope:node', 'scope:app', 'scope:chaos'];

type Step = (workspace: Workspace, engine: Engine) => Promise<readonly Tally[]>;

const STEPS: Readonly<Record<string, Step>> = {
  'lint and format': async ({ root }) => [tallyOfCheck('biome', codeFailures(await lint(root)))],
  fences: async (workspace) =>
    Object.entries(FENCES).map(([name, fence]) => runFence(name, fence(workspace).map(lineOf))),
  'workflow bundle': async ({ root }) => [tallyOfCheck('workflow bundle', codeFailures(await bundle(root)))],
  types: typecheck,
  // The first time they are built, which takes minutes: no test has to wait for it.
  servers: async ({ root }) => [tallyOfCheck('servers', codeFailures(await servers(root)))],
  tests: (workspace, engine) => runTests(workspace, { engine, isMeasuring: false, parallel: 2 }),
  'tests on real sockets and servers': (workspace, engine) =>
    runTests(workspace, { engine, isMeasuring: true, parallel: 1 }),
};

process.exitCode = await verify(resolve(import.meta.dirname, '../..'));

async function verify(root: string): Promise<number> {
  let interrupted = 0;
  onInterruption((exitCode) => {
    interrupted = exitCode;
  });
  const workspace = readWorkspace(root);
  console.log('\n== container engine');
  const engine = await lookForEngine(root);
  const left = notRun(workspace.projects, engine);
  if (left !== undefined) console.log(left);
  const tallies: Tally[] = [...tallyOfEngine(engine)];
  for (const [name, step] of Object.entries(STEPS)) {
    console.log(`\n== ${name}`);
    tallies.push(...(await step(workspace, engine).catch((error: unknown) => [tallyOfCheck(name, [String(error)])])));
    if (interrupted > 0) return interrupted;
  }
  return report(tallies, left);
}

/** What was left out is said right before the counts, which do not have it. */
function report(tallies: readonly Tally[], left: string | undefined): number {
  console.log('\n== summary');
  for (const { name, passed, failures } of tallies) {
    console.log(`${failures.length === 0 ? 'ok    ' : 'FAILED'} ${name}: ${passed} passed, ${failures.length} failed`);
    for (const failure of failures) console.log(`         ${failure}`);
  }
  const { passed, failed } = sumOf(tallies);
  console.log(left === undefined ? '' : `\n${left}`);
  console.log(`${passed} passed, ${failed} failed`);
  return failed > 0 || passed === 0 ? 1 : 0;
}

function lint(root: string): Promise<number> {
  return runChild('biome', ['ci', '.', ...(process.stdout.isTTY ? [] : ['--colors=off'])], { cwd: root });
}

function codeFailures(code: number): readonly string[] {
  return code === 0 ? [] : [`exit code ${code}`];
}

function runFence(name: string, problems: readonly string[]): Tally {
  console.log(`${problems.length === 0 ? 'ok    ' : 'FAILED'} ${name}`);
  for (const problem of problems) console.log(`         ${problem}`);
  return tallyOfCheck(`fence: ${name}`, problems);
}

function bundle(root: string): Promise<number> {
  return ensureBundle({ root, node: process.execPath, env: process.env, say: console.log });
}

function servers(root: string): Promise<number> {
  return runChild(process.execPath, ['libs/servers/src/provide.ts'], { cwd: root });
}

async function typecheck({ root, projects }: Workspace): Promise<readonly Tally[]> {
  const chosen = projects.filter((project) => project.targets.includes('typecheck'));
  const { tasks } = await nxRunMany(root, 'typecheck', { projects: chosen.map(nxName), parallel: 2, cache: true });
  return chosen.map((project) => tallyOfCheck(`types of ${project.name}`, typeFailures(tasks.get(nxName(project)))));
}

function typeFailures(code: number | undefined): readonly string[] {
  return code === undefined ? ['did not run, as a project under it failed'] : codeFailures(code);
}

/** Tests always run: a result from a cache says nothing about servers, sockets and this machine. */
async function runTests(
  { root, projects }: Workspace,
  {
    engine,
    isMeasuring,
    parallel,
  }: { readonly engine: Engine; readonly isMeasuring: boolean; readonly parallel: number },
): Promise<readonly Tally[]> {
  const chosen = runnableHere(projects, engine).filter(
    (project) => specFilesOf(project).length > 0 && measures(project) === isMeasuring,
  );
  for (const project of chosen) forgetCounts(root, project);
  if (chosen.length === 0) return [];
  Object.assign(process.env, environmentFor(engine));
  const { tasks } = await nxRunMany(root, 'test', { projects: chosen.map(nxName), parallel, cache: false });
  return chosen.map((project) => tallyOfTests(root, project, tasks.get(nxName(project))));
}

function measures(project: Project): boolean {
  return project.tags.some((tag) => MEASURING.includes(tag));
}

function nxName(project: Project): string {
  return SCOPE + project.name;
}
