import { spawn } from 'node:child_process';
import { globSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { EXIT, Refusal } from './endings.ts';
import { INSTALLATION } from './places.ts';

const PROJECT = join('libs', 'workflows');
const BUNDLE = join(INSTALLATION, PROJECT, 'dist', 'workflow-bundle.js');
/** The sources of what workflow code consists of. */
const SOURCES = ['libs/workflows/src/**/*.ts', 'libs/experiment/src/**/*.ts', 'libs/protocol/src/**/*.ts'];

/** Where the workflow bundle is, or will be. */
export function bundlePath(): string {
  return BUNDLE;
}

/** The path of the workflow bundle, built first if there is none or a source of it is newer. */
export async function workflowBundle(say: (line: string) => void): Promise<string> {
  if (isFresh()) return BUNDLE;
  say('Bundling the workflows, about two seconds.');
  await build();
  return BUNDLE;
}

function isFresh(): boolean {
  const built = statSync(BUNDLE, { throwIfNoEntry: false })?.mtimeMs;
  if (built === undefined) return false;
  const sources = globSync(SOURCES, { cwd: INSTALLATION }).filter((path) => !path.endsWith('.spec.ts'));
  return sources.every((path) => statSync(join(INSTALLATION, path)).mtimeMs <= built);
}

async function build(): Promise<void> {
  const program = join(INSTALLATION, 'tools', 'bundle-workflows.ts');
  const child = spawn(process.execPath, [program, PROJECT], { cwd: INSTALLATION, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk) => {
      output += chunk;
    });
  const code = await new Promise((resolve) => child.once('close', resolve));
  if (code !== 0) throw new Refusal(EXIT.ourBug, `The workflows could not be bundled.\n${output.trim()}`);
}
