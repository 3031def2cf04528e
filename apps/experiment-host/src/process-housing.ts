import { type ChildProcess, spawn } from 'node:child_process';
import type { Housing, Signal } from './child.ts';

/** Starts a program as a process of its own. */
export function startProcess(entry: string): Housing {
  const child = spawn(process.execPath, [entry], { stdio: ['pipe', 'pipe', 'inherit'] });
  const gone = new Promise<string>((resolve, reject) => {
    child.once('exit', (code, signal) => resolve(signal ?? `exit code ${code}`));
    child.once('error', reject);
  });
  const signal = (name: Signal) => Promise.resolve(!isGone(child) && child.kill(name));
  const end = async () => {
    if (isGone(child)) return;
    child.kill('SIGCONT');
    child.stdin.end();
    const impatient = setTimeout(() => child.kill('SIGKILL'), 2_000);
    await gone;
    clearTimeout(impatient);
  };
  return { input: child.stdin, output: child.stdout, gone, signal, end, guard: () => guardFrozen(child.pid) };
}

function isGone({ exitCode, signalCode }: ChildProcess): boolean {
  return exitCode !== null || signalCode !== null;
}

/**
 * A frozen process does not see that its host is gone. This small one does: its input ends with the host, and then it lets the
 * other one run again, which ends by itself. Returns what ends it.
 */
function guardFrozen(pid: number | undefined): () => void {
  const guard = spawn('/bin/sh', ['-c', 'read -r _; kill -CONT "$1"', 'guard', String(pid)], {
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  guard.on('error', () => {});
  guard.stdin.on('error', () => {});
  return () => guard.stdin.end();
}
