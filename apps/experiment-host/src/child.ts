import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { Observation } from '@lapse/experiment';

export type Signal = 'SIGKILL' | 'SIGSTOP' | 'SIGCONT';

/** A process of the experiment: it is told by lines, logs by lines, and ends with its standard input. */
export interface Child {
  readonly pid: number | undefined;
  tell(line: object): void;
  /** False when it is gone already. A SIGKILL that reached it makes its exit a planned one. */
  signal(signal: Signal): boolean;
  /** The next line that it logs; resolves without one when it ends, or after `patience` milliseconds. */
  nextLine(patience: number): Promise<void>;
  /** Lets it run again if it is frozen, and ends it: no unplanned exit. Resolves when it is gone. */
  stop(): Promise<void>;
}

export interface ChildOptions {
  /** What it is, in the words of a sentence. */
  readonly name: string;
  readonly entry: string;
  /** Its first line. */
  readonly settings: object;
  /** Every line that it logs, as it stands and as what it says. */
  readonly logged: (line: string, observation: Observation) => void;
  readonly exited: (planned: boolean, how: string) => void;
}

/** Starts a process and waits for the first line that is `ready`. Rejects when the process ends before it. */
export async function startChild<T>(
  options: ChildOptions,
  ready: (observation: Observation) => T | undefined,
): Promise<{ readonly child: Child; readonly answer: T }> {
  const child = spawn(process.execPath, [options.entry], { stdio: ['pipe', 'pipe', 'inherit'] });
  let planned = false;
  child.once('exit', (code, signal) => options.exited(planned, signal ?? `exit code ${code}`));
  child.stdin.on('error', () => {});
  const lines = createInterface({ input: child.stdout });
  const tell = (line: object) => child.stdin.write(`${JSON.stringify(line)}\n`);
  const answered = new Promise<T>((resolve, reject) => {
    child.once('exit', () => reject(new Error(`the ${options.name} ended before it was ready`)));
    child.once('error', reject);
    lines.on('line', (line) => {
      const observation: Observation = JSON.parse(line);
      options.logged(line, observation);
      const answer = ready(observation);
      if (answer !== undefined) resolve(answer);
    });
  });
  tell(options.settings);
  const answer = await answered;
  const signal = (name: Signal) => {
    if (isGone(child)) return false;
    const sent = child.kill(name);
    planned ||= sent && name === 'SIGKILL';
    return sent;
  };
  const stop = () => {
    planned = true;
    return end(child);
  };
  const nextLine = (patience: number) => Promise.race([settled(once(lines, 'line')), pause(patience)]);
  return { child: { pid: child.pid, tell, signal, stop, nextLine }, answer };
}

function isGone({ exitCode, signalCode }: ChildProcess): boolean {
  return exitCode !== null || signalCode !== null;
}

async function settled(promise: Promise<unknown>): Promise<void> {
  await promise.catch(() => {});
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}

async function end(child: ChildProcess): Promise<void> {
  if (isGone(child)) return;
  const gone = once(child, 'exit');
  child.kill('SIGCONT');
  child.stdin?.end();
  const impatient = setTimeout(() => child.kill('SIGKILL'), 2_000);
  await gone;
  clearTimeout(impatient);
}
