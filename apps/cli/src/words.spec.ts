import { expect, test } from '@jest/globals';
import type { Claim } from '@lapse/experiment';
import { RECEIVE_TIMEOUT } from './testing/judged.ts';
import { describeClaim } from './words.ts';

const CLOSE: Claim = {
  ...RECEIVE_TIMEOUT,
  subject: { side: 'client', session: 1 },
  outcome: { is: 'completes', operation: 'close' },
};
const CALL: Claim = {
  ...CLOSE,
  subject: { side: 'client', session: 1, call: 4 },
  outcome: { is: 'completes', operation: 'call' },
};
const FAULTED = { exception: 'CommunicationObjectFaultedException', message: 'cannot be used' };

test('what is predicted to succeed completes, and so does what no caller waits for', () => {
  expect(describeClaim({ ...CALL, symptom: null })).toBe('client call 4 completes at 4.100 s');
  expect(describeClaim({ ...CLOSE, symptom: null })).toBe('client close completes at 4.100 s');
  expect(describeClaim(CLOSE)).toBe('client close completes at 4.100 s');
});

test('what is predicted to throw fails', () => {
  expect(describeClaim({ ...CALL, symptom: FAULTED })).toBe('client call 4 fails at 4.100 s');
  expect(describeClaim({ ...CLOSE, symptom: FAULTED })).toBe('client close fails at 4.100 s');
});

test('a timer is told with its call, a session that survives without an instant', () => {
  const timer: Claim = { ...CALL, outcome: { is: 'fires', timer: 'send' }, symptom: FAULTED };
  expect(describeClaim(timer)).toBe('client operation timeout of call 4 at 4.100 s');
  expect(describeClaim({ ...CLOSE, outcome: { is: 'survives' } })).toBe('client session survives');
});

test('what a service calls is a callback, and bounded by its send timeout', () => {
  const callback: Claim = { ...CALL, subject: { side: 'service', session: 1, call: 4 } };
  expect(describeClaim({ ...callback, symptom: FAULTED })).toBe('service callback of call 4 fails at 4.100 s');
  expect(describeClaim({ ...callback, outcome: { is: 'fires', timer: 'send' } })).toBe(
    'service send timeout of call 4 at 4.100 s',
  );
});
