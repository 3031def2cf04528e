import { spawn } from 'node:child_process';
import type { ProcessFault, Side } from '@lapse/experiment';
import type { Clock } from '@lapse/transport';
import type { Child, Signal } from './child.ts';
import type { Recorder } from './stamped-lines.ts';

/** A process that runs again is given this long for its first words (milliseconds): they show how long it stood still. */
const FIRST_WORDS = 500;

export interface ProcessFaultsOptions {
  readonly plan: readonly ProcessFault[];
  readonly processes: Readonly<Partial<Record<Side, Child>>>;
  readonly clock: Clock;
  readonly history: Recorder;
}

/** Carries out what a scenario does to its processes. */
export class ProcessFaults {
  readonly #options: ProcessFaultsOptions;
  readonly #frozen = new Set<number>();

  constructor(options: ProcessFaultsOptions) {
    this.#options = options;
  }

  begin(index: number): void {
    const fault = this.#options.plan[index];
    if (fault === undefined) throw new Error(`the plan has no process fault ${index}`);
    const sent = this.#signal(index, fault.how === 'kill' ? 'SIGKILL' : 'SIGSTOP');
    if (sent && fault.how === 'freeze') this.#frozen.add(index);
  }

  heal(index: number): void {
    if (this.#frozen.delete(index)) this.#signal(index, 'SIGCONT');
  }

  /** Lets whatever is frozen run again, and waits for its first words. */
  async thaw(): Promise<void> {
    for (const index of [...this.#frozen]) {
      const words = this.#child(index)?.nextLine(FIRST_WORDS);
      this.heal(index);
      await words;
    }
  }

  #signal(index: number, signal: Signal): boolean {
    const { clock, history } = this.#options;
    const before = clock.now();
    const sent = this.#child(index)?.signal(signal) ?? false;
    if (sent) history.write({ type: 'signalled', fault: index, signal, before, after: clock.now() });
    return sent;
  }

  #child(index: number): Child | undefined {
    const side = this.#options.plan[index]?.side;
    return side && this.#options.processes[side];
  }
}

/**
 * A frozen process does not see that its host is gone. This small one does: its input ends with the host, and then it lets the
 * other one run again, which ends by itself. Returns what ends it.
 */
export function guardFrozen(pid: number): () => void {
  const guard = spawn('/bin/sh', ['-c', 'read -r _; kill -CONT "$1"', 'guard', String(pid)], {
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  guard.on('error', () => {});
  guard.stdin.on('error', () => {});
  return () => guard.stdin.end();
}
