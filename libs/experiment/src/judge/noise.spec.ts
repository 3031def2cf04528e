import { describe, expect, test } from '@jest/globals';
import type { Claim } from '../claims.ts';
import type { Entry, Evidence } from '../evidence/evidence.ts';
import { judgeClaim } from './claim.ts';
import { contradictedLoser } from './losers.ts';
import { noiseAround } from './noise.ts';
import { invalidReasons } from './validity.ts';

const evidenceOf = (...entries: readonly Entry[]): Evidence => ({ entries, canaries: [], problems: [] });
const delay = (at: number, ms: number): Entry => ({
  ...{ source: 'host', seq: 0, at, type: 'noise', what: 'loopDelay', ms },
});

describe('a delay is noise of an instant', () => {
  test.each([
    ['recorded 250 ms before it', 750, 10, 10],
    ['recorded 251 ms before it', 749, 10, 0],
    ['that began 250 ms after it', 1_260, 10, 10],
    ['that began 251 ms after it', 1_261, 10, 0],
    ['that lasted over it', 2_000, 1_500, 1_500],
  ])('%s', (_, at, ms, noise) => {
    expect(noiseAround(1_000, evidenceOf(delay(at, ms)))).toBe(noise);
  });
});

describe('the time that an engine took for a signal is noise of an instant', () => {
  const killed = (before: number, after: number): Entry => ({
    ...{ source: 'host', seq: 0, at: after, type: 'signalled', fault: 0, signal: 'SIGKILL', before, after },
  });

  test.each([
    ['that it ended 250 ms before', 690, 750, 60],
    ['that it ended 251 ms before', 689, 749, 0],
    ['that it began 250 ms after', 1_250, 1_310, 60],
    ['that it began 251 ms after', 1_251, 1_311, 0],
  ])('%s', (_, before, after, noise) => {
    expect(noiseAround(1_000, evidenceOf(killed(before, after)))).toBe(noise);
  });
});

const CLAIM: Claim = {
  subject: { side: 'client', session: 1 },
  outcome: { is: 'fires', timer: 'open' },
  at: 1_000,
  within: { earliest: 995, latest: 1_100 },
  because: 'open-timeout',
  losers: [],
};

test('what a history that ends early does not show speaks against nothing', () => {
  const at = (until: number) => judgeClaim(CLAIM, { ...evidenceOf(), until }).status;
  expect([at(1_099), at(1_100)]).toEqual(['inconclusive', 'refuted']);
});

describe('a loser that is said to be pre-empted, or held up', () => {
  const armed = (due: number): Entry => ({
    ...{ source: 'service', seq: 0, side: 'service', session: 1, connection: 1, at: 10, type: 'timer' },
    ...{ what: 'armed', timer: 'receive', since: 10, due, by: 'channelAccepted' },
  });
  const contradiction = (why: 'preemptedBy' | 'notRunning', due: number) =>
    contradictedLoser(
      { ...CLAIM, losers: [{ side: 'service', timer: 'receive', why, by: 'open' }] },
      { at: 1_000, due: 1_000 },
      evidenceOf(armed(due)),
    );

  test('was due after the winner, or was not pre-empted', () => {
    expect(contradiction('preemptedBy', 1_001)).toBeUndefined();
    expect(contradiction('preemptedBy', 1_000)).toContain('it was due at 1000, not after the winner');
  });

  test('was due before the winner, or was not held up', () => {
    expect(contradiction('notRunning', 1_000)).toBeUndefined();
    expect(contradiction('notRunning', 1_001)).toContain('it was due at 1001, after the winner');
  });
});

test('what was read back decides, whatever its proof says', () => {
  const readBack = (same: boolean): Entry => ({
    ...{ source: 'host', seq: 0, at: 10, type: 'readBack', injection: 0, same, found: 'rate is 1' },
  });
  expect(invalidReasons(evidenceOf(readBack(true)), [])).toEqual([]);
  expect(invalidReasons(evidenceOf(readBack(false)), [])).toEqual([
    'The injector holds something else than was asked for: rate is 1.',
  ]);
});
