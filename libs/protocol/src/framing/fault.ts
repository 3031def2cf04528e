import type { Exception } from '../channel/vocabulary.ts';

const PREFIX = 'http://schemas.microsoft.com/ws/2006/05/framing/faults/';

/** Every fault URI of wcf-wire 1.9, by its name. */
export const FRAMING_FAULT = {
  unsupportedVersion: `${PREFIX}UnsupportedVersion`,
  unsupportedMode: `${PREFIX}UnsupportedMode`,
  endpointNotFound: `${PREFIX}EndpointNotFound`,
  endpointUnavailable: `${PREFIX}EndpointUnavailable`,
  contentTypeInvalid: `${PREFIX}ContentTypeInvalid`,
  upgradeInvalid: `${PREFIX}UpgradeInvalid`,
  viaTooLong: `${PREFIX}ViaTooLong`,
  contentTypeTooLong: `${PREFIX}ContentTypeTooLong`,
  maxMessageSizeExceeded: `${PREFIX}MaxMessageSizeExceededFault`,
  serviceActivationFailed: `${PREFIX}ServiceActivationFailed`,
  connectionDispatchFailed: `${PREFIX}ConnectionDispatchFailed`,
  serverTooBusy: `${PREFIX}ServerTooBusy`,
  endpointAccessDenied: `${PREFIX}EndpointAccessDenied`,
  endpointPaused: `${PREFIX}EndpointPaused`,
  invalidRecordSequence: `${PREFIX}InvalidRecordSequence`,
} as const;

/**
 * What the client's application is shown for a framing fault (wcf-wire 1.9, wcf-timeouts 1.4; the names are measured).
 * Texts: EndpointNotFound and MaxMessageSizeExceededFault are whole, as captured. The others are uncalibrated: the
 * fragment of wcf-timeouts 12 where it has one, otherwise the fault's URI, because nothing gives WCF's words.
 */
export function exceptionForFramingFault(uri: string, via: string): Exception {
  switch (uri) {
    case FRAMING_FAULT.endpointNotFound:
      return { name: 'EndpointNotFoundException', message: noEndpointListening(via) };
    case FRAMING_FAULT.endpointUnavailable:
      return { name: 'EndpointNotFoundException', message: uri };
    case FRAMING_FAULT.serverTooBusy:
      return { name: 'ServerTooBusyException', message: 'is too busy to process this request' };
    case FRAMING_FAULT.serviceActivationFailed:
      return { name: 'ServiceActivationException', message: uri };
    case FRAMING_FAULT.connectionDispatchFailed:
      return { name: 'CommunicationException', message: uri };
    case FRAMING_FAULT.maxMessageSizeExceeded:
      return quotaExceeded(MAX_MESSAGE_SIZE_EXCEEDED);
    case FRAMING_FAULT.viaTooLong:
    case FRAMING_FAULT.contentTypeTooLong:
      return quotaExceeded(uri);
    case FRAMING_FAULT.contentTypeInvalid:
    case FRAMING_FAULT.unsupportedMode:
    case FRAMING_FAULT.unsupportedVersion:
    case FRAMING_FAULT.upgradeInvalid:
      return { name: 'ProtocolException', message: uri };
    default:
      return { name: 'ProtocolException', message: `Server faulted with code '${uri}'` };
  }
}

const MAX_MESSAGE_SIZE_EXCEEDED =
  'The maximum message size quota for incoming messages has been exceeded for the remote channel. See the server logs for more details.';

function noEndpointListening(via: string): string {
  return `There was no endpoint listening at ${via} that could accept the message. This is often caused by an incorrect address or SOAP action. See InnerException, if present, for more details.`;
}

/** WCF says it twice: the outer exception repeats the inner one's message. */
function quotaExceeded(message: string): Exception {
  return { name: 'CommunicationException', message, inner: { name: 'QuotaExceededException', message } };
}
