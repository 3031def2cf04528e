import { element, qualifiedName } from '../encoding/infoset.ts';
import { dataElement } from './data-writer.ts';
import { EXCEPTION_DETAIL, type ExceptionDetail, exceptionDetailValue } from './exception-detail.ts';
import { type FaultAnswer, soapFault } from './fault.ts';
import { ADDRESSING, addressingName, dispatcherName, FAULT_ACTION, type QName } from './names.ts';

// The faults that a service answers with before, around and after an operation (wcf-wire 4.5). "Captured" reasons are those
// of CoreWCF, which has .NET's texts; the others say `uncalibrated`.

/** Captured: the contract has no operation with that action. */
export function actionNotSupported(action: string): FaultAnswer {
  const reason = `The message with Action '${action}' cannot be processed at the receiver, due to a ContractFilter mismatch at the EndpointDispatcher. This may be because of either a contract mismatch (mismatched Actions between sender and receiver) or a binding/security mismatch between the sender and the receiver.  Check that sender and receiver have the same contract and the same binding (including security requirements, e.g. Message, Transport, None).`;
  const fault = soapFault('Sender', reason, { subcodes: [addressingName('ActionNotSupported')] });
  return { action: FAULT_ACTION.addressing, fault };
}

/** Captured: the message is addressed to no endpoint of the service (wcf-wire 4.3). */
export function destinationUnreachable(to: string): FaultAnswer {
  const reason = `The message with To '${to}' cannot be processed at the receiver, due to an AddressFilter mismatch at the EndpointDispatcher.  Check that the sender and receiver's EndpointAddresses agree.`;
  const fault = soapFault('Sender', reason, { subcodes: [addressingName('DestinationUnreachable')] });
  return { action: FAULT_ACTION.soap, fault };
}

/**
 * Captured without a detail: an operation threw something that is no fault. `exception` is told where the service has
 * IncludeExceptionDetailInFaults (shape captured from Mono; uncalibrated).
 */
export function internalServiceFault(exception?: ExceptionDetail): FaultAnswer {
  const detail = exception === undefined ? [] : [dataElement(EXCEPTION_DETAIL, exceptionDetailValue(exception))];
  const subcodes = [dispatcherName('InternalServiceFault')];
  const fault = soapFault('Receiver', exception?.message ?? INTERNAL_ERROR, { subcodes, detail });
  return { action: FAULT_ACTION.dispatcher, fault };
}

const INTERNAL_ERROR =
  'The server was unable to process the request due to an internal error.  For more information about the error, either turn on IncludeExceptionDetailInFaults (either from ServiceBehaviorAttribute or from the <serviceDebug> configuration behavior) on the server in order to send the exception information back to the client, or turn on tracing as per the Microsoft .NET Framework SDK documentation and inspect the server trace logs.';

/** Captured for a value of the wrong type: the body is not what the operation takes. `problem` is a whole sentence. */
export function deserializationFailed(operation: string, problem: string): FaultAnswer {
  const reason = `The formatter threw an exception while trying to deserialize the message: Error in deserializing body of request message for operation '${operation}'. ${problem}`;
  const fault = soapFault('Sender', reason, { subcodes: [dispatcherName('DeserializationFailed')] });
  return { action: FAULT_ACTION.dispatcher, fault };
}

/** A terminating operation has ended the session already. Reason uncalibrated. */
export function sessionTerminated(): FaultAnswer {
  const reason =
    "An operation marked as IsTerminating has already been invoked on this channel, causing the channel's connection to terminate.  No more operations may be invoked on this channel.  Please re-create the channel to continue communication.";
  const fault = soapFault('Sender', reason, { subcodes: [dispatcherName('SessionTerminated')] });
  return { action: FAULT_ACTION.dispatcher, fault };
}

/** Nobody here knows these headers, and their sender insists. Reason uncalibrated. */
export function notUnderstood(headers: readonly QName[]): FaultAnswer {
  const fault = soapFault('MustUnderstand', headers.map(headerNotUnderstood).join(' '));
  return { action: FAULT_ACTION.soap, fault, notUnderstood: headers };
}

/** WCF's sentence about such a header, on either side. Uncalibrated. */
export function headerNotUnderstood({ namespace, local }: QName): string {
  return `The header '${local}' from the namespace '${namespace}' was not understood by the recipient of this message, causing the message to not be processed.  This error typically indicates that the sender of this message has enabled a communication protocol that the receiver cannot process.  Please ensure that the configuration of the client's binding is consistent with the service's binding. `;
}

/** An envelope of another SOAP version. Reason uncalibrated. */
export function versionMismatch(): FaultAnswer {
  const fault = soapFault('VersionMismatch', 'The envelope is not one of SOAP 1.2.');
  return { action: FAULT_ACTION.soap, fault };
}

/** What can be wrong with a header of WS-Addressing, by its own names (WS-Addressing 1.0, SOAP binding, 6.4.1). */
export type AddressingProblem = 'InvalidCardinality' | 'MissingAddressInEPR' | 'MessageAddressingHeaderRequired';

/** The header of that name cannot be used; `problem` says more. The reason is WS-Addressing's own; uncalibrated. */
export function invalidAddressing(header: string, problem?: AddressingProblem): FaultAnswer {
  const reason =
    'A header representing a Message Addressing Property is not valid and the message cannot be processed.';
  const refined = problem === undefined ? [] : [addressingName(problem)];
  const subcodes = [addressingName('InvalidAddressingHeader'), ...refined];
  const name = qualifiedName({ ...ADDRESSING, origin: 'inline' }, header);
  const detail = [element(ADDRESSING, 'ProblemHeaderQName', name)];
  return { action: FAULT_ACTION.addressing, fault: soapFault('Sender', reason, { subcodes, detail }) };
}
