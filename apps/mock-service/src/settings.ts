import type { Duration, Misbehaviour } from '@lapse/protocol';

/** What a mock service is told, as one line of JSON on its standard input; it ends when that input does. */
export interface MockServiceSettings {
  /** Start of the common clock: nanoseconds of CLOCK_MONOTONIC as a decimal string. */
  readonly startNs: string;
  /** 0: any free port. */
  readonly port: number;
  /** Path of the one endpoint. */
  readonly path: string;
  readonly service: {
    readonly openTimeout: Duration;
    readonly closeTimeout: Duration;
    readonly receiveTimeout: Duration;
    readonly channelInitializationTimeout: Duration;
    readonly idleTimeout: Duration;
    readonly misbehave?: Misbehaviour;
  };
}
