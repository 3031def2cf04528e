import { expect, test } from '@jest/globals';
import { assemble } from '../evidence/assemble.ts';
import { TARGET, withoutService } from '../testing/external.ts';
import { HISTORIES } from '../testing/histories.ts';
import { linesOf } from '../testing/history.ts';
import { SITUATIONS } from '../testing/scenarios.ts';
import { accountOf } from './account.ts';

// What an account does not say of a service that keeps no record for us.

const of = (name: 'idleThroughProxy' | 'callTimesOut') =>
  accountOf(assemble(linesOf(withoutService(HISTORIES[name]()))), { ...SITUATIONS[name], target: TARGET }, 1);

test('why it ended a session is not said: no timer of it is on record', () => {
  expect(of('idleThroughProxy').root).toMatchObject({
    is: 'peer',
    side: 'service',
    words: 'The service ended the session; whether by a timer, its own record would show.',
  });
});

test('whether a call that timed out has taken effect is not said, nor what the service saw of its client', () => {
  const { effect, carrier } = of('callTimesOut');
  expect(effect).toBeUndefined();
  expect(carrier.words).toContain('what the service saw of that, its own record would show');
});
