import { spawn } from 'node:child_process';
import { ENTRIES } from '../places.ts';

export interface Ended {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a command line of `lapse` as a process of its own, as a shell does. `env` is all of its environment, `input` what is piped into it. */
export async function lapse(
  words: readonly string[],
  {
    cwd,
    env,
    input,
  }: { readonly cwd: string; readonly env?: Readonly<Record<string, string>>; readonly input?: Uint8Array | string },
): Promise<Ended> {
  const child = spawn(process.execPath, [ENTRIES.cli, ...words], {
    cwd,
    stdio: ['pipe', 'pipe', 'pipe'],
    env: env ?? process.env,
  });
  child.stdin.end(input);
  const [stdout, stderr] = [child.stdout, child.stderr].map(textOf);
  const exitCode = await new Promise<number | null>((resolve) => child.once('close', resolve));
  return { exitCode, stdout: (await stdout) ?? '', stderr: (await stderr) ?? '' };
}

async function textOf(stream: NodeJS.ReadableStream): Promise<string> {
  let text = '';
  for await (const chunk of stream) text += chunk;
  return text;
}
