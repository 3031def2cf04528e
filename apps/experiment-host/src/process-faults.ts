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
  /** Whether the signal that froze it was sent. */
  readonly #frozen = new Map<number, Promise<boolean>>();

  constructor(options: ProcessFaultsOptions) {
    this.#options = options;
  }

  async begin(index: number): Promise<void> {
    const fault = this.#options.plan[index];
    if (fault === undefined) throw new Error(`the plan has no process fault ${index}`);
    const sent = this.#signal(index, fault.how === 'kill' ? 'SIGKILL' : 'SIGSTOP');
    if (fault.how === 'freeze') this.#frozen.set(index, sent);
    await sent;
  }

  async heal(index: number): Promise<void> {
    const sent = this.#frozen.get(index);
    this.#frozen.delete(index);
    if (await sent) await this.#signal(index, 'SIGCONT');
  }

  /** Lets whatever is frozen run again, and waits for its first words. */
  async thaw(): Promise<void> {
    for (const index of [...this.#frozen.keys()]) {
      const words = this.#child(index)?.nextLine(FIRST_WORDS);
      await this.heal(index);
      await words;
    }
  }

  async #signal(index: number, signal: Signal): Promise<boolean> {
    const { clock, history } = this.#options;
    const before = clock.now();
    const sent = (await this.#child(index)?.signal(signal)) ?? false;
    // Stamped when it was asked for: an engine answers long after it has been done.
    if (sent) history.write({ type: 'signalled', fault: index, signal, before, after: clock.now() }, before);
    return sent;
  }

  #child(index: number): Child | undefined {
    const side = this.#options.plan[index]?.side;
    return side && this.#options.processes[side];
  }
}
