export { serversFolder } from './cache-folder.ts';
export type { MissingServer } from './find.ts';
export { inspectServers, type PartReport } from './inspect.ts';
export type { Ending } from './keeper-orders.ts';
export type { SearchAttributeType } from './launch.ts';
export { makeFolder } from './make-folder.ts';
export type { ServerName } from './parts.ts';
export type { RouteName } from './routes.ts';
export { type FoundServer, type ServerExit, type Servers, type ServersRequest, startServers } from './start.ts';
export {
  type NamedAccess,
  type TemporalAccess,
  temporalAccess,
  temporalNamedBy,
  withoutTemporal,
} from './temporal-access.ts';
