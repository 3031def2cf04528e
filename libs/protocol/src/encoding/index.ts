export * from './infoset.ts';
export * from './text.ts';
export {
  type EncodingState,
  type EncodingViolation,
  READER_QUOTAS,
  type ReaderQuota,
  type ReaderQuotas,
  STREAMED_READER_QUOTAS,
} from './violation.ts';
