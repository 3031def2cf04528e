import { expect, test } from '@jest/globals';
import { assemble } from '../evidence/assemble.ts';
import { predict } from '../predict/predict.ts';
import { TARGET, withoutService } from '../testing/external.ts';
import { HISTORIES } from '../testing/histories.ts';
import { linesOf } from '../testing/history.ts';
import { judged } from '../testing/judged.ts';
import { SITUATIONS } from '../testing/scenarios.ts';
import type { Status } from '../verdict.ts';
import { accountOf } from './account.ts';
import { explain } from './explain.ts';

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

test('that it never opened the session is told, with what to look at', () => {
  const scenario = { ...SITUATIONS.idleThroughProxy, target: TARGET };
  const { claims } = predict(scenario);
  const open = claims.find(({ outcome }) => outcome.is === 'completes' && outcome.operation === 'open');
  if (open === undefined) throw new Error('an open is claimed');
  const told = (status: Status) => {
    const failed = { status: 'refuted', reason: 'It did not happen.' } as const;
    const verdicts = [{ status, claim: open, reason: 'so' }, failed];
    return explain({ ...judged('idleThroughProxy'), status: 'refuted', root: 1, verdicts }, scenario);
  };
  expect(told('refuted')).toContain('never opened the session: does it speak net.tcp there');
  expect(told('confirmed')).not.toContain('never opened');
});
