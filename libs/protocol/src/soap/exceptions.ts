import type { Exception } from '../channel/vocabulary.ts';
import { readReplyBody } from './body.ts';
import type { TwoWayOperation } from './contract.ts';
import type { DataRecord } from './data-contract.ts';
import { headerNotUnderstood } from './dispatcher-faults.ts';
import { EXCEPTION_DETAIL } from './exception-detail.ts';
import type { FaultCode, SoapFault } from './fault.ts';
import type { Message } from './message.ts';
import { headersNotUnderstood } from './must-understand.ts';
import { addressingName, dispatcherName, FAULT_ACTION, type QName, SOAP, sameName } from './names.ts';

// What a .NET caller is shown for the SOAP of its peer. The message of a fault's exception is its reason, word for word.
// "Captured" is what a dotnet/wcf client showed; a name or a text that no capture holds says `uncalibrated`.

/** What a call comes to when its reply is read. After `faultsChannel` the client's channel is of no more use. */
export type ReplyOutcome =
  | { readonly type: 'returned'; readonly results: DataRecord }
  | { readonly type: 'threw'; readonly exception: Exception; readonly faultsChannel: boolean };

/** Reads a reply as its caller does. But for a fault of the service's own dispatcher, only this call fails (wcf-wire 4.2, 4.5). */
export function outcomeOf(reply: Message, operation: TwoWayOperation): ReplyOutcome {
  const { content, action } = reply;
  if (content.type === 'fault') {
    return threw(exceptionForFault(content, { action, operation }), isInternalServiceFault(content));
  }
  const [header] = headersNotUnderstood(reply);
  if (header !== undefined) return threw({ name: 'ProtocolException', message: headerNotUnderstood(header) });
  if (action !== operation.replyAction) return threw(unexpectedReplyAction(action, operation));
  const read = readReplyBody(operation, content.body);
  return read.type === 'data'
    ? { type: 'returned', results: read.data }
    : threw(replyNotDeserialized(operation.name, read.problem));
}

function threw(exception: Exception, faultsChannel = false): ReplyOutcome {
  return { type: 'threw', exception, faultsChannel };
}

/** What the fault came in answer to, and the action that it came under. */
export interface FaultCircumstances {
  readonly action: string;
  readonly operation?: TwoWayOperation;
}

/**
 * The exception of the caller. Captured: FaultException with and without a declared detail, ActionNotSupportedException.
 * Their names only: EndpointNotFoundException, ChannelTerminatedException (wcf-wire 4.5). The rest is uncalibrated.
 */
function exceptionForFault(fault: SoapFault, circumstances: FaultCircumstances): Exception {
  return { name: convertedName(fault) ?? faultExceptionName(fault, circumstances), message: fault.reason };
}

/** The faults that WCF turns into exceptions of their own. */
function convertedName({ code, subcodes: [subcode] }: SoapFault): string | undefined {
  if (isCode(code, 'MustUnderstand')) return 'ProtocolException';
  if (subcode === undefined || !isCode(code, 'Sender')) return undefined;
  return CONVERTED.find(([name]) => sameName(subcode, name))?.[1];
}

const CONVERTED: readonly (readonly [QName, string])[] = [
  [addressingName('ActionNotSupported'), 'ActionNotSupportedException'],
  [addressingName('DestinationUnreachable'), 'EndpointNotFoundException'],
  [dispatcherName('SessionTerminated'), 'ChannelTerminatedException'],
];

/** A declared detail is known by the action of its fault, as .NET does it, or by its element, where a peer's actions differ. */
function faultExceptionName({ detail: [detail] }: SoapFault, { action, operation }: FaultCircumstances): string {
  if (detail === undefined) return 'FaultException';
  const declared = (operation?.faults ?? []).filter((contract) => sameName(detail, qualified(contract.detail)));
  const found = declared.find((contract) => contract.action === action) ?? declared[0];
  if (found !== undefined) return `FaultException<${found.detail.name}>`;
  const isExceptionDetail = action === FAULT_ACTION.dispatcher && sameName(detail, qualified(EXCEPTION_DETAIL));
  return isExceptionDetail ? `FaultException<${EXCEPTION_DETAIL.name}>` : 'FaultException';
}

/** An operation threw: the service ends the session after this fault, and the client faults its channel (wcf-wire 4.5). */
export function isInternalServiceFault({ code, subcodes: [subcode] }: SoapFault): boolean {
  return isCode(code, 'Receiver') && subcode !== undefined && sameName(subcode, INTERNAL_SERVICE_FAULT);
}

const INTERNAL_SERVICE_FAULT = dispatcherName('InternalServiceFault');

/** SFxReplyActionMismatch3; uncalibrated. */
function unexpectedReplyAction(action: string, { name, replyAction }: TwoWayOperation): Exception {
  return {
    name: 'ProtocolException',
    message: `A reply message was received for operation '${name}' with action '${action}'. However, your client code requires action '${replyAction}'.`,
  };
}

/** SFxErrorDeserializingReplyBodyMore; uncalibrated. */
function replyNotDeserialized(operation: string, problem: string): Exception {
  return {
    name: 'CommunicationException',
    message: `Error in deserializing body of reply message for operation '${operation}'. ${problem}`,
  };
}

function isCode(code: QName, local: FaultCode): boolean {
  return sameName(code, { namespace: SOAP.namespace, local });
}

function qualified({ name, namespace }: { readonly name: string; readonly namespace: string }): QName {
  return { local: name, namespace };
}
