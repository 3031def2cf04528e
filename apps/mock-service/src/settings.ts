import type { ConcurrencyMode, Duration, Misbehaviour } from '@lapse/protocol';
import type { ContractName } from './contracts.ts';

/** What a mock service is told, as the first line of JSON on its standard input; it ends when that input does. */
export interface MockServiceSettings {
  /** Start of the common clock: nanoseconds of CLOCK_MONOTONIC as a decimal string. */
  readonly startNs: string;
  /** 0: any free port. */
  readonly port: number;
  /** The address to listen on; absent: 127.0.0.1. */
  readonly host?: string;
  /** Path of the one endpoint. */
  readonly path: string;
  /** Of the one endpoint; absent: `test`. */
  readonly contract?: ContractName;
  readonly service: {
    readonly openTimeout: Duration;
    readonly closeTimeout: Duration;
    readonly receiveTimeout: Duration;
    readonly sendTimeout: Duration;
    readonly channelInitializationTimeout: Duration;
    readonly idleTimeout: Duration;
    /** ServiceBehavior.ConcurrencyMode; absent: WCF's default, `single`. */
    readonly concurrencyMode?: ConcurrencyMode;
    /** ServiceDebugBehavior; absent: WCF's default, `false`. */
    readonly includeExceptionDetailInFaults?: boolean;
    readonly misbehave?: Misbehaviour;
  };
}
