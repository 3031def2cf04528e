import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import type { Observation } from '@lapse/experiment';
import type { Instant } from '@lapse/protocol';
import type { Clock } from '@lapse/transport';

export type Signal = 'SIGKILL' | 'SIGSTOP' | 'SIGCONT';

/** A program of the experiment that runs apart: it is told by lines, logs by lines, and ends with its standard input. */
export interface Child {
  tell(line: object): void;
  /** False when it is gone already. A SIGKILL that reached it makes its exit a planned one. */
  signal(signal: Signal): Promise<boolean>;
  /** Sees to it that it ends with the host even while it is frozen. Returns what takes that away again. */
  guard(): () => void;
  /** The next line that it logs; resolves without one when it ends, or after `patience` milliseconds. */
  nextLine(patience: number): Promise<void>;
  /** Lets it run again if it is frozen, and ends it: no unplanned exit. Resolves when it is gone. */
  stop(): Promise<void>;
}

/** What a child runs in: a process, or a container. */
export interface Housing extends Pick<Child, 'signal' | 'guard'> {
  readonly input: NodeJS.WritableStream;
  readonly output: Readable;
  /** Resolves when it has ended, with how; rejects when it could not be started. */
  readonly gone: Promise<string>;
  /** Lets it run again, ends its input, and ends it by force where that is not enough. */
  end(): Promise<void>;
}

export interface ChildOptions {
  /** What it is, in the words of a sentence. */
  readonly name: string;
  /** Its first line. */
  readonly settings: object;
  /** Every line that it logs, as it stands and as what it says. */
  readonly logged: (line: string, observation: Observation) => void;
  /** `at`: when its output ended. An engine tells of the end of a container only after it has tidied up. */
  readonly exited: (planned: boolean, how: string, at: Instant) => void;
  readonly clock: Clock;
}

/** Tells what runs in a housing its settings, and waits for the first line that is `ready`. Rejects when it ends before that. */
export async function startChild<T>(
  housing: Housing,
  options: ChildOptions,
  ready: (observation: Observation) => T | undefined,
): Promise<{ readonly child: Child; readonly answer: T }> {
  const { input, output, gone } = housing;
  let planned = false;
  let ended = false;
  let silentFrom: Instant | undefined;
  output.once('end', () => {
    silentFrom = options.clock.now();
  });
  input.on('error', () => {});
  const lines = createInterface({ input: output });
  const tell = (line: object) => input.write(`${JSON.stringify(line)}\n`);
  const answered = new Promise<T>((resolve, reject) => {
    const end = (how: string) => {
      ended = true;
      options.exited(planned, how, silentFrom ?? options.clock.now());
      reject(new Error(`the ${options.name} ended before it was ready`));
    };
    gone.then(end, reject);
    lines.on('line', (line) => {
      const observation: Observation = JSON.parse(line);
      options.logged(line, observation);
      const answer = ready(observation);
      if (answer !== undefined) resolve(answer);
    });
  });
  tell(options.settings);
  const answer = await answered;
  const signal = async (name: Signal) => {
    if (ended) return false;
    const before = planned;
    // Its exit may be told of before the signal is.
    planned ||= name === 'SIGKILL';
    const sent = await housing.signal(name);
    if (!sent) planned = before;
    return sent;
  };
  const stop = async () => {
    planned = true;
    if (!ended) await housing.end();
  };
  const nextLine = (patience: number) => Promise.race([settled(once(lines, 'line')), pause(patience)]);
  return { child: { tell, signal, guard: housing.guard, stop, nextLine }, answer };
}

async function settled(promise: Promise<unknown>): Promise<void> {
  await promise.catch(() => {});
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
