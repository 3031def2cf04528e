import type { ExperimentFile, Observation } from '@lapse/experiment';
import { contractFor } from './called.ts';
import { type Child, type ChildOptions, type Housing, startChild } from './child.ts';
import { ClockComparison } from './clock-comparison.ts';
import { startInContainer } from './container-housing.ts';
import { startProcess } from './process-housing.ts';
import type { Recorder } from './stamped-lines.ts';

/** Path of the service's one endpoint; the Via adds the number of the session. */
export const ENDPOINT_PATH = '/session';

/** Where the service listens behind a port that the engine publishes. */
const CONTAINER_PORT = 8_808;

export interface MockService extends Child {
  /** The port that leads to it. */
  readonly port: number;
  /** The port that it listens on, and that its address has: the same, unless the engine publishes another. */
  readonly listensOn: number;
}

export interface MockServiceOptions extends Pick<ChildOptions, 'logged' | 'exited' | 'clock'> {
  readonly file: ExperimentFile;
  readonly history: Recorder;
}

/** Starts the mock service as a child of the host, on a free port: it ends with its standard input, so it cannot outlive the host. */
export async function startMockService(options: MockServiceOptions): Promise<MockService> {
  const { file, clock, history, exited } = options;
  const { client, container } = file.request.scenario;
  const { publishedPort, ...housing } = await house(options);
  const comparison = new ClockComparison();
  const logged = (line: string, observation: Observation) => {
    comparison.heard(observation);
    options.logged(line, observation);
  };
  const settings = {
    startNs: String(clock.startNs),
    ...(publishedPort === undefined ? { port: 0 } : { port: CONTAINER_PORT, host: '0.0.0.0' }),
    path: ENDPOINT_PATH,
    contract: contractFor(client.callStyle).name,
    service: file.request.scenario.service,
  };
  const { child, answer } = await startChild(
    housing,
    { name: 'mock service', settings, logged, exited, clock },
    portIn,
  );
  if (container !== undefined) history.write({ type: 'clocksCompared', apart: await comparison.with(child) });
  return { ...child, port: publishedPort ?? answer, listensOn: answer };
}

function house({ file }: MockServiceOptions): Promise<Housing & { readonly publishedPort?: number }> {
  const { id, scenario } = file.request;
  if (scenario.container === undefined) return Promise.resolve(startProcess(file.serviceEntry));
  if (file.image === undefined) throw new Error('a service in a container needs an image');
  return startInContainer({
    image: file.image,
    network: scenario.container,
    port: CONTAINER_PORT,
    experiment: id,
  });
}

function portIn(observation: Observation): number | undefined {
  return observation.type === 'listening' ? observation.port : undefined;
}
