import type { Readable } from 'node:stream';
import type { ContainerNetwork, Engine } from './engine.ts';
import { useEngine } from './use-engine.ts';

/** What can be asked of the engine while a container runs. `kill` is SIGKILL; a paused one is held as a whole, by its cgroup. */
export type Command = 'kill' | 'pause' | 'unpause';

export interface ContainerOptions {
  readonly engine: Engine;
  /** Name of the image. */
  readonly image: string;
  readonly network: ContainerNetwork;
  /** Where the service listens, if its network is not the host's. */
  readonly port: number;
  /** Id of the experiment: by it the container is found when whoever started it is gone. */
  readonly experiment: string;
}

/** A container whose standard streams are ours: it ends with its standard input, and so with this process. */
export interface RunningContainer {
  readonly id: string;
  readonly input: NodeJS.WritableStream;
  readonly output: Readable;
  /** The port of this machine that leads to it; absent where its network is the host's. */
  readonly publishedPort?: number;
  /** Resolves when it has ended and all of its output has been read, with how it ended: `exit code 0`, or the name of a signal. */
  readonly gone: Promise<string>;
  /** False: it was gone already, or did not run. @throws Error when the engine cannot do it. */
  command(command: Command): Promise<boolean>;
  /** Ends it by force, if it still runs. Resolves when nothing is left of it. */
  remove(): Promise<void>;
}

/** Starts a container that removes itself at its end. Nothing of its output is lost: it is attached to before it starts. */
export async function startContainer(options: ContainerOptions): Promise<RunningContainer> {
  await useEngine(options.engine);
  const { startAttached } = await import('./attached.ts');
  return await startAttached(options);
}
