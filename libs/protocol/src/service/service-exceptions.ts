import { communicationObjectAborted, communicationObjectFaulted } from '../channel/exceptions.ts';
import type { Ending, Exception } from '../channel/vocabulary.ts';
import type { ExceptionDetail } from '../soap/index.ts';

// What an operation of the service is shown when it calls its client back. E-numbers: wcf-timeouts 12.

/** SFxCallbackRequestReplyInOrder1: the reply could never be read. Text uncalibrated. */
export function callbackWouldDeadlock(): Exception {
  return {
    name: 'InvalidOperationException',
    message:
      'This operation would deadlock because the reply cannot be received until the current Message completes processing. If you want to allow out-of-order message processing, specify ConcurrencyMode of Reentrant or Multiple on ServiceBehaviorAttribute.',
  };
}

/** E23, captured: the idle timer had ended the session before. */
function channelIdleAborted(operation: string): Exception {
  return {
    name: 'CommunicationObjectAbortedException',
    message: `The operation '${operation}' could not be completed because the sessionful channel timed out waiting to receive a message.  To increase the timeout, either set the receiveTimeout property on the binding in your configuration file, or set the ReceiveTimeout property on the Binding directly.`,
  };
}

/** What calling back comes to on a session that is over. All but E23 uncalibrated. */
export function channelUnusable(why: Ending, operation: string): Exception {
  switch (why.code) {
    case 'timedOut':
      return why.timer === 'receive' ? channelIdleAborted(operation) : communicationObjectFaulted();
    case 'aborted':
    case 'closed':
    case 'peerEnded':
      return communicationObjectAborted();
    default:
      return communicationObjectFaulted();
  }
}

/** An exception as IncludeExceptionDetailInFaults tells it: by its full name, without the stack that it never had. */
export function detailOf({ name, message, inner }: Exception): ExceptionDetail {
  return { exceptionType: fullName(name), message, ...(inner === undefined ? {} : { inner: detailOf(inner) }) };
}

/** Names without a namespace are of these two. */
function fullName(name: string): string {
  if (name.includes('.')) return name;
  return SYSTEM.includes(name) ? `System.${name}` : `System.ServiceModel.${name}`;
}

const SYSTEM = ['InvalidOperationException', 'TimeoutException'];
