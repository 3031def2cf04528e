import { expect, test } from '@jest/globals';
import type { Verdict } from '@lapse/experiment';
import { type ScenarioOutcome, summarise, summaryText } from './summary.ts';
import { CONFIRMED, judgedExperiment, judgedScenario, RECEIVE_TIMEOUT, SCENARIO } from './testing/judged.ts';

const REFUTED: Verdict = { status: 'refuted', claim: RECEIVE_TIMEOUT, reason: 'it fired 300 ms late' };
const RUN = {
  folder: '/runs/1',
  conductor: 'temporal',
  injector: 'toxiproxy',
  allowInProcess: false,
  commit: 'c0ffee',
} as const;
const NO_PROOF: Verdict = { status: 'inconclusive', claim: RECEIVE_TIMEOUT, reason: 'injection 0 has no proof' };

function judged(...verdicts: readonly Verdict[]): ScenarioOutcome {
  return {
    is: 'judged',
    scenario: 'idle',
    id: 'idle-1',
    judged: judgedScenario(judgedExperiment(verdicts)),
    plan: SCENARIO,
  };
}

test('a confirmed scenario shows what was predicted, what was seen, and how near the next timer was', () => {
  const [row] = summarise([judged(CONFIRMED)], RUN).scenarios;
  expect(row).toMatchObject({
    predicted: 'service receive timeout at 4.100 s',
    observed: 'service receive timeout at 4.102 s',
    verdict: 'confirmed',
    marginMs: 1_900,
    evidence: ['/runs/1/idle-1'],
  });
});

test('a timeout is explained by the two numbers that mattered and the setting that would change it', () => {
  const [row] = summarise([judged(CONFIRMED)], RUN).scenarios;
  expect(row?.sentence).toMatch(/4\.000 s.*4\.102 s.*service\.receiveTimeoutMs/);
});

test.each([
  ['confirmed', [judged(CONFIRMED)], 0],
  ['refuted', [judged(NO_PROOF), judged(REFUTED), judged(CONFIRMED)], 1],
  ['inconclusive', [judged(CONFIRMED), judged(NO_PROOF)], 2],
] as const)('a run whose worst scenario is %s ends with its exit code', (status, outcomes, exitCode) => {
  expect(summarise(outcomes, RUN)).toMatchObject({ status, exitCode });
});

test('a part of ours that broke ends the run with 70, whatever the other scenarios say', () => {
  const broken: ScenarioOutcome = { is: 'broken', scenario: 'open', id: 'open-1', message: 'the host left no history' };
  const summary = summarise([judged(REFUTED), broken], RUN);
  expect(summary.exitCode).toBe(70);
  expect(summary.scenarios[1]).toMatchObject({ verdict: 'broken', observed: '-' });
  expect(summaryText(summary)).toContain('the host left no history');
});

test('the line that sums up counts the verdicts, and names what ended badly, unless all came to the same', () => {
  const named = (scenario: string, outcome: ScenarioOutcome): ScenarioOutcome => ({ ...outcome, scenario });
  const ofAll = (...outcomes: readonly ScenarioOutcome[]) =>
    summaryText(summarise(outcomes, RUN))
      .split('\n')
      .find((line) => /^\d+ scenarios?: /.test(line));
  const [one, two] = [named('one', judged(CONFIRMED)), named('two', judged(CONFIRMED))];
  const noisy = [named('noisy', judged(NO_PROOF)), named('noisier', judged(NO_PROOF))];
  const wrong = named('wrong', judged(REFUTED));
  const broken = { is: 'broken', scenario: 'torn', id: 'torn-1', message: 'the host left no history' } as const;
  const skipped = { is: 'skipped', scenario: 'late', id: 'late-1' } as const;
  expect(ofAll(one, two)).toBe('2 scenarios: confirmed');
  expect(ofAll(...noisy)).toBe('2 scenarios: inconclusive');
  expect(ofAll(one, two, ...noisy)).toBe('4 scenarios: inconclusive (2 confirmed, 2 inconclusive: noisy, noisier)');
  expect(ofAll(one, ...noisy, wrong, broken, skipped)).toBe(
    '6 scenarios: refuted (1 confirmed, 1 skipped, 1 refuted: wrong; 2 inconclusive: noisy, noisier; 1 broken: torn)',
  );
  expect(ofAll(one, one, wrong, wrong)).toBe('4 scenarios: refuted (2 confirmed, 2 refuted: wrong)');
});

test('what was not started after a trouble is told so, and changes nothing about how the run ends', () => {
  const skipped: ScenarioOutcome = { is: 'skipped', scenario: 'open', id: 'open-1' };
  const summary = summarise([judged(REFUTED), skipped], RUN);
  expect(summary).toMatchObject({ status: 'refuted', exitCode: 1, scenarios: [{}, { verdict: 'skipped' }] });
  expect(summaryText(summary)).toContain('open: It was not started: --fail-fast.');
  const rounds = summaryText(summarise([judged(REFUTED), judged(CONFIRMED), skipped, skipped], RUN));
  expect(rounds).toMatch(/^scenario +confirmed +refuted +inconclusive +broken +skipped$/m);
  expect(rounds).not.toContain('--fail-fast');
});

