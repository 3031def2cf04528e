import { describe, expect, test } from '@jest/globals';
import { attribute, characters, declaration, element } from '../encoding/index.ts';
import {
  ANONYMOUS,
  actionNotSupported,
  type DataRecord,
  dataElement,
  deserializationFailed,
  destinationUnreachable,
  FAULT_ACTION,
  type FaultAnswer,
  internalServiceFault,
  isInternalServiceFault,
  notUnderstood,
  type OutgoingMessage,
  outcomeOf,
  type ReplyOutcome,
  readMessage,
  replyBody,
  SOAP,
  sessionTerminated,
  soapFault,
  TEST_FAULT,
  TEST_SERVICE,
  twoWayOperation,
  writeMessage,
} from './index.ts';
import { addressingName } from './names.ts';

const typed = twoWayOperation(TEST_SERVICE.operations, 'ThrowTyped');
const DETAIL = dataElement(TEST_FAULT, { Code: 42, Text: 'x' });

function outcome(message: OutgoingMessage): ReplyOutcome {
  const read = readMessage(writeMessage(message));
  if (read.type === 'violation') throw new Error(JSON.stringify(read));
  return outcomeOf(read, typed);
}

function ofFault(answer: FaultAnswer): ReplyOutcome {
  return outcome({ type: 'fault', ...answer, relatesTo: 'urn:1', to: ANONYMOUS });
}

function ofReply(values: DataRecord, action = typed.replyAction): ReplyOutcome {
  return outcome({ type: 'reply', action, relatesTo: 'urn:1', to: ANONYMOUS, body: replyBody(typed, values) });
}

const DECLARED: FaultAnswer = {
  action: typed.faults[0]?.action ?? '',
  fault: soapFault('Sender', 'typed reason', { detail: [DETAIL] }),
};
const EXCEPTION = { message: 'boom', exceptionType: 'System.InvalidOperationException' };

describe('a fault becomes the exception that .NET shows, with its reason', () => {
  test.each<readonly [string, FaultAnswer, string]>([
    ['declared', DECLARED, 'FaultException<TestFault>'],
    ['declared, under the action of another stack', { ...DECLARED, action: 'urn:mono' }, 'FaultException<TestFault>'],
    ['undeclared', { action: FAULT_ACTION.soap, fault: soapFault('Sender', 'why') }, 'FaultException'],
    [
      'undeclared, with a detail',
      { action: FAULT_ACTION.soap, fault: soapFault('Sender', 'why', { detail: [dataElement('string', 'd')] }) },
      'FaultException',
    ],
    ['unknown action', actionNotSupported('urn:a'), 'ActionNotSupportedException'],
    ['unknown address', destinationUnreachable('urn:t'), 'EndpointNotFoundException'],
    ['ended session', sessionTerminated(), 'ChannelTerminatedException'],
    ['wrong body', deserializationFailed('Op', 'Why.'), 'FaultException'],
    ['headers not understood', notUnderstood([{ namespace: 'urn:x', local: 'H' }]), 'ProtocolException'],
    [
      'the same subcode of a receiver',
      {
        action: FAULT_ACTION.soap,
        fault: soapFault('Receiver', 'r', { subcodes: [addressingName('ActionNotSupported')] }),
      },
      'FaultException',
    ],
  ])('%s', (_, answer, name) => {
    const message = answer.fault.reason;
    expect(ofFault(answer)).toEqual({ type: 'threw', exception: { name, message }, faultsChannel: false });
  });

  test('an operation that threw takes the channel with it', () => {
    const plain = internalServiceFault();
    const { reason } = plain.fault;
    expect(ofFault(plain)).toEqual({
      type: 'threw',
      exception: { name: 'FaultException', message: reason },
      faultsChannel: true,
    });
    expect(reason).toMatch(/^The server was unable to process the request due to an internal error\. {2}For more/);
  });

  test('with IncludeExceptionDetailInFaults it says what was thrown', () => {
    expect(ofFault(internalServiceFault(EXCEPTION))).toEqual({
      type: 'threw',
      exception: { name: 'FaultException<ExceptionDetail>', message: 'boom' },
      faultsChannel: true,
    });
  });

  test('only that fault ends the session', () => {
    expect(isInternalServiceFault(internalServiceFault().fault)).toBe(true);
    expect(isInternalServiceFault(deserializationFailed('Op', '').fault)).toBe(false);
    expect(isInternalServiceFault(soapFault('Receiver', ''))).toBe(false);
  });
});

describe('a reply', () => {
  test('returns its results', () => {
    expect(ofReply({ ThrowTypedResult: 'ok' })).toEqual({ type: 'returned', results: { ThrowTypedResult: 'ok' } });
  });

  test('with another action fails its call alone', () => {
    expect(ofReply({ ThrowTypedResult: 'ok' }, 'urn:other')).toEqual({
      type: 'threw',
      exception: {
        name: 'ProtocolException',
        message:
          "A reply message was received for operation 'ThrowTyped' with action 'urn:other'. However, your client code requires action 'urn:lapse:test/ITestService/ThrowTypedResponse'.",
      },
      faultsChannel: false,
    });
  });

  test('with a header that must be understood fails its call alone', () => {
    const strange = { prefix: 'x', namespace: 'urn:x', origin: 'inline' } as const;
    const header = element(strange, 'Must', attribute(SOAP, 'mustUnderstand', characters('1')), declaration(strange));
    const { replyAction: action } = typed;
    expect(outcome({ type: 'reply', action, relatesTo: 'urn:1', headers: [header] })).toMatchObject({
      exception: {
        name: 'ProtocolException',
        message: expect.stringContaining("The header 'Must' from the namespace 'urn:x'"),
      },
      faultsChannel: false,
    });
  });

  test('without the body of its operation fails its call alone', () => {
    const { replyAction: action } = typed;
    expect(outcome({ type: 'reply', action, relatesTo: 'urn:1' })).toMatchObject({
      exception: {
        name: 'CommunicationException',
        message: expect.stringMatching(/^Error in deserializing body of reply message for operation 'ThrowTyped'\. /),
      },
      faultsChannel: false,
    });
  });
});
