import { describe, expect, test } from '@jest/globals';
import { attribute, characters, declaration, element, type XmlElement } from '../encoding/index.ts';
import {
  ANONYMOUS,
  type DispatchAddress,
  dispatch,
  isAddressedTo,
  type Message,
  type OutgoingMessage,
  oneWayOperation,
  readMessage,
  requestBody,
  SOAP,
  TEST_SERVICE,
  twoWayOperation,
  writeMessage,
} from './index.ts';

const ADDRESS = { path: '/svc', port: 8081 };
const TO = 'net.tcp://localhost:8081/svc';
const { operations } = TEST_SERVICE;
const echo = twoWayOperation(operations, 'Echo');
const slow = twoWayOperation(operations, 'Slow');
const oneWay = oneWayOperation(operations, 'OneWay');

function received(message: OutgoingMessage): Message {
  const read = readMessage(writeMessage(message));
  if (read.type === 'violation') throw new Error(JSON.stringify(read));
  return read;
}

function request(
  changes: { readonly to?: string; readonly action?: string; readonly headers?: readonly XmlElement[] } = {},
) {
  const body = requestBody(echo, { s: 'x' });
  return received({ type: 'request', action: echo.action, messageId: 'urn:1', to: TO, body, ...changes });
}

function refusal(message: Message) {
  const found = dispatch(message, { operations, address: ADDRESS });
  if (found.type === 'call') throw new Error(`${found.operation.name} is called`);
  const { action, fault } = found.answer;
  return {
    operation: found.operation?.name,
    action,
    code: fault.code.local,
    subcode: fault.subcodes[0]?.local,
    reason: fault.reason,
  };
}

const ADDRESSING_FAULT = 'http://www.w3.org/2005/08/addressing/fault';
const SOAP_FAULT = 'http://www.w3.org/2005/08/addressing/soap/fault';
const DISPATCHER_FAULT = 'http://schemas.microsoft.com/net/2005/12/windowscommunicationfoundation/dispatcher/fault';

describe('a message that is received', () => {
  test('calls the operation of its action with its arguments', () => {
    expect(dispatch(request(), { operations, address: ADDRESS })).toEqual({
      type: 'call',
      operation: echo,
      values: { s: 'x' },
    });
  });

  test('calls a one-way operation with or without an id: Mono sends one', () => {
    const body = requestBody(oneWay, { s: 'x' });
    const { action } = oneWay;
    const both = [
      received({ type: 'oneWay', action, to: TO, body }),
      received({ type: 'request', action, messageId: 'urn:1', to: TO, body }),
    ];
    expect(both.map((message) => dispatch(message, { operations, address: ADDRESS }).type)).toEqual(['call', 'call']);
  });

  test('without an address to compare, which is how callbacks come, calls whatever it says it is for', () => {
    expect(dispatch(request({ to: 'net.tcp://elsewhere:1/' }), { operations }).type).toBe('call');
  });

  test('for nobody here is unreachable, whatever its action', () => {
    expect(refusal(request({ to: 'net.tcp://127.0.0.1:1/else', action: 'urn:none' }))).toEqual({
      operation: undefined,
      action: SOAP_FAULT,
      code: 'Sender',
      subcode: 'DestinationUnreachable',
      reason:
        "The message with To 'net.tcp://127.0.0.1:1/else' cannot be processed at the receiver, due to an AddressFilter mismatch at the EndpointDispatcher.  Check that the sender and receiver's EndpointAddresses agree.",
    });
  });

  test('with an action of no operation is refused', () => {
    expect(refusal(request({ action: 'urn:none' }))).toMatchObject({
      action: ADDRESSING_FAULT,
      code: 'Sender',
      subcode: 'ActionNotSupported',
    });
  });

  test('with a header that must be understood and is not is refused, and with an optional one is not', () => {
    const strange = { prefix: 'x', namespace: 'urn:x', origin: 'inline' } as const;
    const optional = element(strange, 'ActivityId', declaration(strange));
    const mandatory = element(
      strange,
      'Must',
      attribute(SOAP, 'mustUnderstand', characters('1')),
      declaration(strange),
    );
    expect(dispatch(request({ headers: [optional] }), { operations, address: ADDRESS }).type).toBe('call');
    const found = dispatch(request({ headers: [optional, mandatory] }), { operations, address: ADDRESS });
    expect(found).toMatchObject({
      type: 'refused',
      operation: echo,
      answer: { action: SOAP_FAULT, notUnderstood: [{ namespace: 'urn:x', local: 'Must' }] },
    });
  });

  test('that wants a reply and has no id is an internal error', () => {
    const message = received({ type: 'oneWay', action: echo.action, to: TO, body: requestBody(echo, { s: 'x' }) });
    expect(refusal(message)).toMatchObject({ operation: 'Echo', action: DISPATCHER_FAULT, code: 'Receiver' });
  });

  test('with arguments of another type is refused in words that were captured', () => {
    const namespace = { prefix: '', namespace: 'urn:lapse:test', origin: 'inline' } as const;
    const body = element(namespace, 'Slow', declaration(namespace), element(namespace, 'ms', characters('notanumber')));
    const { action } = slow;
    expect(refusal(received({ type: 'request', action, messageId: 'urn:1', to: TO, body }))).toEqual({
      operation: 'Slow',
      action: DISPATCHER_FAULT,
      code: 'Sender',
      subcode: 'DeserializationFailed',
      reason:
        "The formatter threw an exception while trying to deserialize the message: Error in deserializing body of request message for operation 'Slow'. The value 'notanumber' cannot be parsed as the type 'Int32'.",
    });
  });
});

describe('an address is ours', () => {
  test.each<readonly [DispatchAddress, string | undefined, boolean]>([
    [ADDRESS, TO, true],
    [ADDRESS, 'net.tcp://other-host:8081/svc', true],
    [ADDRESS, 'NET.TCP://localhost:8081/SVC/', true],
    [ADDRESS, 'net.tcp://localhost:8081/svc//', false],
    [ADDRESS, 'net.tcp://localhost:8081/svc/more', false],
    [ADDRESS, 'net.tcp://localhost:8082/svc', false],
    [ADDRESS, 'http://localhost:8081/svc', false],
    [ADDRESS, ANONYMOUS, false],
    [ADDRESS, undefined, false],
    [{ path: '/svc', port: 808 }, 'net.tcp://localhost/svc', true],
    [{ path: '/svc' }, 'net.tcp://localhost:9/svc', true],
    [{ path: '/' }, 'net.tcp://localhost:9', true],
  ])('%j, %s: %s', (address, to, expected) => {
    expect(isAddressedTo(address, to)).toBe(expected);
  });
});
