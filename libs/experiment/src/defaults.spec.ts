import { expect, test } from '@jest/globals';
import {
  DEFAULT_BINDING,
  DEFAULT_CLIENT,
  DEFAULT_CONNECTION_POOL,
  DEFAULT_PROFILE,
  DEFAULT_SERVICE,
} from './defaults.ts';

test('what a scenario does not say is what WCF does', () => {
  expect({ ...DEFAULT_CLIENT }).toEqual({
    raw: false,
    callStyle: 'sync',
    openTimeout: 60_000,
    closeTimeout: 60_000,
    operationTimeout: 60_000,
  });
  expect({ ...DEFAULT_CONNECTION_POOL }).toEqual({ idleTimeout: 120_000, leaseTimeout: 300_000 });
  expect({ ...DEFAULT_SERVICE }).toEqual({
    openTimeout: 60_000,
    closeTimeout: 60_000,
    receiveTimeout: 600_000,
    sendTimeout: 60_000,
    channelInitializationTimeout: 30_000,
    idleTimeout: 120_000,
    concurrencyMode: 'single',
  });
});

test('what is modelled is a .NET client and a service of the .NET Framework on two cores, without security', () => {
  expect(DEFAULT_PROFILE).toEqual({ client: 'dotnet', service: 'netfx-4.8', processors: 2 });
  expect(DEFAULT_BINDING).toEqual({ transport: 'tcp', security: 'none', reliableSession: false });
});
