import { expect, test } from '@jest/globals';
import { InvalidOperation } from '../machine.ts';
import { dataContract } from './data-contract.ts';
import {
  CAPTURED_DETAIL,
  CAPTURED_ECHO,
  contract,
  oneWayOperation,
  operationFor,
  SESSION_TEST_SERVICE,
  TEST_SERVICE,
  twoWayOperation,
} from './index.ts';

const DETAIL = dataContract('CalcError', 'urn:data', { Code: 'int' });

/** wcf-wire 4.4 and checklist SOAP-11. */
test.each([
  ['http://tempuri.org/', 'http://tempuri.org/ICalc/Add', 'http://tempuri.org/ICalc/AddCalcErrorFault'],
  ['urn:ns', 'urn:ns/ICalc/Add', 'urn:ns/ICalc/AddCalcErrorFault'],
  ['', 'urn:ICalc/Add', 'urn:ICalc/AddCalcErrorFault'],
])('in the namespace %j an operation has the default actions', (namespace, action, faultAction) => {
  const operations = { Add: { returns: 'int', faults: [DETAIL] } } as const;
  const add = twoWayOperation(contract({ name: 'ICalc', namespace, operations }).operations, 'Add');
  expect([add.action, add.replyAction, add.faults[0]?.action]).toEqual([action, `${action}Response`, faultAction]);
});

test('what the contract overrides replaces the default', () => {
  const overridden = { action: 'urn:do', replyAction: 'urn:done' };
  const { operations } = contract({
    name: 'I',
    namespace: 'urn:n',
    operations: { A: overridden, B: { action: 'urn:b' } },
  });
  expect(twoWayOperation(operations, 'A')).toMatchObject(overridden);
  expect(twoWayOperation(operations, 'B').replyAction).toBe('urn:bResponse');
});

test('results stand in front of out parameters, and void has none', () => {
  const operations = { A: { returns: 'int', yields: { rest: 'string' } }, B: {} } as const;
  const built = contract({ name: 'I', namespace: 'urn:n', operations }).operations;
  expect(twoWayOperation(built, 'A').results).toEqual([
    { name: 'AResult', type: 'int' },
    { name: 'rest', type: 'string' },
  ]);
  expect(twoWayOperation(built, 'B').results).toEqual([]);
});

test('callbacks take the name of the contract of the service', () => {
  const described = {
    name: 'IDup',
    namespace: 'urn:n',
    operations: {},
    callbacks: { Tick: { oneWay: true } },
  } as const;
  expect(contract(described).callbacks.map(({ action }) => action)).toEqual(['urn:n/IDup/Tick']);
});

test('an operation begins no session or ends one only where the contract says so', () => {
  const marks = SESSION_TEST_SERVICE.operations.map(({ name, isInitiating, isTerminating }) => [
    name,
    isInitiating,
    isTerminating,
  ]);
  expect(marks).toEqual([
    ['Begin', true, false],
    ['Echo', false, false],
    ['Finish', false, true],
  ]);
});

test('an action finds its operation as it stands', () => {
  expect(operationFor('urn:cw:echo/IEcho/Echo', CAPTURED_ECHO.operations)?.name).toBe('Echo');
  expect(operationFor('urn:cw:echo/IEcho/echo', CAPTURED_ECHO.operations)).toBeUndefined();
});

test('the captured action of a declared fault is the default one', () => {
  const { faults } = twoWayOperation(CAPTURED_ECHO.operations, 'Typed');
  expect(faults).toEqual([{ action: 'urn:cw:echo/IEcho/TypedDetailFault', detail: CAPTURED_DETAIL }]);
});

test('who asks for an operation that is none of the kind is told', () => {
  const { operations } = TEST_SERVICE;
  expect(() => twoWayOperation(operations, 'OneWay')).toThrow(InvalidOperation);
  expect(() => twoWayOperation(operations, 'Nope')).toThrow(InvalidOperation);
  expect(() => oneWayOperation(operations, 'Echo')).toThrow(InvalidOperation);
  expect(() => oneWayOperation(operations, 'Nope')).toThrow(InvalidOperation);
});
