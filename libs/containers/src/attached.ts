// Loads testcontainers: only for a container that is really started.
import { PassThrough } from 'node:stream';
import { GenericContainer, getContainerRuntimeClient, PullPolicy, StartupCheckStrategy } from 'testcontainers';
import type { Command, ContainerOptions, RunningContainer } from './container.ts';
import type { Engine } from './engine.ts';
import { containerLabels, removeContainer } from './remove.ts';

type Streams = Pick<RunningContainer, 'id' | 'input' | 'output' | 'gone'>;

/** Whether the service is ready, its own log says. */
class AtOnce extends StartupCheckStrategy {
  override checkStartupState(): Promise<'SUCCESS'> {
    return Promise.resolve('SUCCESS');
  }
}

/** A container that is attached to before it starts. */
class AttachedContainer extends GenericContainer {
  readonly #options: ContainerOptions;
  streams: Streams | undefined;

  constructor(options: ContainerOptions) {
    super(options.image);
    this.#options = options;
    // Whoever is attached is its only input: when that connection goes, the input ends.
    Object.assign(this.createOpts, { OpenStdin: true, StdinOnce: true, AttachStdin: true, AttachStdout: true });
    Object.assign(this.hostConfig, { AutoRemove: true, LogConfig: { Type: 'none', Config: {} } });
    this.withLabels(containerLabels(options.experiment));
    this.withPullPolicy(PullPolicy.neverPull()).withDroppedCapabilities('ALL').withWaitStrategy(new AtOnce());
    if (options.network === 'host') this.withNetworkMode('host');
    else this.withExposedPorts(options.port);
  }

  /** By itself a port is published to every network of this machine. */
  protected override beforeContainerCreated(): Promise<void> {
    for (const bindings of Object.values(this.hostConfig.PortBindings ?? {}))
      for (const binding of Array.isArray(bindings) ? bindings : []) Object.assign(binding, { HostIp: '127.0.0.1' });
    return Promise.resolve();
  }

  protected override async containerCreated(id: string): Promise<void> {
    this.streams = await attach(id, this.#options.engine);
  }
}

/** @throws Error in the engine's words when it does not start. */
export async function startAttached(options: ContainerOptions): Promise<RunningContainer> {
  const { engine, network, port } = options;
  const container = new AttachedContainer(options);
  const started = await container.start().catch(async (error: unknown) => {
    if (container.streams) await removeContainer(engine, container.streams.id);
    throw error;
  });
  const { streams } = container;
  if (streams === undefined) throw new Error('a container was started that nobody is attached to');
  return {
    ...streams,
    ...(network === 'published' && { publishedPort: started.getMappedPort(port) }),
    command: (command) => commanded(engine, streams.id, command),
    remove: () => removeContainer(engine, streams.id),
  };
}

async function attach(id: string, { api }: Engine): Promise<Streams> {
  const client = await getContainerRuntimeClient();
  const container = client.container.getById(id);
  const input = await container.attach({ stream: true, hijack: true, stdin: true, stdout: true, stderr: true });
  const output = new PassThrough();
  container.modem.demuxStream(input, output, process.stderr);
  input.on('error', () => {});
  const allRead = new Promise<void>((resolve) => input.once('end', resolve).once('close', resolve));
  void allRead.then(() => output.end());
  // Asked before it starts: it may end, and be gone, at any moment after.
  const ended = await api({ method: 'POST', path: `/containers/${id}/wait`, query: { condition: 'next-exit' } });
  const gone = ended.text().then(async (words) => {
    await allRead;
    return howEnded(JSON.parse(words).StatusCode);
  });
  return { id, input, output, gone };
}

/** As a shell has it, a process that a signal ended has 128 and the signal's number for an exit code. */
function howEnded(status: number): string {
  return SIGNALS.get(status) ?? `exit code ${status}`;
}

const SIGNALS = new Map([
  [137, 'SIGKILL'],
  [143, 'SIGTERM'],
]);

/** 304 and 404: gone; 409: not in a state for it. */
async function commanded({ api }: Engine, id: string, command: Command): Promise<boolean> {
  const { status, text } = await api({ method: 'POST', path: `/containers/${id}/${command}` });
  const words = await text();
  if (status === 204) return true;
  if ([304, 404, 409].includes(status)) return false;
  throw new Error(`the container engine answered ${status} to ${command}: ${words.trim()}`);
}
