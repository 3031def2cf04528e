export * from './body.ts';
export * from './captured-contracts.ts';
export * from './contract.ts';
export {
  type ArrayOf,
  arrayOf,
  type DataContract,
  type DataRecord,
  type DataType,
  type DataValue,
  type Part,
  type PrimitiveType,
} from './data-contract.ts';
export { type DataRead, readDetail } from './data-reader.ts';
export { dataElement } from './data-writer.ts';
export * from './dispatch.ts';
export * from './dispatcher-faults.ts';
export { EnvelopeReader } from './envelope-reader.ts';
export { EnvelopeWriter } from './envelope-writer.ts';
export type { ExceptionDetail } from './exception-detail.ts';
export * from './exceptions.ts';
export * from './exchange.ts';
export { type FaultAnswer, type FaultCode, type SoapFault, soapFault } from './fault.ts';
export * from './message.ts';
export * from './must-understand.ts';
export {
  ADDRESSING,
  ANONYMOUS,
  FAULT_ACTION,
  NO_ADDRESS,
  type QName,
  SCHEMA_INSTANCE,
  SOAP,
} from './names.ts';
export { readMessage } from './reader.ts';
export * from './test-service.ts';
export { writeMessage } from './writer.ts';
