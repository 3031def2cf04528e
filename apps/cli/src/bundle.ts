import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { EXIT, Refusal } from './endings.ts';
import { INSTALLATION } from './places.ts';

/** Where the workflow bundle is, or will be. */
export const BUNDLE = join(INSTALLATION, 'libs', 'workflows', 'dist', 'workflow-bundle.js');

/** The path of the workflow bundle, built first by the bootstrap where a source of it has changed since, or where there is none. */
export async function workflowBundle(say: (line: string) => void): Promise<string> {
  const program = join(INSTALLATION, 'tools', 'bootstrap', 'bundle.mjs');
  const child = spawn(process.execPath, [program], { cwd: INSTALLATION, stdio: ['ignore', 'pipe', 'pipe'] });
  const complaints: string[] = [];
  createInterface({ input: child.stdout }).on('line', say);
  createInterface({ input: child.stderr }).on('line', (line) => complaints.push(line));
  const [code] = await once(child, 'close');
  if (code !== 0) throw new Refusal(EXIT.ourBug, `The workflows could not be bundled.\n${complaints.join('\n')}`);
  return BUNDLE;
}
