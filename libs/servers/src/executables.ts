import { execFile } from 'node:child_process';
import { constants } from 'node:fs';
import { access, stat } from 'node:fs/promises';
import { delimiter, isAbsolute, join } from 'node:path';
import { executableName } from './cache-folder.ts';
import type { Part } from './parts.ts';
import type { Environment } from './surroundings.ts';

/** A program that did not answer in this many milliseconds is taken for broken. */
const ANSWER_WITHIN = 15_000;

/** What a program printed, or why it could not be asked. */
export type Answer = { readonly ok: true; readonly text: string } | { readonly ok: false; readonly reason: string };

/** The first executable file of that name on PATH; relative entries of PATH are passed over. */
export async function findOnPath(name: string, environment: Environment): Promise<string | undefined> {
  const folders = (environment.PATH ?? environment.Path ?? '').split(delimiter);
  for (const folder of folders.filter((entry) => isAbsolute(entry))) {
    const file = join(folder, executableName(name));
    if (await isExecutable(file)) return file;
  }
  return undefined;
}

/** Whether the file exists and may be executed. */
export async function isExecutable(file: string): Promise<boolean> {
  try {
    await access(file, constants.X_OK);
    return (await stat(file)).isFile();
  } catch {
    return false;
  }
}

/** Runs a program that prints a little and ends. */
export function ask(
  file: string,
  args: readonly string[],
  options: { readonly environment: Environment; readonly cwd?: string },
): Promise<Answer> {
  return new Promise((resolve) => {
    const run = {
      env: { ...options.environment },
      cwd: options.cwd,
      timeout: ANSWER_WITHIN,
      killSignal: 'SIGKILL',
    } as const;
    execFile(file, args, run, (error, stdout, stderr) => {
      if (error === null) return resolve({ ok: true, text: stdout.trim() });
      const why = lastLine(stderr) ?? (error.killed === true ? 'it did not answer' : error.message);
      resolve({ ok: false, reason: `${file} ${args.join(' ')} failed: ${why}` });
    });
  });
}

/** The version that a server's executable claims; it says at the same time that the file is whole and runs on this machine. */
export async function askVersion(part: Part, file: string, environment: Environment): Promise<Answer> {
  const answer = await ask(file, part.versionArguments, { environment });
  return answer.ok ? { ok: true, text: answer.text.replace(/^.*\bversion\s+/is, '').split('\n')[0] ?? '' } : answer;
}

function lastLine(text: string): string | undefined {
  return text
    .trim()
    .split('\n')
    .findLast((line) => line.trim() !== '');
}
