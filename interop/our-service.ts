import { randomUUID } from 'node:crypto';
import {
  CHANNEL_INITIALIZATION_TIMEOUT,
  CLOSE_TIMEOUT,
  type Contract,
  IDLE_TIMEOUT,
  OPEN_TIMEOUT,
  RECEIVE_TIMEOUT,
  SEND_TIMEOUT,
  SESSION_CONTENT_TYPE,
  serviceConnection,
  testOperations,
} from '@lapse/protocol';
import { type Listener, type ListenerObservation, listen, monotonicClock } from '@lapse/transport';
import { LARGEST_MESSAGE } from './messages.ts';

/** Our mock service on a port of its own. */
export interface OurService {
  readonly address: string;
  /** Everything that its connections were told and wanted, in order. */
  readonly observed: readonly ListenerObservation[];
  close(): void;
}

/** Timeouts are WCF's defaults, but for a `receiveTimeout` that is named; milliseconds. */
export async function ourService(contract: Contract, receiveTimeout = RECEIVE_TIMEOUT): Promise<OurService> {
  const observed: ListenerObservation[] = [];
  const listener: Listener = await listen({
    port: 0,
    clock: monotonicClock(),
    machine: () => serviceConnection({ ...settingsOf(contract, listener.port), receiveTimeout }),
    observe: (_connection, observation) => observed.push(observation),
  });
  return {
    address: `net.tcp://127.0.0.1:${listener.port}/test`,
    observed,
    close: () => listener.close(),
  };
}

function settingsOf(contract: Contract, port: number) {
  return {
    endpoint: { path: '/test', port, mode: 'duplex', contentType: SESSION_CONTENT_TYPE } as const,
    channelInitializationTimeout: CHANNEL_INITIALIZATION_TIMEOUT,
    openTimeout: OPEN_TIMEOUT,
    closeTimeout: CLOSE_TIMEOUT,
    idleTimeout: IDLE_TIMEOUT,
    maxReceivedMessageSize: LARGEST_MESSAGE,
    calls: {
      contract,
      operations: testOperations,
      concurrencyMode: 'reentrant' as const,
      sendTimeout: SEND_TIMEOUT,
      includeExceptionDetailInFaults: false,
      nextMessageId: () => `urn:uuid:${randomUUID()}`,
    },
  };
}
