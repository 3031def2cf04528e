import {
  CHANNEL_INITIALIZATION_TIMEOUT,
  CLOSE_TIMEOUT,
  IDLE_TIMEOUT,
  LEASE_TIMEOUT,
  OPEN_TIMEOUT,
  RECEIVE_TIMEOUT,
  SEND_TIMEOUT,
} from '@lapse/protocol/constants';
import type { ClientSettings, Profile, Scenario, ServiceSettings } from './scenario.ts';

export { INFINITE, LARGEST_TIMEOUT } from '@lapse/protocol/constants';

/** The machines that are modelled, on two cores: what depends on cores is never read from this machine. */
export const DEFAULT_PROFILE: Profile = { client: 'dotnet', service: 'netfx-4.8', processors: 2 };

/** The only binding that is modelled. Windows security, netTcpBinding's own default, is not. */
export const DEFAULT_BINDING: Scenario['binding'] = { transport: 'tcp', security: 'none', reliableSession: false };

/** WCF's defaults of what a client's binding decides. */
export const DEFAULT_CLIENT: ClientSettings = {
  raw: false,
  callStyle: 'sync',
  openTimeout: OPEN_TIMEOUT,
  closeTimeout: CLOSE_TIMEOUT,
  operationTimeout: SEND_TIMEOUT,
};

/** WCF's defaults of a client's connection pool, where it has one. */
export const DEFAULT_CONNECTION_POOL: NonNullable<ClientSettings['connectionPoolSettings']> = {
  idleTimeout: IDLE_TIMEOUT,
  leaseTimeout: LEASE_TIMEOUT,
};

/** WCF's defaults of what a service's binding and listener decide. */
export const DEFAULT_SERVICE: ServiceSettings = {
  openTimeout: OPEN_TIMEOUT,
  closeTimeout: CLOSE_TIMEOUT,
  receiveTimeout: RECEIVE_TIMEOUT,
  sendTimeout: SEND_TIMEOUT,
  channelInitializationTimeout: CHANNEL_INITIALIZATION_TIMEOUT,
  idleTimeout: IDLE_TIMEOUT,
  concurrencyMode: 'single',
};
