import { describe, expect, test } from '@jest/globals';
import './index.ts';
import { type Outcome, Unproven } from './outcome.ts';
import { account, KILLED, NOTHING, outcomeOf, RECEIVE, SECOND_CALL, UNKNOWN } from './testing/outcomes.ts';

const idle = outcomeOf([RECEIVE]);
const quiet = outcomeOf([NOTHING]);
const refuted = outcomeOf([RECEIVE], { verdict: 'refuted', sentence: 'It happened 400 ms outside its window.' });

function complaint(work: () => unknown): string {
  try {
    work();
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
  throw new Error('it did not complain');
}

/** Outcomes that decide nothing, and what is said of each. */
const UNDECIDED: readonly (readonly [string, Outcome, string])[] = [
  [
    'inconclusive',
    outcomeOf([RECEIVE], { verdict: 'inconclusive', sentence: 'No proof of the toxic.' }),
    'No proof of',
  ],
  ['inconclusive, with nothing ended', outcomeOf([NOTHING], { verdict: 'inconclusive' }), 'so it proves nothing'],
  ['broken', outcomeOf([], { verdict: 'broken', sentence: 'A part of Lapse broke: no host.' }), 'There is no verdict.'],
  ['skipped', outcomeOf([], { verdict: 'skipped', sentence: 'It was not started.' }), 'It was not started.'],
];

describe('an outcome that decides nothing', () => {
  test.each(UNDECIDED)('%s fails every matcher and its opposite, with the reason', (_, outcome, words) => {
    for (const ask of [
      () => expect(outcome).toBeConfirmed(),
      () => expect(outcome).not.toBeConfirmed(),
      () => expect(outcome).toSurvive(),
      () => expect(outcome).not.toSurvive(),
      () => expect(outcome).toFaultBy('receive'),
      () => expect(outcome).not.toFaultBy('receive'),
    ]) {
      expect(ask).toThrow(Unproven);
      expect(ask).toThrow(words);
    }
  });

  test.each([
    ['no session is on record', outcomeOf([]), 'nothing was opened'],
    ['the record of a session is not whole', outcomeOf([NOTHING, UNKNOWN]), 'Of session 2: The record does not say'],
    ['the accounts are not there', { ...idle, accounts: undefined }, 'No session is on record'],
    ['the service is none of ours', against('external'), 'what its side did is not on record'],
  ])('what is asked of the sessions is not answered where %s', (_, outcome, words) => {
    expect(() => expect(outcome).toSurvive()).toThrow(words);
    expect(() => expect(outcome).not.toSurvive()).toThrow(words);
    expect(() => expect(outcome).toFaultBy('receive')).toThrow(words);
    expect(() => expect(outcome).not.toFaultBy('receive')).toThrow(words);
    expect(outcome).toBeConfirmed();
  });
});

/** An idle session that ended, with a service of that kind. */
function against(service: 'external' | 'process'): Outcome {
  const labels = {
    conductor: 'temporal',
    injector: 'none',
    service,
    fidelity: 'direct',
    versions: {},
    commit: '0',
  } as const;
  const experiment = {
    id: 'idle-1',
    scenario: 'idle',
    status: 'confirmed',
    root: 0,
    verdicts: [],
    proofs: [],
  } as const;
  const experiments = [{ ...experiment, labels, lateness: [], folder: 'runs/1/idle-1', digest: '0' }];
  return outcomeOf([RECEIVE], { judged: { scenario: 'idle', status: 'confirmed', experiments } });
}

describe('toBeConfirmed', () => {
  test('holds where what was predicted is what was measured', () => {
    expect(idle).toBeConfirmed();
    expect(against('process')).toBeConfirmed();
    expect(complaint(() => expect(idle).not.toBeConfirmed())).toContain('It is confirmed.');
  });

  test('does not hold where it was refuted, whose reason is told', () => {
    expect(refuted).not.toBeConfirmed();
    expect(complaint(() => expect(refuted).toBeConfirmed())).toContain('It happened 400 ms outside its window.');
  });
});

describe('toSurvive', () => {
  test('holds where nothing ended a session against the will of its client', () => {
    expect(quiet).toSurvive();
    expect(complaint(() => expect(quiet).not.toSurvive())).toContain('Session 1 lasted as long as its client wanted.');
    const both = outcomeOf([NOTHING, NOTHING]);
    expect(complaint(() => expect(both).not.toSurvive())).toContain('Each session lasted');
  });

  test('does not hold where one of several sessions was ended, and tells of the first to end', () => {
    const outcome = outcomeOf([NOTHING, RECEIVE, KILLED]);
    expect(outcome).not.toSurvive();
    expect(complaint(() => expect(outcome).toSurvive())).toContain('Session 3 did not survive: ');
    expect(complaint(() => expect(outcome).toSurvive())).toContain(' at 2.000 s.');
  });

  test('holds where a call failed and left its session alone', () => {
    expect(outcomeOf([SECOND_CALL])).toSurvive();
  });

  test('may be asked of one session, which has to be on record', () => {
    const outcome = outcomeOf([NOTHING, RECEIVE]);
    expect(outcome).toSurvive({ session: 1 });
    expect(outcome).not.toSurvive({ session: 2 });
    expect(() => expect(outcome).not.toSurvive({ session: 3 })).toThrow(
      'Session 3 is not on record. Those that are: 1, 2.',
    );
  });

  test('is asked of what was observed, whatever was predicted', () => {
    expect(outcomeOf([NOTHING], { verdict: 'refuted' })).toSurvive();
    expect(refuted).not.toSurvive();
  });
});

describe('toFaultBy', () => {
  test('holds for the timer that ended the session, by what was observed', () => {
    expect(idle).toFaultBy('receive');
    expect(refuted).toFaultBy('receive', { side: 'service' });
    expect(complaint(() => expect(idle).not.toFaultBy('receive'))).toContain('It was that timer: The receive timeout');
  });

  test.each([
    [idle, 'open', {}, 'It was the receive timer, not the open timer. The receive timeout of the service fired'],
    [idle, 'receive', { side: 'client' }, 'It was the timer of the service, not of the client.'],
    [idle, 'receive', { call: 1 }, 'It was of no call, not of call 1.'],
    [outcomeOf([SECOND_CALL]), 'send', { call: 1 }, 'It was of call 2, not of call 1.'],
    [idle, 'receive', { within: [3_000, 3_200] }, 'It was not within 3.000 s to 3.200 s.'],
    [idle, 'receive', { within: [3_206, 3_300] }, 'It was not within 3.206 s to 3.300 s.'],
    [idle, 'receive', { at: 3_000 }, 'It was not within 2.995 s to 3.130 s.'],
    [outcomeOf([KILLED]), 'receive', {}, 'It was no timer. The process of the service was killed'],
    [quiet, 'receive', {}, 'Nothing ended it: no timer fired.'],
  ] as const)('does not hold, and says what it was instead (%#)', (outcome, timer, claim, words) => {
    expect(outcome).not.toFaultBy(timer, claim);
    expect(complaint(() => expect(outcome).toFaultBy(timer, claim))).toContain(words);
  });

  test('takes the bounds of its window in', () => {
    expect(idle).toFaultBy('receive', { within: [3_205, 3_205] });
    expect(idle).toFaultBy('receive', { at: 3_210 });
    expect(idle).toFaultBy('receive', { at: 3_075 });
    expect(idle).not.toFaultBy('receive', { at: 3_211 });
    expect(idle).not.toFaultBy('receive', { at: 3_074 });
  });

  test('holds for a timer of one call, by its number', () => {
    expect(outcomeOf([SECOND_CALL])).toFaultBy('send', { side: 'client', call: 2, at: 2_000 });
  });

  test('is about the session that was ended first, unless one is named', () => {
    const outcome = outcomeOf([RECEIVE, NOTHING, SECOND_CALL]);
    expect(outcome).toFaultBy('send');
    expect(outcome).toFaultBy('receive', { session: 1 });
    expect(outcome).not.toFaultBy('receive', { session: 2 });
    expect(() => expect(outcome).not.toFaultBy('receive', { session: 4 })).toThrow('Session 4 is not on record.');
  });

  test.each([
    ['recieve', {}, 'There is no timer "recieve". There are: open, close, send, receive, '],
    ['toString', {}, 'There is no timer "toString".'],
    ['receive', { side: 'server' }, 'A side is client or service, not "server".'],
    ['receive', { call: 0 }, 'Calls are counted from 1; 0 is none.'],
    ['receive', { at: 1, within: [1, 2] }, 'at and within say the same'],
    ['receive', { at: Number.NaN }, 'at is an instant in milliseconds, not NaN.'],
    ['receive', { within: [2, 1] }, 'within is [earliest, latest] in milliseconds, not [2,1].'],
  ])('a claim that could never hold is refused, also under not (%#)', (timer, claim, words) => {
    const untyped: { toFaultBy(timer: string, claim: object): void } = expect(idle).not;
    expect(() => untyped.toFaultBy(timer, claim)).toThrow(words);
  });
});

describe('what is no outcome', () => {
  test.each([
    [
      Promise.resolve(idle),
      'toSurvive is asked of what environment.run() resolves with; this is a promise: await it first.',
    ],
    [undefined, 'this is of type undefined.'],
    [null, 'this is null.'],
    [{ verdict: 'confirmed' }, 'this is of type object.'],
  ])('is refused, also under not (%#)', (received, words) => {
    expect(() => expect(received).toSurvive()).toThrow(words);
    expect(() => expect(received).not.toSurvive()).toThrow(words);
  });

  test('a name that is no timer, and a claim that is none, do not compile', () => {
    // @ts-expect-error: a slip of the pen
    expect(() => expect(idle).toFaultBy('recieve')).toThrow();
    // @ts-expect-error: sides are client and service
    expect(() => expect(idle).toFaultBy('receive', { side: 'server' })).toThrow();
  });
});

test('a failure says what was predicted, observed and why, what to change, and where the evidence lies', () => {
  const outcome = outcomeOf([RECEIVE, SECOND_CALL, NOTHING], { clientSees: 'nothing, until its next use' });
  expect(complaint(() => expect(outcome).toFaultBy('receive', { side: 'service' }))).toBe(
    `expect(outcome).toFaultBy("receive", {"side":"service"})

It was the send timer, not the receive timer. The operation timeout of the client fired at 2.001 s.

  scenario     idle: An idle session is ended.
  predicted    service receive timeout at 3.200 s
  observed     session 1: ${RECEIVE.words} session 2: ${SECOND_CALL.words} session 3: ${NOTHING.words}
  verdict      confirmed
  reason       The service waited for the next request on an idle session, and gave up.
  client sees  nothing, until its next use
  to change    Change what made it (receive). Change what made it (send).
  evidence     runs/1/idle-1
  explained by npm run lapse -- explain runs/1/idle-1`,
  );
});

test('a failure of an outcome without a record says what is known, under not as well', () => {
  const { about: _, ...outcome } = outcomeOf([], { evidence: [] });
  expect(complaint(() => expect({ ...outcome, accounts: [] }).not.toBeConfirmed())).toBe(
    `expect(outcome).not.toBeConfirmed()

It is confirmed.

  scenario     idle
  predicted    service receive timeout at 3.200 s
  observed     service receive timeout at 3.205 s
  verdict      confirmed
  reason       The service waited for the next request on an idle session, and gave up.`,
  );
  expect(account(NOTHING).end).toBeUndefined();
});

test('the matchers serve the global expect as well', () => {
  const { expect: everywhere } = globalThis as unknown as { readonly expect: typeof expect };
  everywhere(idle).toFaultBy('receive');
  expect(() => everywhere(idle).toSurvive()).toThrow('did not survive');
});
