import { randomUUID } from 'node:crypto';
import {
  MAX_RECEIVED_MESSAGE_SIZE,
  misbehaving,
  SESSION_CONTENT_TYPE,
  type ServiceConnectionSettings,
  serviceConnection,
  testOperations,
} from '@lapse/protocol';
import { CONTRACTS } from './contracts.ts';
import type { MockServiceSettings } from './settings.ts';

/** The machine of one connection of the service that listens on `port`. */
export function connectionOf({ path, contract = 'test', service }: MockServiceSettings, port: number) {
  const { misbehave, sendTimeout, concurrencyMode = 'single', includeExceptionDetailInFaults = false } = service;
  const settings: ServiceConnectionSettings = {
    ...service,
    endpoint: { path, port, mode: 'duplex', contentType: SESSION_CONTENT_TYPE },
    maxReceivedMessageSize: MAX_RECEIVED_MESSAGE_SIZE,
    calls: {
      contract: CONTRACTS[contract],
      operations: testOperations,
      sendTimeout,
      concurrencyMode,
      includeExceptionDetailInFaults,
      nextMessageId: () => `urn:uuid:${randomUUID()}`,
    },
  };
  const connection = serviceConnection(settings);
  return misbehave === undefined ? connection : misbehaving(connection, misbehave);
}
