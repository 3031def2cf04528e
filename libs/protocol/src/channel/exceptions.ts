import type { Duration } from '../time.ts';
import type { Exception } from './vocabulary.ts';

// What a .NET client is shown, text by text. "Captured" texts are those of a dotnet/wcf client on Linux (wcf-timeouts 12, mark L);
// a text that no capture holds says `uncalibrated`. The E-numbers are the rows of wcf-timeouts 12.

const PORTION = 'The time allotted to this operation may have been a portion of a longer timeout.';

/** A duration in milliseconds as .NET prints a TimeSpan: `00:00:03`, `00:00:02.9910000`, `1.00:00:00`. */
export function timeSpan(duration: Duration): string {
  const two = (value: number) => String(value).padStart(2, '0');
  const days = Math.floor(duration / 86_400_000);
  const hours = Math.floor(duration / 3_600_000) % 24;
  const minutes = Math.floor(duration / 60_000) % 60;
  const seconds = Math.floor(duration / 1_000) % 60;
  const fraction = duration % 1_000 === 0 ? '' : `.${String(duration % 1_000).padStart(3, '0')}0000`;
  return `${days === 0 ? '' : `${days}.`}${two(hours)}:${two(minutes)}:${two(seconds)}${fraction}`;
}

/** E2, captured: the budget printed is always the configured one, `left` is what the last read was given. */
export function openTimedOut(openTimeout: Duration, left: Duration): Exception {
  return {
    name: 'TimeoutException',
    message: `The open operation did not complete within the allotted timeout of ${timeSpan(openTimeout)}. ${PORTION}`,
    inner: receiveTimedOut(left),
  };
}

/** E2 with E3 innermost: a pooled connection took the whole budget, and nothing was left to try another address with. Inner texts uncalibrated. */
export function openTimedOutOnPooled(openTimeout: Duration, via: string): Exception {
  const connecting = `Connecting to via ${via} timed out after ${timeSpan(0)}. Connection attempts were made to 0 of 1 available addresses. ${PORTION}`;
  return {
    ...openTimedOut(openTimeout, 0),
    inner: {
      name: 'TimeoutException',
      message: `The open operation timed out after ${timeSpan(openTimeout)} while establishing a transport session to ${via}. ${PORTION}`,
      inner: { name: 'TimeoutException', message: connecting },
    },
  };
}

/** E8, captured; thrown bare by a Close that nobody answered (E6). */
export function receiveTimedOut(allotted: Duration): Exception {
  return {
    name: 'TimeoutException',
    message: `The socket was aborted because an asynchronous receive from the socket did not complete within the allotted timeout of ${timeSpan(allotted)}. ${PORTION}`,
    inner: { name: 'SocketException', message: 'Operation canceled' },
  };
}

const WINSOCK: Readonly<Record<string, { readonly code: number; readonly text: string }>> = {
  ECONNREFUSED: { code: 10061, text: 'Connection refused' },
  ETIMEDOUT: { code: 10060, text: 'Connection timed out' },
  EHOSTUNREACH: { code: 10065, text: 'No route to host' },
  ENETUNREACH: { code: 10051, text: 'Network is unreachable' },
};

/** E9, captured for ECONNREFUSED (a .NET client prints Winsock's numbers on Linux too); other codes uncalibrated. */
export function couldNotConnect(via: string, code: string, lasted: Duration): Exception {
  const error = WINSOCK[code] ?? { code: 10061, text: code };
  return {
    name: 'EndpointNotFoundException',
    message: `Could not connect to ${via}. The connection attempt lasted for a time span of ${timeSpan(lasted)}. TCP error code ${error.code}: ${error.text}. `,
    inner: { name: 'SocketException', message: error.text },
  };
}

/** E24, captured: FIN before the preamble was acknowledged. */
export function preambleRejected(via: string): Exception {
  return {
    name: 'ProtocolException',
    message: `The server at ${via} rejected the session-establishment request.`,
    inner: prematureEnd(0, 'ReadingUpgradeRecord'),
  };
}

/** E28: FIN where the framing expected more, `position` bytes into the service's stream. Captured for the preamble; later states uncalibrated. */
export function prematureEnd(position: number, state: string): Exception {
  return {
    name: 'ProtocolException',
    message: `Error while reading message framing format at position ${position} of stream (state: ${state})`,
    inner: { name: 'InvalidDataException', message: 'More data was expected, but EOF was reached.' },
  };
}

