import { mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { runChild } from '../bootstrap/child.mjs';
import { readJson } from '../bootstrap/node.mjs';

/** Where nx keeps what it did last. */
const LAST_RUN = '.nx/cache/run.json';

/** No daemon: nothing of ours may stay behind. Left alone, nx forces colours on everything it starts. */
const NX_ENVIRONMENT = { NX_DAEMON: 'false', NX_TUI: 'false', ...(process.stdout.isTTY ? {} : { FORCE_COLOR: '0' }) };

export interface NxRun {
  /** nx's own exit code; above 128 where a signal ended it. */
  readonly code: number;
  /** Exit code of each task that ended, by project: `@lapse/protocol`. */
  readonly tasks: ReadonlyMap<string, number>;
}

interface LastRun {
  readonly run: { readonly startTime: string };
  readonly tasks: readonly { readonly projectName: string; readonly target: string; readonly status: number }[];
}

/** Runs one target of some projects, `parallel` at a time, its output streamed. */
export async function nxRunMany(
  root: string,
  target: string,
  options: { readonly projects: readonly string[]; readonly parallel: number; readonly cache: boolean },
): Promise<NxRun> {
  const started = Date.now();
  // nx leaves the record out, without a word, where the folder is missing.
  mkdirSync(dirname(join(root, LAST_RUN)), { recursive: true });
  const args = ['run-many', '-t', target, `--projects=${options.projects.join()}`, `--parallel=${options.parallel}`];
  const code = await runChild(
    process.execPath,
    [
      join(root, 'node_modules/nx/dist/bin/nx.js'),
      ...args,
      '--output-style=stream',
      '--nx-bail=false',
      ...(options.cache ? [] : ['--skip-nx-cache']),
    ],
    { cwd: root, env: { ...process.env, ...NX_ENVIRONMENT } },
  );
  const last: LastRun | undefined = readJson(join(root, LAST_RUN));
  // Truncated, as nx writes whole seconds or milliseconds; an older run's file says nothing about this one.
  const isOurs = last !== undefined && Date.parse(last.run.startTime) >= started - 1_000;
  const tasks = isOurs ? last.tasks.filter((task) => task.target === target) : [];
  return { code, tasks: new Map(tasks.map((task) => [task.projectName, task.status])) };
}
