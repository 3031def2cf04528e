import { describe, expect, test } from '@jest/globals';
import type { Claim, Loser, Outcome } from '../claims.ts';
import { assemble } from '../evidence/assemble.ts';
import { entriesOf } from '../evidence/evidence.ts';
import { HISTORIES } from '../testing/histories.ts';
import { linesOf, type Recorded } from '../testing/history.ts';
import { adding } from '../testing/judged.ts';
import { contradictedLoser } from './losers.ts';
import { eventOf } from './observed.ts';

const evidenceWith = (...more: readonly Recorded[]) => assemble(linesOf(adding(...more)(HISTORIES.idleDirect())));
const receive = (what: 'armed' | 'rearmed' | 'cancelled', by: string): Recorded => ({
  source: 'service',
  side: 'service',
  connection: 2,
  at: 1_000,
  type: 'timer',
  what,
  timer: 'receive',
  since: 1_000,
  due: 5_000,
  by,
});

function claim(outcome: Outcome, losers: readonly Loser[] = []): Claim {
  return {
    subject: { side: 'service', session: 1 },
    outcome,
    at: 4_000,
    within: { earliest: 3_995, latest: 4_100 },
    because: 'x',
    losers,
  };
}

describe('a loser that was reset', () => {
  const reset = claim({ is: 'survives' }, [{ side: 'service', timer: 'receive', why: 'resetBy', by: 'request' }]);
  const winner = { at: 4_000, due: 4_000 };

  test('by what was said is not contradicted', () => {
    expect(contradictedLoser(reset, winner, evidenceWith(receive('rearmed', 'request')))).toBeUndefined();
  });

  test.each([
    ['something else', receive('rearmed', 'callback')],
    ['it, but cancelled', receive('cancelled', 'request')],
  ])('by %s is contradicted', (_, record) => {
    expect(contradictedLoser(reset, winner, evidenceWith(record))).toBe(
      "The service's receive timer was said to be reset by request, but it was never re-armed so.",
    );
  });
});

test.each(['notArmed', 'disabled', 'deadSetting'] as const)('a loser that was %s must not be armed', (why) => {
  const said = claim({ is: 'survives' }, [{ side: 'service', timer: 'receive', why }]);
  expect(contradictedLoser(said, { at: 4_000, due: 4_000 }, evidenceWith())).toContain('it was armed at 101');
  expect(contradictedLoser(said, { at: 100, due: 100 }, evidenceWith())).toBeUndefined();
});

describe('a message over a quota', () => {
  const ended = (why: Extract<Recorded, { type: 'sessionEnded' }>['why']): Recorded => ({
    source: 'service',
    side: 'service',
    connection: 2,
    at: 2_000,
    type: 'sessionEnded',
    why,
  });
  const rejected = claim({ is: 'rejected', quota: 'maxViaSize' });

  test.each([
    [{ code: 'quotaExceeded', quota: 'maxViaSize', limit: 2_048 } as const, true],
    [{ code: 'quotaExceeded', quota: 'maxReceivedMessageSize', limit: 65_536 } as const, false],
    [{ code: 'connectionReset' } as const, false],
  ])('%j', (why, answers) => {
    expect(eventOf(rejected, evidenceWith(ended(why))) !== undefined).toBe(answers);
  });
});

test('a survivor has no event that answers it', () => {
  expect(eventOf(claim({ is: 'survives' }), evidenceWith())).toBeUndefined();
  expect(entriesOf(evidenceWith(), { side: 'service', session: 1 }).length).toBeGreaterThan(5);
});
