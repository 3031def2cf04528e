import type { Clock } from '@lapse/transport';
import type { CanaryPort } from './canaries.ts';
import type { History } from './history.ts';

export interface PathContext {
  readonly clock: Clock;
  readonly history: History;
}

/** An address of TCP. */
export interface Endpoint {
  readonly host: string;
  readonly port: number;
}

/** Where a path leads to: the service, and who answers canaries in its place; absent: it does so itself. */
export interface Destination {
  readonly service: Endpoint;
  readonly canaries?: Endpoint;
}

/** What lies between client and service during one experiment. */
export interface Path {
  /** Where clients connect to. */
  readonly connectTo: Endpoint;
  /** The canaries that this path wants, before zero. */
  readonly canaryPorts: readonly CanaryPort[];
  /** Puts entry `index` of the fault plan in place, and reads it back. */
  inject(index: number): Promise<void>;
  heal(index: number): Promise<void>;
  /** Looks whether the toxics are still what was asked for; records what is not. */
  look(): Promise<void>;
  /** Heals everything and takes the path away. */
  close(): Promise<void>;
}

/** Nothing in between: endings arrive as sent, and there is nothing to inject with. */
export function directPath({ service, canaries = service }: Destination): Path {
  const nothing = () => Promise.resolve();
  const refused = () => Promise.reject(new Error('a direct path has no injector'));
  return {
    connectTo: service,
    canaryPorts: [{ purpose: 'noise', port: canaries.port }],
    inject: refused,
    heal: refused,
    look: nothing,
    close: nothing,
  };
}