test('of two experiments the second decides, and both are named as evidence', () => {
  const first = judgedExperiment([{ ...NO_PROOF, reason: 'noise of 200 ms', byNoise: true }]);
  const second = { ...judgedExperiment([CONFIRMED]), folder: '/runs/1/idle-1-second' };
  const outcome: ScenarioOutcome = {
    is: 'judged',
    scenario: 'idle',
    id: 'idle-1',
    judged: judgedScenario(first, second),
    plan: SCENARIO,
  };
  const [row] = summarise([outcome], RUN).scenarios;
  expect(row).toMatchObject({ verdict: 'confirmed', evidence: ['/runs/1/idle-1', '/runs/1/idle-1-second'] });
  expect(row?.sentence).toContain('this is the second one');
});

test('what an invalid experiment would have refuted is said, too', () => {
  const [row] = summarise([judged({ ...NO_PROOF, suspected: 'it fired 300 ms late' })], RUN).scenarios;
  expect(row?.sentence).toContain('injection 0 has no proof');
  expect(row?.sentence).toContain('it fired 300 ms late');
});

test('a scenario refuted by something unpredicted explains that, not its root', () => {
  const unpredicted: Verdict = { status: 'refuted', reason: 'unpredicted reset of the client' };
  const [row] = summarise([judged(CONFIRMED, unpredicted)], RUN).scenarios;
  expect(row?.sentence).toContain('unpredicted reset of the client');
});

test('the text names conductor, injector and where the evidence lies, below a table in columns', () => {
  const text = summaryText(summarise([judged(CONFIRMED)], RUN));
  expect(text.split('\n').slice(0, 3)).toEqual([
    'scenario  predicted                           observed                            verdict    margin',
    '--------  ----------------------------------  ----------------------------------  ---------  -------',
    'idle      service receive timeout at 4.100 s  service receive timeout at 4.102 s  confirmed  1.900 s',
  ]);
  expect(text).toContain('conductor: temporal, injector: toxiproxy\nevidence: /runs/1');
});

test('lateness is that of every firing: none early, the percentiles, and the worst', () => {
  const experiment = { ...judgedExperiment([CONFIRMED]), lateness: [3, 0, 1, 26] };
  const outcome: ScenarioOutcome = {
    is: 'judged',
    scenario: 'idle',
    id: 'idle-1',
    judged: judgedScenario(experiment),
    plan: SCENARIO,
  };
  const summary = summarise([outcome], RUN);
  expect(summary.latenessMs).toEqual({ firings: 4, earliest: 0, p50: 1, p99: 26, latest: 26 });
  expect(summaryText(summary)).toContain('timers: 4 firings, none early, late by p50 1 ms, p99 26 ms, at most 26 ms');
});

test('a timer that fired early is told', () => {
  const experiment = { ...judgedExperiment([CONFIRMED]), lateness: [-2, 1] };
  const outcome: ScenarioOutcome = {
    is: 'judged',
    scenario: 'idle',
    id: 'idle-1',
    judged: judgedScenario(experiment),
    plan: SCENARIO,
  };
  expect(summaryText(summarise([outcome], RUN))).toContain('2 firings, one 2 ms early');
});

test('several rounds are counted, and only what was not confirmed is told in full', () => {
  const text = summaryText(summarise([judged(CONFIRMED), judged(CONFIRMED), judged(REFUTED)], RUN));
  expect(text.split('\n').slice(0, 3)).toEqual([
    'scenario  confirmed  refuted  inconclusive  broken',
    '--------  ---------  -------  ------------  ------',
    'idle      2          1        -             -',
  ]);
  expect(text).toContain('idle-1, refuted:');
  expect(text).not.toContain('idle-1, confirmed:');
});

test.each([
  ['confirmed', [judged(CONFIRMED)], 2],
  ['refuted', [judged(REFUTED)], 1],
  ['inconclusive', [judged(NO_PROOF)], 2],
] as const)('a run that Temporal did not conduct and that is %s never ends with 0', (status, outcomes, exitCode) => {
  const summary = summarise(outcomes, { ...RUN, conductor: 'inProcess' });
  expect(summary).toMatchObject({ status, exitCode, conductor: 'inProcess' });
  expect(summaryText(summary).includes('not conducted by Temporal')).toBe(status === 'confirmed');
});

test('a run that Temporal did not conduct may end with 0 where that is allowed', () => {
  const summary = summarise([judged(CONFIRMED)], { ...RUN, conductor: 'inProcess', allowInProcess: true });
  expect(summary).toMatchObject({ status: 'confirmed', exitCode: 0, conductor: 'inProcess' });
  expect(summary).not.toHaveProperty('note');
});
