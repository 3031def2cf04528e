import { describe, expect, test } from '@jest/globals';
import { printed } from '../encoding/testing/print.ts';
import { VECTORS as ENCODING_VECTORS } from '../encoding/testing/vectors.ts';
import { dataContract } from './data-contract.ts';
import {
  ANONYMOUS,
  actionNotSupported,
  arrayOf,
  contract,
  type DataRecord,
  DUPLEX_TEST_SERVICE,
  dataElement,
  FAULT_ACTION,
  type FaultAnswer,
  internalServiceFault,
  notUnderstood,
  type OutgoingMessage,
  oneWayOperation,
  replyBody,
  requestBody,
  soapFault,
  type TwoWayOperation,
  twoWayOperation,
  writeMessage,
} from './index.ts';

const VECTORS = ENCODING_VECTORS.messages.filter(({ name }) => !/^(?:rm|singleton)/.test(name));

const PERSON = dataContract('Person', 'http://tempuri.org/', { Name: 'string', Age: 'int', Tags: arrayOf('string') });
const CALC_ERROR = dataContract('CalcError', 'http://schemas.datacontract.org/2004/07/Calc', {
  Code: 'int',
  Message: 'string',
});

const CALC = contract({
  name: 'ICalc',
  namespace: 'http://tempuri.org/',
  operations: {
    Add: { takes: { a: 'int', b: 'int' }, returns: 'int', faults: [CALC_ERROR] },
    Echo: { takes: { s: 'string' }, returns: 'string' },
    Sum: { takes: { xs: arrayOf('int') }, returns: 'int' },
    Save: { takes: { p: PERSON } },
  },
});
const ONE_WAY = contract({
  name: 'IOneWayContract',
  namespace: 'http://tempuri.org/',
  operations: { Execute: { takes: { sendString: 'string' }, oneWay: true } },
});

const add = twoWayOperation(CALC.operations, 'Add');
const echo = twoWayOperation(CALC.operations, 'Echo');
const sum = twoWayOperation(CALC.operations, 'Sum');
const save = twoWayOperation(CALC.operations, 'Save');
const execute = oneWayOperation(ONE_WAY.operations, 'Execute');

const TO = 'net.tcp://localhost:8081/calc';

function id(last: number): string {
  return `urn:uuid:00112233-4455-6677-8899-aabbccddee0${last}`;
}

function request(operation: TwoWayOperation, values: DataRecord, last: number): OutgoingMessage {
  const { action } = operation;
  return { type: 'request', action, messageId: id(last), to: TO, body: requestBody(operation, values) };
}

function reply(operation: TwoWayOperation, values: DataRecord, last: number): OutgoingMessage {
  const { replyAction: action } = operation;
  return { type: 'reply', action, relatesTo: id(last), to: ANONYMOUS, body: replyBody(operation, values) };
}

function fault(answer: FaultAnswer, last: number): OutgoingMessage {
  return { type: 'fault', ...answer, relatesTo: id(last), to: ANONYMOUS };
}

function execution(sendString: string): OutgoingMessage {
  const to = 'net.tcp://SampleServer/SampleApp/';
  return { type: 'oneWay', action: execute.action, to, body: requestBody(execute, { sendString }) };
}

/** The vectors shorten the reasons. */
function because(reason: string, answer: FaultAnswer): FaultAnswer {
  return { ...answer, fault: { ...answer.fault, reason } };
}

const CALC_FAULT: FaultAnswer = {
  action: add.faults[0]?.action ?? '',
  fault: soapFault('Sender', 'bad', { detail: [dataElement(CALC_ERROR, { Code: 7, Message: 'bad' })] }),
};
const INTERNAL_ERROR = 'The server was unable to process the request due to an internal error.';

const MESSAGES: Readonly<Record<string, OutgoingMessage>> = {
  'nmf-fig15-oneway': execution('Test message1'),
  'nmf-fig16-oneway-second': execution('Test message2'),
  'add-request': request(add, { a: 2, b: 300 }, 1),
  'add-reply': reply(add, { AddResult: 302 }, 1),
  'add-request-2': request(add, { a: 2, b: 300 }, 2),
  'add-reply-2': reply(add, { AddResult: 302 }, 2),
  'null-string-primitive': request(echo, { s: null }, 3),
  'int-array-primitive': request(sum, { xs: [1, 2, 3] }, 4),
  'datacontract-param': request(save, { p: { Name: 'Ann', Age: 42, Tags: ['x', null] } }, 5),
  'datacontract-null-param': request(save, { p: null }, 6),
  'void-reply': reply(save, {}, 5),
  'declared-fault-reply': fault(CALC_FAULT, 7),
  'internal-service-fault': fault(because(INTERNAL_ERROR, internalServiceFault()), 8),
  'action-not-supported-fault': fault(because('no such action', actionNotSupported('http://tempuri.org/ICalc/No')), 9),
};

