import { randomUUID } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';

const NAME = 'LAPSE_JEST_TEST_MARK';

export interface MarkedProcess {
  readonly pid: number;
  readonly command: string;
}

/** Marks what a test starts, by a variable that every process hands on to those that it starts. */
export class Mark {
  readonly variables: Readonly<Record<string, string>> = { [NAME]: randomUUID() };

  /** Those that live. */
  processes(): readonly MarkedProcess[] {
    const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
    return pids.flatMap((pid) => {
      const { environment, command } = lookInto(pid);
      return environment.includes(`${NAME}=${this.variables[NAME]}`) ? [{ pid: Number(pid), command }] : [];
    });
  }

  /** Waits for one whose command line holds `text`. The test's own time limit bounds it. */
  async process(text: string): Promise<MarkedProcess> {
    return await until(() => this.processes().find(({ command }) => command.includes(text)));
  }

  /** Waits until none is left; says which are when the time is over. */
  async nothingLeft(within: number): Promise<void> {
    const deadline = performance.now() + within;
    while (this.processes().length > 0) {
      if (performance.now() > deadline) throw new Error(`left: ${JSON.stringify(this.processes())}`);
      await pause();
    }
  }

  /** Whatever a test that failed may have left. */
  endAll(): void {
    for (const { pid } of this.processes()) process.kill(pid, 'SIGKILL');
  }
}

/** Asks again and again until there is an answer. */
export async function until<T>(ask: () => T | undefined): Promise<T> {
  for (;;) {
    const answer = ask();
    if (answer !== undefined) return answer;
    await pause();
  }
}

function pause(): Promise<void> {
  return new Promise((done) => setTimeout(done, 50));
}

function lookInto(pid: string): { readonly environment: string; readonly command: string } {
  try {
    const isDead = /^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
    if (isDead) return { environment: '', command: '' };
    const environment = readFileSync(`/proc/${pid}/environ`, 'utf8');
    return { environment, command: readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ') };
  } catch {
    return { environment: '', command: '' };
  }
}
