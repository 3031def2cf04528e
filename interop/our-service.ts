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
import { LARGEST_MESSAGE } from './our-client.ts';

/** Our mock service on a port of its own, with WCF's default timeouts. */
export interface OurService {
  readonly address: string;
  /** Everything that its connections were told and wanted, in order. */
  readonly observed: readonly ListenerObservation[];
  close(): void;
}

export async function ourService(contract: Contract): Promise<OurService> {
  const observed: ListenerObservation[] = [];
  const listener: Listener = await listen({
    port: 0,
    clock: monotonicClock(),
    machine: () => serviceConnection(settingsOf(contract, listener.port)),
    observe: (_connection, observation) => observed.push(observation),
  });
  return {
    address: `net.tcp://127.0.0.1:${listener.port}/test`,
    observed,
    close: () => listener.close(),
  };
}

function settingsOf(contract: Contract, port: number): Parameters<typeof serviceConnection>[0] {
  return {
    endpoint: { path: '/test', port, mode: 'duplex', contentType: SESSION_CONTENT_TYPE },
    channelInitializationTimeout: CHANNEL_INITIALIZATION_TIMEOUT,
    openTimeout: OPEN_TIMEOUT,
    closeTimeout: CLOSE_TIMEOUT,
    receiveTimeout: RECEIVE_TIMEOUT,
    idleTimeout: IDLE_TIMEOUT,
    maxReceivedMessageSize: LARGEST_MESSAGE,
    calls: {
      contract,
      operations: testOperations,
      concurrencyMode: 'reentrant',
      sendTimeout: SEND_TIMEOUT,
      includeExceptionDetailInFaults: false,
      nextMessageId: () => `urn:uuid:${randomUUID()}`,
    },
  };
}
