import { expect, test } from '@jest/globals';
import type { Claim, Verdict } from '@lapse/experiment';
import { type ScenarioOutcome, summarise, summaryText } from './summary.ts';
import { CONFIRMED, judgedExperiment, judgedScenario, RECEIVE_TIMEOUT, SCENARIO } from './testing/judged.ts';
import { clientSees, lostInWords, scaleInWords } from './told.ts';
import { wrapped } from './wrapped.ts';

const judged = (...verdicts: readonly Verdict[]) => judgedScenario(judgedExperiment(verdicts));
const CLIENT_ENDED: Claim = {
  ...RECEIVE_TIMEOUT,
  subject: { side: 'client', session: 1 },
  outcome: { is: 'endedByPeer', how: 'rst' },
};
const MESSAGE =
  'The open operation did not complete within the allotted timeout of 00:00:03. The time allotted to this is over.';
const SHOWN: Verdict = {
  ...{ status: 'confirmed', claim: CLIENT_ENDED, reason: 'It did' },
  observed: { what: 'reset', at: 4_103, shown: { exception: 'TimeoutException', message: MESSAGE } },
};

test('the client sees the exception that it was shown, by its name and the beginning of its message', () => {
  const seen = clientSees(judged(CONFIRMED, SHOWN), SCENARIO);
  expect(seen).toMatch(/^TimeoutException "The open operation did not complete .* \.\.\."$/);
});

test('a client that nobody reads for sees nothing until its next use; a dead one and a bare socket are told apart', () => {
  expect(clientSees(judged(CONFIRMED), SCENARIO)).toBe('nothing, until its next use');
  const killed = { ...SCENARIO, processFaults: [{ at: 1_000, side: 'client', how: 'kill' }] as const };
  expect(clientSees(judged(CONFIRMED), killed)).toBe('nothing, its process is dead');
  expect(clientSees(judged(CONFIRMED), { ...SCENARIO, client: { ...SCENARIO.client, raw: true } })).toBeUndefined();
  expect(clientSees(judged({ ...CONFIRMED, status: 'inconclusive' }), SCENARIO)).toBeUndefined();
});

test('of a callback that nobody answers the client sees nothing: the operation is told', () => {
  const { claim } = CONFIRMED;
  if (claim === undefined) throw new Error('no claim');
  const outcome = { is: 'fires', timer: 'send' } as const;
  const callback: Verdict = { ...CONFIRMED, claim: { ...claim, subject: { ...claim.subject, call: 1 }, outcome } };
  expect(clientSees(judged(callback), SCENARIO)).toBe('no exception: it is the operation of the service that is told');
  expect(lostInWords([{ side: 'service', timer: 'send', why: 'cancelledBy', by: 'replied' }])).toBe(
    'service send (cancelled by replied)',
  );
});

test('the timers that lost are told with their reasons, together where the reason is the same', () => {
  const side = 'service';
  expect(
    lostInWords([
      { side, timer: 'channelInitialization', why: 'preemptedBy', by: 'open', wouldFireAt: 5_000 },
      { side, timer: 'receive', why: 'notArmed' },
      { side, timer: 'poolIdle', why: 'notArmed' },
      { side: 'client', timer: 'open', why: 'cancelledBy', by: 'contentTypeRead' },
    ]),
  ).toBe(
    'service channel initialization (would have fired at 5.000 s); service receive, idle (never armed); client open (cancelled by content type read)',
  );
});

test('a scaled time says what it stands for, an unscaled one stands for itself', () => {
  expect(scaleInWords(judged(CONFIRMED), { ...SCENARIO, scale: 4_000 / 5_400_000 })).toMatch(
    /4\.000 s stands for 1 h 30 min$/,
  );
  expect(scaleInWords(judged(CONFIRMED), SCENARIO)).toBeUndefined();
});

test('on a narrow terminal each scenario is a block, and no line is wider than the terminal', () => {
  const outcome: ScenarioOutcome = {
    ...{ is: 'judged', scenario: 'idle', id: 'idle-1' },
    judged: judged(CONFIRMED),
    plan: SCENARIO,
  };
  const run = {
    folder: '/runs/1',
    conductor: 'temporal',
    injector: 'toxiproxy',
    allowInProcess: false,
    commit: 'c0ffee',
  } as const;
  const text = summaryText(summarise([outcome], run), 80);
  expect(text).toMatch(/^idle: confirmed\n {2}predicted: service receive timeout at 4\.100 s\n {2}observed: /);
  expect(text).toContain('\n  margin: 1.900 s');
  expect(Math.max(...text.split('\n').map(({ length }) => length))).toBeLessThanOrEqual(80);
});

test('lines are broken between words and go on further in; a long word stays whole', () => {
  expect(wrapped('  one two three\nfour', 9)).toBe('  one two\n    three\nfour');
  expect(wrapped('abcdefghijkl mn', 5)).toBe('abcdefghijkl\n  mn');
});
