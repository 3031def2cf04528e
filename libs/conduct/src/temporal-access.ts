import type { ConnectionOptions } from '@temporalio/client';

/** How a Temporal server is reached. */
export interface TemporalAccess {
  /** Address of Temporal's frontend: `host:port`. */
  readonly address: string;
  readonly namespace: string;
  /** Absent: plain text. */
  readonly tls?: NonNullable<ConnectionOptions['tls']>;
  readonly apiKey?: string;
  /** Sent with every call, by lower-case names. */
  readonly metadata?: Readonly<Record<string, string>>;
}

/** What a connection of the SDK is made with. */
export function connectionOf({ address, tls, apiKey, metadata }: TemporalAccess) {
  return { address, ...(tls && { tls }), ...(apiKey && { apiKey }), ...(metadata && { metadata }) };
}
