import type { Clock } from '@lapse/transport';
import type { CanaryPort } from './canaries.ts';
import type { History } from './history.ts';

export interface PathContext {
  readonly clock: Clock;
  readonly history: History;
}

/** What lies between client and service during one experiment. */
export interface Path {
  /** Where clients connect to. */
  readonly targetPort: number;
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
export function directPath(servicePort: number): Path {
  const nothing = () => Promise.resolve();
  const refused = () => Promise.reject(new Error('a direct path has no injector'));
  return {
    targetPort: servicePort,
    canaryPorts: [{ purpose: 'noise', port: servicePort }],
    inject: refused,
    heal: refused,
    look: nothing,
    close: nothing,
  };
}
