import { describe, expect, test } from '@jest/globals';
import {
  ANONYMOUS,
  type Answered,
  actionNotSupported,
  callMessage,
  DUPLEX_TEST_SERVICE,
  faultMessage,
  NO_ADDRESS,
  oneWayOperation,
  replyMessage,
  requestBody,
  TEST_SERVICE,
  twoWayOperation,
} from './index.ts';

const TO = 'net.tcp://localhost:8081/svc';
const echo = twoWayOperation(TEST_SERVICE.operations, 'Echo');
const oneWay = oneWayOperation(TEST_SERVICE.operations, 'OneWay');
const ask = twoWayOperation(DUPLEX_TEST_SERVICE.callbacks, 'Ask');
const REQUEST: Answered = { messageId: 'urn:1', replyTo: ANONYMOUS };
const RESULT = { operation: echo, values: { EchoResult: 'x' } };

test('a call has an id where a reply is due, and none where it is one-way', () => {
  const circumstances = { to: TO, messageId: 'urn:1' };
  const body = { s: 'x' };
  expect(callMessage(echo, body, circumstances)).toEqual({
    type: 'request',
    action: echo.action,
    ...circumstances,
    body: requestBody(echo, body),
  });
  expect(callMessage(oneWay, body, circumstances)).toEqual({
    type: 'oneWay',
    action: oneWay.action,
    to: TO,
    body: requestBody(oneWay, body),
  });
});

describe('a reply', () => {
  test('relates to its request, and goes where that wanted it', () => {
    const reply = { type: 'reply', action: echo.replyAction, relatesTo: 'urn:1' };
    expect(replyMessage(REQUEST, RESULT)).toMatchObject({ ...reply, to: ANONYMOUS });
    expect(replyMessage({ messageId: 'urn:1' }, RESULT)).toMatchObject({ ...reply, to: ANONYMOUS });
    expect(replyMessage({ ...REQUEST, replyTo: 'urn:r', faultTo: 'urn:f' }, RESULT)).toMatchObject({ to: 'urn:r' });
  });

  test('to a callback goes to the service', () => {
    const values = { AskResult: 'blue' };
    expect(replyMessage(REQUEST, { operation: ask, values }, { to: TO })).toMatchObject({ to: TO });
  });

  test('has no address in streamed mode', () => {
    expect(replyMessage(REQUEST, RESULT, { mode: 'singletonUnsized' })).not.toHaveProperty('to');
  });

  test('is not written where none is wanted, or nothing says what it relates to', () => {
    expect(replyMessage({ ...REQUEST, replyTo: NO_ADDRESS }, RESULT)).toBeUndefined();
    expect(replyMessage({}, RESULT)).toBeUndefined();
  });
});

describe('a fault', () => {
  const answer = actionNotSupported('urn:a');

  test('goes where faults are wanted, or else where replies are', () => {
    const fault = { type: 'fault', ...answer, relatesTo: 'urn:1' };
    expect(faultMessage(REQUEST, answer)).toEqual({ ...fault, to: ANONYMOUS });
    expect(faultMessage({ ...REQUEST, replyTo: 'urn:r' }, answer)).toEqual({ ...fault, to: 'urn:r' });
    expect(faultMessage({ ...REQUEST, replyTo: NO_ADDRESS, faultTo: 'urn:f' }, answer)).toEqual({
      ...fault,
      to: 'urn:f',
    });
    expect(faultMessage({ ...REQUEST, faultTo: NO_ADDRESS }, answer)).toBeUndefined();
    expect(faultMessage({ ...REQUEST, replyTo: NO_ADDRESS }, answer)).toBeUndefined();
  });

  test('answers a request without an id too, and has no address in streamed mode', () => {
    expect(faultMessage({}, answer, { mode: 'singletonUnsized' })).toEqual({ type: 'fault', ...answer });
  });
});
