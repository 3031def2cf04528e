import type { Scenario } from '@lapse/experiment';
import type { Clock } from '@lapse/transport';
import { contractFor } from './called.ts';
import { type Child, type ChildOptions, startChild } from './child.ts';

/** Path of the service's one endpoint; the Via adds the number of the session. */
export const ENDPOINT_PATH = '/session';

export interface ServiceProcess extends Child {
  readonly port: number;
}

export interface ServiceProcessOptions extends Pick<ChildOptions, 'entry' | 'logged' | 'exited'> {
  readonly clock: Clock;
  readonly scenario: Scenario;
}

/** Starts the mock service as a child of the host, on any free port: it ends with its standard input, so it cannot outlive the host. */
export async function startService({ clock, scenario, ...options }: ServiceProcessOptions): Promise<ServiceProcess> {
  const { service, client } = scenario;
  const contract = contractFor(client.callStyle).name;
  const settings = { startNs: String(clock.startNs), port: 0, path: ENDPOINT_PATH, contract, service };
  const { child, answer: port } = await startChild({ ...options, name: 'mock service', settings }, (observation) =>
    observation.type === 'listening' ? observation.port : undefined,
  );
  return { ...child, port };
}