/** wcf-timeouts 1.4, PreambleAckIncorrect and PreambleAckIncorrectMaybeHttp: what answered is no acknowledgement. Uncalibrated. */
export function preambleNotAcknowledged(maybeHttp: boolean): Exception {
  const hint = maybeHttp ? ' It is possible that you are encountering an HTTP endpoint.' : '';
  return {
    name: 'ProtocolException',
    message: `You have tried to create a channel to a service that does not support .Net Framing.${hint}`,
    inner: framingViolated(0, 'ReadingAckRecord'),
  };
}

/** wcf-timeouts 1.7, ReceiveShutdownReturnedMessage: Close waited for End, and a message came. Uncalibrated. */
export function messageInsteadOfEnd(): Exception {
  return {
    name: 'ProtocolException',
    message:
      'The channel received an unexpected input message while closing. You should only close your channel when you are not expecting any more input messages.',
  };
}

/** A byte that the framing does not allow (wcf-timeouts 1.4 PreambleAckIncorrect); inner text uncalibrated. */
export function framingViolated(position: number, state: string): Exception {
  return {
    name: 'ProtocolException',
    message: `Error while reading message framing format at position ${position} of stream (state: ${state})`,
  };
}

/** E13, captured: the peer has reset the connection; the first read or write after it is told so. */
export function connectionReset(): Exception {
  return {
    name: 'CommunicationException',
    message: 'A TCP error (104: Connection reset by peer) occurred while transmitting data.',
    inner: { name: 'SocketException', message: 'Connection reset by peer' },
  };
}

/** E1, captured: `allotted` is what the wait for the reply was given. */
export function requestTimedOut(address: string, allotted: Duration): Exception {
  return {
    name: 'TimeoutException',
    message: `This request operation sent to ${address} did not receive a reply within the configured timeout (${timeSpan(allotted)}).  The time allotted to this operation may have been a portion of a longer timeout.  This may be because the service is still processing the operation or because the service was unable to send a reply message.  Please consider increasing the operation timeout (by casting the channel/proxy to IContextChannel and setting the OperationTimeout property) and ensure that the service is able to connect to the client.`,
  };
}

/** E8 for a write, captured: the peer did not take the message in time. */
export function sendTimedOut(allotted: Duration): Exception {
  return {
    name: 'TimeoutException',
    message: `The socket connection was aborted because an asynchronous send to the socket did not complete within the allotted timeout of ${timeSpan(allotted)}. ${PORTION}`,
    inner: { name: 'SocketException', message: 'Operation canceled' },
  };
}

/** E21, captured: the session ended while a call waited, and the caller did not read himself; or it ended with End or FIN. */
export function noMeaningfulReply(): Exception {
  return {
    name: 'CommunicationException',
    message:
      'The server did not provide a meaningful reply; this might be caused by a contract mismatch, a premature session shutdown or an internal server error.',
  };
}

/** E27, captured: a call after a pump has read the end of the session. */
export function outputAutoClosed(): Exception {
  return {
    name: 'ProtocolException',
    message:
      'This channel can no longer be used to send messages as the output session was auto-closed due to a server-initiated shutdown. Either disable auto-close by setting the DispatchRuntime.AutomaticInputSessionShutdown to false, or consider modifying the shutdown protocol with the remote server.',
  };
}

/** The channel was aborted on this side while a call waited; uncalibrated. */
export function communicationObjectAborted(): Exception {
  return {
    name: 'CommunicationObjectAbortedException',
    message:
      'The communication object, System.ServiceModel.Channels.ServiceChannel, cannot be used for communication because it has been Aborted.',
  };
}

/** E22, captured: any use of a faulted channel, Close included. */
export function communicationObjectFaulted(): Exception {
  return {
    name: 'CommunicationObjectFaultedException',
    message:
      'The communication object, System.ServiceModel.Channels.ServiceChannel, cannot be used for communication because it is in the Faulted state.',
  };
}

/** QuotaExceeded on receipt; captured for maxReceivedMessageSize. */
export function messageTooBig(limit: number): Exception {
  return {
    name: 'CommunicationException',
    message: `The maximum message size quota for incoming messages (${limit}) has been exceeded. To increase the quota, use the MaxReceivedMessageSize property on the appropriate binding element.`,
    inner: {
      name: 'QuotaExceededException',
      message: `The maximum message size quota for incoming messages (${limit}) has been exceeded.`,
    },
  };
}
