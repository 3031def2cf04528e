import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';

/** When this process started, in the platform's own notation. */
export async function ownStart(): Promise<string> {
  return (await startOf(process.pid)) ?? 'unknown';
}

/** When a process started, in the platform's own notation; undefined when no such process lives. A zombie is dead. */
export async function startOf(pid: number): Promise<string | undefined> {
  switch (process.platform) {
    case 'linux':
      return startFromProc(pid);
    case 'win32':
      return isRunning(pid) ? 'unknown' : undefined;
    default:
      return startFromPs(pid);
  }
}

/** Whether a signal would reach the process. */
function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

/** proc(5): behind the name in parentheses, which may itself hold parentheses, follow the state and, as the 20th, the start in ticks since boot. */
async function startFromProc(pid: number): Promise<string | undefined> {
  try {
    const text = await readFile(`/proc/${pid}/stat`, 'utf8');
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
    return fields[0] === 'Z' ? undefined : fields[19];
  } catch {
    return undefined;
  }
}

function startFromPs(pid: number): Promise<string | undefined> {
  return new Promise((resolve) => {
    execFile(
      'ps',
      ['-o', 'stat=,lstart=', '-p', String(pid)],
      { env: { ...process.env, LC_ALL: 'C' } },
      (error, stdout) => {
        const [state, ...start] = stdout.trim().split(/\s+/);
        resolve(error !== null || state === undefined || state.startsWith('Z') ? undefined : start.join(' '));
      },
    );
  });
}
