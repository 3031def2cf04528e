import { type ContainerOptions, findEngine, guardContainersOf, startContainer } from '@lapse/containers';
import type { Housing, Signal } from './child.ts';

/** In a container a process is signalled by the engine. */
const COMMANDS = { SIGKILL: 'kill', SIGSTOP: 'pause', SIGCONT: 'unpause' } as const satisfies Record<Signal, string>;

/** As long as for a process, and what the engine may take besides. */
const PATIENCE = 3_000;

export interface ContainerHousing extends Housing {
  /** The port of this machine that leads into the container; absent where its network is the host's. */
  readonly publishedPort?: number;
}

/** Starts a container that ends with the host, however that ends: with its input, or by a guard. */
export async function startInContainer(options: Omit<ContainerOptions, 'engine'>): Promise<ContainerHousing> {
  const engine = await findEngine();
  if (!engine.found) throw new Error(`no container engine answers: ${engine.reasons.join('; ')}`);
  const release = guardContainersOf(options.experiment);
  const started = await startContainer({ ...options, engine }).catch((error: unknown) => {
    release();
    throw error;
  });
  const { input, output, command, remove, publishedPort } = started;
  // An engine that is gone tells of no end any more. Whatever has become of the container, its guard stays.
  void started.gone.then(release, () => {});
  const gone = started.gone.catch(
    (error: unknown) => `lost: ${error instanceof Error ? error.message : String(error)}`,
  );
  const end = async () => {
    await command('unpause').catch(() => false);
    input.end();
    const impatient = setTimeout(() => void remove().catch(() => {}), PATIENCE);
    await gone;
    clearTimeout(impatient);
    await remove();
  };
  const signal = (name: Signal) => command(COMMANDS[name]);
  // It is guarded from its start on.
  const guard = () => () => {};
  return { input, output, gone, signal, end, guard, ...(publishedPort !== undefined && { publishedPort }) };
}
