import type { Duration, Instant } from '../time.ts';

/** WCF's TcpConnectionPoolSettings, as far as a client whose sessions follow each other feels them. */
export interface ConnectionPoolSettings {
  /** IdleTimeout: a connection that lay in the pool for longer is not used any more. */
  readonly idleTimeout: Duration;
  /** LeaseTimeout: nor is one that was connected so long ago. */
  readonly leaseTimeout: Duration;
}

/** A connection that a pool would not give out, and which of its settings says so. */
export interface Expired<Connection> {
  readonly connection: Connection;
  readonly why: 'poolIdle' | 'poolLease';
}

interface Pooled<Connection> {
  readonly connection: Connection;
  readonly connectedAt: Instant;
  readonly returnedAt: Instant;
}

/**
 * The idle connections of a client, the last one returned in front. Nothing in it runs: a connection is looked at when a session
 * wants one (wcf-timeouts 5.4; the timer that WCF has for more than one idle connection finds at most one here).
 */
export class ConnectionPool<Connection> {
  readonly #settings: ConnectionPoolSettings;
  #idle: readonly Pooled<Connection>[] = [];

  constructor(settings: ConnectionPoolSettings) {
    this.#settings = settings;
  }

  /** A session is over, and its connection whole. */
  put(connection: Connection, { connectedAt, now }: { readonly connectedAt: Instant; readonly now: Instant }): void {
    this.#idle = [...this.#idle, { connection, connectedAt, returnedAt: now }];
  }

  /** What a session is opened on: the last connection returned that is not too old, if there is one; the older ones are given up. */
  take(now: Instant): { readonly pooled?: Connection; readonly expired: readonly Expired<Connection>[] } {
    const expired: Expired<Connection>[] = [];
    for (let last = this.#pop(); last !== undefined; last = this.#pop()) {
      const why = this.#expiredBy(last, now);
      if (why === undefined) return { pooled: last.connection, expired };
      expired.push({ connection: last.connection, why });
    }
    return { expired };
  }

  /** Every connection that is left, when the client is done. */
  clear(): readonly Connection[] {
    const left = this.#idle.map(({ connection }) => connection);
    this.#idle = [];
    return left;
  }

  #pop(): Pooled<Connection> | undefined {
    const last = this.#idle.at(-1);
    this.#idle = this.#idle.slice(0, -1);
    return last;
  }

  #expiredBy({ connectedAt, returnedAt }: Pooled<Connection>, now: Instant): Expired<Connection>['why'] | undefined {
    if (now - connectedAt >= this.#settings.leaseTimeout) return 'poolLease';
    return now - returnedAt > this.#settings.idleTimeout ? 'poolIdle' : undefined;
  }
}
