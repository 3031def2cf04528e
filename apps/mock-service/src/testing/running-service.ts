import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { MockServiceSettings } from '../settings.ts';

/** A line of its log, as far as tests look at it. */
export interface LogLine {
  readonly type: string;
  readonly [key: string]: unknown;
}

type Changes = Partial<Pick<MockServiceSettings, 'contract' | 'host'> & MockServiceSettings['service']>;

/** A mock service in a process of its own, with short timeouts; it ends with its scope. */
export class RunningService {
  readonly #child: ChildProcessWithoutNullStreams;
  readonly #lines: LogLine[] = [];
  #heard = () => {};

  constructor({ contract = 'test', host, ...changes }: Changes = {}) {
    const settings: MockServiceSettings = {
      startNs: String(process.hrtime.bigint()),
      port: 0,
      ...(host !== undefined && { host }),
      path: '/svc',
      contract,
      service: { ...SERVICE, ...changes },
    };
    const entry = fileURLToPath(new URL('../main.ts', import.meta.url));
    this.#child = spawn(process.execPath, [entry], { stdio: 'pipe' });
    this.tell(settings);
    createInterface({ input: this.#child.stdout }).on('line', (line) => {
      this.#lines.push(JSON.parse(line));
      this.#heard();
    });
  }

  tell(line: object): void {
    this.#child.stdin.write(`${JSON.stringify(line)}\n`);
  }

  /** The whole log until now. */
  get log(): readonly LogLine[] {
    return this.#lines;
  }

  /** The line that `is` it, of several the one of that number from 1 on, which may have to be waited for. */
  async line(is: (line: LogLine) => boolean, number = 1): Promise<LogLine> {
    for (;;) {
      const found = this.#lines.filter(is)[number - 1];
      if (found !== undefined) return found;
      await new Promise<void>((resolve) => {
        this.#heard = resolve;
      });
    }
  }

  async port(): Promise<number> {
    return Number((await this.line(({ type }) => type === 'listening')).port);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const exited = once(this.#child, 'exit');
    this.#child.stdin.end();
    await exited;
  }
}

const SERVICE: MockServiceSettings['service'] = {
  openTimeout: 5_000,
  closeTimeout: 5_000,
  receiveTimeout: 5_000,
  sendTimeout: 5_000,
  channelInitializationTimeout: 5_000,
  idleTimeout: 5_000,
};
