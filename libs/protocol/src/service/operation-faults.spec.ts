import { expect, test } from '@jest/globals';
import { CAPTURED_DETAIL, CAPTURED_ECHO, dataElement, FAULT_ACTION, soapFault } from '../soap/index.ts';
import { faultOf } from './operation-faults.ts';

function operation(name: string) {
  const found = CAPTURED_ECHO.operations.find((candidate) => candidate.name === name);
  if (found === undefined) throw new Error(`no operation is called ${name}`);
  return found;
}

test('a FaultException without a detail travels under the action of any fault', () => {
  const failure = { type: 'fault', reason: 'boom' } as const;
  const expected = { action: FAULT_ACTION.soap, fault: soapFault('Sender', 'boom') };
  expect(faultOf(failure, { operation: operation('Typed'), tellsDetail: false })).toEqual(expected);
  expect(faultOf(failure, { operation: operation('OneWay'), tellsDetail: true })).toEqual(expected);
});

test('one with a detail travels under its own action where the operation declares it', () => {
  const value = { Code: 42, Text: 'x' };
  const failure = { type: 'fault', reason: 'typed reason', detail: CAPTURED_DETAIL, value } as const;
  const fault = soapFault('Sender', 'typed reason', { detail: [dataElement(CAPTURED_DETAIL, value)] });
  const typed = faultOf(failure, { operation: operation('Typed'), tellsDetail: false });
  expect(typed).toEqual({ action: 'urn:cw:echo/IEcho/TypedDetailFault', fault });
  const undeclared = faultOf(failure, { operation: operation('Echo'), tellsDetail: false });
  expect(undeclared).toEqual({ action: FAULT_ACTION.soap, fault });
});