describe('envelopes are those of WCF', () => {
  test.each(VECTORS)('$name', ({ name, infoset }) => {
    const message = MESSAGES[name];
    expect(message === undefined ? name : printed(writeMessage(message))).toBe(infoset);
  });

  test('every envelope that is written here has a vector', () => {
    expect(Object.keys(MESSAGES).sort()).toEqual(VECTORS.map(({ name }) => name).sort());
  });
});

const ENVELOPE =
  '<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope" xmlns:a="http://www.w3.org/2005/08/addressing">';
const OPENED = `${ENVELOPE}<s:Header><a:Action s:mustUnderstand="1">`;

describe('a duplex session', () => {
  const ask = twoWayOperation(DUPLEX_TEST_SERVICE.callbacks, 'Ask');
  const tick = oneWayOperation(DUPLEX_TEST_SERVICE.callbacks, 'Tick');

  test('a one-way callback has an action and goes to the anonymous address', () => {
    const body = requestBody(tick, { n: 0 });
    expect(printed(writeMessage({ type: 'oneWay', action: tick.action, to: ANONYMOUS, body }))).toBe(
      `${OPENED}urn:lapse:test/IDuplexTestService/Tick</a:Action><a:To s:mustUnderstand="1">${ANONYMOUS}</a:To></s:Header><s:Body><Tick xmlns="urn:lapse:test"><n>0</n></Tick></s:Body></s:Envelope>`,
    );
  });

  test('a callback that wants a reply has an id and goes to the anonymous address', () => {
    const body = requestBody(ask, { q: 'color' });
    const message = { type: 'request', action: ask.action, messageId: id(1), to: ANONYMOUS, body } as const;
    expect(printed(writeMessage(message))).toBe(
      `${OPENED}urn:lapse:test/IDuplexTestService/Ask</a:Action><a:MessageID>${id(1)}</a:MessageID><a:ReplyTo><a:Address>${ANONYMOUS}</a:Address></a:ReplyTo><a:To s:mustUnderstand="1">${ANONYMOUS}</a:To></s:Header><s:Body><Ask xmlns="urn:lapse:test"><q>color</q></Ask></s:Body></s:Envelope>`,
    );
  });

  test('the reply to a callback goes to the address of the service', () => {
    const body = replyBody(ask, { AskResult: 'blue' });
    const message = { type: 'reply', action: ask.replyAction, relatesTo: id(1), to: TO, body } as const;
    expect(printed(writeMessage(message))).toBe(
      `${OPENED}urn:lapse:test/IDuplexTestService/AskResponse</a:Action><a:RelatesTo>${id(1)}</a:RelatesTo><a:To s:mustUnderstand="1">${TO}</a:To></s:Header><s:Body><AskResponse xmlns="urn:lapse:test"><AskResult>blue</AskResult></AskResponse></s:Body></s:Envelope>`,
    );
  });
});

test('a streamed reply has no address, and a message without a body an empty one', () => {
  expect(printed(writeMessage({ type: 'reply', action: 'urn:a', relatesTo: 'urn:id' }))).toBe(
    `${OPENED}urn:a</a:Action><a:RelatesTo>urn:id</a:RelatesTo></s:Header><s:Body></s:Body></s:Envelope>`,
  );
});

test('headers that nobody understood are named, each under the namespace that it came from', () => {
  const answer = notUnderstood([
    { namespace: 'urn:x', local: 'Strange' },
    { namespace: '', local: 'Bare' },
  ]);
  const written = printed(writeMessage({ type: 'fault', ...answer, relatesTo: id(1), to: ANONYMOUS }));
  expect(written).toContain(
    `${FAULT_ACTION.soap}</a:Action><s:NotUnderstood qname="b:Strange" xmlns:b="urn:x"></s:NotUnderstood><s:NotUnderstood qname="Bare"></s:NotUnderstood><a:RelatesTo>`,
  );
  expect(written).toContain('<s:Code><s:Value>s:MustUnderstand</s:Value></s:Code>');
});

test('the detail of an exception is told with all of its members, and the exception inside it', () => {
  const inner = { message: 'deep', exceptionType: 'System.Exception', helpLink: 'urn:help', stackTrace: 'at X' };
  const { fault: written } = internalServiceFault({
    message: 'boom',
    exceptionType: 'System.InvalidOperationException',
    inner,
  });
  expect(written.reason).toBe('boom');
  expect(written.detail.map((element) => printed(element))).toEqual([
    '<ExceptionDetail xmlns="http://schemas.datacontract.org/2004/07/System.ServiceModel" xmlns:i="http://www.w3.org/2001/XMLSchema-instance"><HelpLink i:nil="true"></HelpLink><InnerException><HelpLink>urn:help</HelpLink><InnerException i:nil="true"></InnerException><Message>deep</Message><StackTrace>at X</StackTrace><Type>System.Exception</Type></InnerException><Message>boom</Message><StackTrace i:nil="true"></StackTrace><Type>System.InvalidOperationException</Type></ExceptionDetail>',
  ]);
});
