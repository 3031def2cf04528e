import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { release, tmpdir } from 'node:os';
import { join } from 'node:path';

/** Answers what engines say about themselves that this machine has none of; everything that a real one can show is shown by one. */
export class StubEngine {
  readonly #folder = mkdtempSync(join(tmpdir(), 'lapse-engine-'));
  readonly #server: Server;

  constructor(info: object | undefined) {
    this.#server = createServer((_, answer) => {
      if (info !== undefined) answer.end(JSON.stringify({ ...PLAIN, ...info }));
      else answer.writeHead(500).end(JSON.stringify({ message: 'out of order' }));
    }).listen(this.#socket);
  }

  get #socket(): string {
    return join(this.#folder, 'docker.sock');
  }

  get environment() {
    return { DOCKER_HOST: `unix://${this.#socket}` };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await new Promise((resolve) => this.#server.close(resolve));
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

const PLAIN = {
  ServerVersion: '28.2.2',
  OSType: 'linux',
  OperatingSystem: 'Debian GNU/Linux 12 (bookworm)',
  KernelVersion: release(),
  SecurityOptions: ['name=seccomp,profile=default'],
};
