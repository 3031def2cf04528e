import { judgeRecord } from '../judge/record.ts';
import { predict } from '../predict/predict.ts';
import type { Scenario } from '../scenario.ts';
import type { JudgedExperiment } from '../verdict.ts';
import { HISTORIES, type HistoryName } from './histories.ts';
import { linesOf, type Recorded } from './history.ts';
import { SITUATIONS } from './scenarios.ts';

/** Judges a history by the prediction of its scenario. */
export function judged(
  name: HistoryName,
  change: (records: readonly Recorded[]) => readonly Recorded[] = (records) => records,
): JudgedExperiment {
  return judgedLines(SITUATIONS[name], linesOf(change(HISTORIES[name]())));
}

export function judgedLines(scenario: Scenario, lines: readonly string[]): JudgedExperiment {
  return judgeRecord({
    request: { id: 'x', scenario, prediction: predict(scenario) },
    lines,
    folder: '/x',
    digest: 'd',
  });
}

/** The status of the claim that answers "which timeout". */
export function rootOf({ verdicts, root }: JudgedExperiment) {
  return verdicts[root];
}

/** Changes each record that `which` picks. */
export function changing(which: (record: Recorded) => boolean, change: (record: Recorded) => Recorded) {
  return (records: readonly Recorded[]): readonly Recorded[] =>
    records.map((record) => (which(record) ? change(record) : record));
}

export function dropping(which: (record: Recorded) => boolean) {
  return (records: readonly Recorded[]): readonly Recorded[] => records.filter((record) => !which(record));
}

export function adding(...more: readonly Recorded[]) {
  return (records: readonly Recorded[]): readonly Recorded[] => [...records, ...more];
}

/** A step in the life of a timer. */
export function timerRecord(what: string, timer: string) {
  return (record: Recorded): boolean => record.type === 'timer' && record.what === what && record.timer === timer;
}
