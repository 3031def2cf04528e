import type { Target } from './scenario.ts';

/** `net.tcp://host:port/path`. */
export function addressOf({ host, port, path }: Target): string {
  return `net.tcp://${host}:${port}${path}`;
}
