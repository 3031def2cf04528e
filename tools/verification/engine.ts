import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';
import type { Project } from '../checks/workspace.ts';
import { type Tally, tallyOfCheck } from './tally.ts';

/** What starts containers. */
const NEEDS_ENGINE = /\.docker\.spec\.ts$/;

/** Exit code of the look where no engine answers. */
const ABSENT = 69;

/** Whether this machine has a container engine, with the image of the mock service in it. */
export type Engine =
  | { readonly is: 'there' }
  /** None answers, for this reason; or it does not do what it is asked for. */
  | { readonly is: 'absent' | 'broken'; readonly reason: string };

/** Looks for the engine, and has the image built, so that no test has to wait for it. */
export async function lookForEngine(root: string, environment = process.env): Promise<Engine> {
  const look = spawn(process.execPath, ['libs/containers/src/provide.ts'], {
    cwd: root,
    env: environment,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = new Promise<number | null>((resolve, reject) => look.once('close', resolve).once('error', reject));
  const reason = (await text(look.stdout)).trim();
  const code = await ended;
  if (code === 0) return { is: 'there' };
  return code === ABSENT ? { is: 'absent', reason } : { is: 'broken', reason: `exit code ${code}` };
}

/** One that is absent is a failure only where LAPSE_REQUIRE_DOCKER says that it has to be there. */
export function tallyOfEngine(engine: Engine, environment: NodeJS.ProcessEnv = process.env): readonly Tally[] {
  if (engine.is === 'there') return [tallyOfCheck('container engine', [])];
  const isAccepted = engine.is === 'absent' && environment.LAPSE_REQUIRE_DOCKER !== '1';
  return isAccepted ? [] : [tallyOfCheck('container engine', [engine.reason])];
}

/** What jest is told, so that it does not look for what cannot be run here. */
export function environmentFor(engine: Engine): Readonly<Record<string, string>> {
  return engine.is === 'there' ? {} : { LAPSE_WITHOUT_ENGINE: '1' };
}

/** The projects with the specs that can be run here. */
export function runnableHere(projects: readonly Project[], engine: Engine): readonly Project[] {
  if (engine.is === 'there') return projects;
  return projects.map((project) => ({
    ...project,
    sources: project.sources.filter(({ path }) => !NEEDS_ENGINE.test(path)),
  }));
}

/** A line that names what was not run, and why; undefined: everything was. */
export function notRun(projects: readonly Project[], engine: Engine): string | undefined {
  if (engine.is === 'there') return undefined;
  const files = projects
    .flatMap(({ sources }) => sources.map(({ path }) => path))
    .filter((path) => NEEDS_ENGINE.test(path));
  return `not run, as no container engine answers (${engine.reason}): ${files.join(', ')}`;
}
