import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { EXPERIMENT_FILES } from '@lapse/experiment';
import type { ExperimentFolder } from './folder.ts';

/** Starts the host of an experiment in a process group of its own, so that neither our end nor a Ctrl-C ends it. */
export function spawnHost(hostEntry: string, folder: ExperimentFolder): ChildProcess {
  const log = openSync(folder.file(EXPERIMENT_FILES.log), 'a');
  try {
    const host = spawn(process.execPath, [hostEntry, folder.path], { detached: true, stdio: ['ignore', log, log] });
    host.unref();
    return host;
  } finally {
    closeSync(log);
  }
}

/** The host's process id, if a process of that number exists and really is this experiment's host. */
export function runningHost(folder: ExperimentFolder): number | undefined {
  if (!folder.has(EXPERIMENT_FILES.pid)) return undefined;
  const pid = Number.parseInt(readFileSync(folder.file(EXPERIMENT_FILES.pid), 'utf8'), 10);
  return pid > 1 && commandLine(pid).includes(folder.path) ? pid : undefined;
}

/** Ends the host and what it started, at once. */
export function killHost(folder: ExperimentFolder): void {
  const pid = runningHost(folder);
  if (pid === undefined) return;
  try {
    process.kill(-pid, 'SIGKILL');
  } catch (error) {
    if (!isGone(error)) throw error;
  }
}

/** Empty: there is no such process, or it has ended and only waits to be reaped. */
function commandLine(pid: number): string {
  try {
    if (process.platform === 'linux') return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
    return execFileSync('ps', ['-o', 'args=', '-p', String(pid)], { encoding: 'utf8' });
  } catch {
    return '';
  }
}

function isGone(error: unknown): boolean {
  return typeof error === 'object' && error !== null && 'code' in error && error.code === 'ESRCH';
}
