export {} from './dictionaries.ts';
export type { FreshTemplate, ReadTemplate, Varying, WrittenTemplate } from './envelope-template.ts';
export * from './infoset.ts';
export * from './message-encoding.ts';
export * from './text.ts';
export {
  type EncodingState,
  type EncodingViolation,
  READER_QUOTAS,
  type ReaderQuota,
  type ReaderQuotas,
} from './violation.ts';
