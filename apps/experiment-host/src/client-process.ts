import { fileURLToPath } from 'node:url';
import type { Step } from '@lapse/experiment';
import { type Child, type ChildOptions, startChild } from './child.ts';
import type { ClientProcessSettings } from './client-settings.ts';
import { startProcess } from './process-housing.ts';

const ENTRY = fileURLToPath(new URL('./client-main.ts', import.meta.url));

export interface ClientProcess extends Child {
  perform(step: Step): void;
}

export interface ClientProcessOptions extends Pick<ChildOptions, 'logged' | 'exited' | 'clock'> {
  readonly settings: ClientProcessSettings;
}

/** Starts the client as a child of the host, for a scenario that does something to it. It is ready with its first line. */
export async function startClient(options: ClientProcessOptions): Promise<ClientProcess> {
  const { child } = await startChild(startProcess(ENTRY), { ...options, name: 'client' }, () => true);
  return { ...child, perform: (step) => child.tell(step) };
}
