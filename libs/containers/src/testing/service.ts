import { createInterface } from 'node:readline';
import { type RunningContainer, startContainer } from '../container.ts';
import { type ContainerNetwork, type Engine, findEngine } from '../engine.ts';
import { serviceImage } from '../image.ts';

/** The engine of this machine. @throws Error with the reason when there is none: these tests are for machines with one. */
export async function engineHere(): Promise<Engine> {
  const engine = await findEngine();
  if (!engine.found) throw new Error(`no container engine answers: ${engine.reasons.join('; ')}`);
  return engine;
}

let experiments = 0;

/** No other test of this machine has it. */
export function experimentId(): string {
  experiments += 1;
  return `test-${process.pid}-${Date.now()}-${experiments}`;
}

/** The mock service in a container, told its settings; it is removed with its scope. */
export class ContainedService {
  readonly #container: RunningContainer;
  readonly lines: string[] = [];
  #heard = () => {};

  static async start(network: ContainerNetwork = 'host', experiment = experimentId()): Promise<ContainedService> {
    const engine = await engineHere();
    const { name } = await serviceImage(engine);
    const container = await startContainer({ engine, image: name, network, port: PORT, experiment });
    const settings = network === 'host' ? { port: 0 } : { port: PORT, host: '0.0.0.0' };
    return new ContainedService(container, settings);
  }

  private constructor(container: RunningContainer, settings: object) {
    this.#container = container;
    createInterface({ input: container.output }).on('line', (line) => {
      this.lines.push(line);
      this.#heard();
    });
    this.tell({ startNs: String(process.hrtime.bigint()), path: '/svc', service: SERVICE, ...settings });
  }

  get container(): RunningContainer {
    return this.#container;
  }

  tell(line: object): void {
    this.#container.input.write(`${JSON.stringify(line)}\n`);
  }

  /** Resolves when it has logged so many lines. */
  async logged(count: number): Promise<void> {
    while (this.lines.length < count)
      await new Promise<void>((resolve) => {
        this.#heard = resolve;
      });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#container.remove();
    await this.#container.gone;
  }
}

const PORT = 8_808;
const SERVICE = {
  openTimeout: 5_000,
  closeTimeout: 5_000,
  receiveTimeout: 5_000,
  sendTimeout: 5_000,
  channelInitializationTimeout: 5_000,
  idleTimeout: 5_000,
};
