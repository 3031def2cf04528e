export * from './client.ts';
export * from './decoder.ts';
export type { ServiceEndpoint } from './endpoint.ts';
export * from './fault.ts';
export type { FrameLimits, FrameViolation } from './reader.ts';
export {
  encodePreamble,
  encodeRecord,
  type FrameRecord,
  type FrameRecordType,
  type FramingMode,
  type Preamble,
  SESSION_CONTENT_TYPE,
  TLS_UPGRADE,
} from './record.ts';
export * from './service.ts';
export * from './size.ts';
