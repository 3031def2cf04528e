import { explain, type JudgedScenario, type Status } from '@lapse/experiment';
import { EXIT, type ExitCode } from './endings.ts';
import { describeLateness, type Lateness, latenessOf } from './lateness.ts';
import { textTable } from './table.ts';
import { decidingExperiment, describeClaim, describeObserved, rootVerdict, seconds } from './words.ts';

/** What became of one scenario of a run. */
export type ScenarioOutcome = { readonly scenario: string; readonly id: string } & (
  | { readonly is: 'judged'; readonly judged: JudgedScenario }
  /** One of our own parts broke. */
  | { readonly is: 'broken'; readonly message: string }
);

/** A whole run, as it is printed, written to `run.json`, and put out by `--json`. */
export interface RunSummary {
  readonly exitCode: ExitCode;
  readonly status: Status;
  readonly folder: string;
  readonly conductor: RunConditions['conductor'];
  readonly injector: 'toxiproxy';
  /** With the commit, what the order of the scenarios comes from; absent: they ran in their own order. */
  readonly seed?: string;
  readonly commit: string;
  /** Why the exit code is not that of the verdicts. */
  readonly note?: string;
  /** Of our own timers; absent where none fired. */
  readonly latenessMs?: Lateness;
  readonly scenarios: readonly ScenarioSummary[];
}

export interface ScenarioSummary {
  readonly scenario: string;
  readonly id: string;
  readonly predicted: string;
  readonly observed: string;
  readonly verdict: Status | 'broken';
  /** Milliseconds to the timer that would have been next. */
  readonly marginMs?: number;
  readonly sentence: string;
  /** Folders of its experiments, the one that decides last. */
  readonly evidence: readonly string[];
  readonly judged?: JudgedScenario;
}

/** Where and how a run took place. */
export interface RunConditions {
  readonly folder: string;
  readonly conductor: 'temporal' | 'inProcess';
  /** A run in process may end with 0. */
  readonly allowInProcess: boolean;
  readonly commit: string;
  readonly seed?: string;
}

const NOT_BY_TEMPORAL =
  'The verdicts are confirmed, but they were not conducted by Temporal: no workflow history proves that the predictions are older than the faults. --allow-in-process accepts that.';

/**
 * A run's verdict is that of its worst scenario. Its exit code is the verdict's, unless one of our parts broke, or it was not
 * Temporal that conducted it.
 */
export function summarise(outcomes: readonly ScenarioOutcome[], conditions: RunConditions): RunSummary {
  const scenarios = outcomes.map(summariseScenario);
  const verdicts = scenarios.map(({ verdict }) => (verdict === 'broken' ? 'inconclusive' : verdict));
  const worst = (['refuted', 'inconclusive'] as const).find((status) => verdicts.includes(status));
  const status = worst ?? 'confirmed';
  const latenessMs = latenessOf(outcomes.flatMap((outcome) => (outcome.is === 'judged' ? [outcome.judged] : [])));
  const { allowInProcess, ...labels } = conditions;
  const unproven = status === 'confirmed' && labels.conductor === 'inProcess' && !allowInProcess;
  const verdictCode = unproven ? EXIT.inconclusive : EXIT[status];
  const exitCode = outcomes.some(({ is }) => is === 'broken') ? EXIT.ourBug : verdictCode;
  return {
    ...{ exitCode, status, ...labels, injector: 'toxiproxy', scenarios },
    ...(unproven && { note: NOT_BY_TEMPORAL }),
    ...(latenessMs && { latenessMs }),
  };
}

/** The table, a sentence for each scenario, the labels, and where the evidence lies. */
export function summaryText(summary: RunSummary): string {
  const { scenarios, folder, status, conductor, injector, latenessMs, note } = summary;
  return [
    ...(isRepeated(scenarios) ? roundsText(scenarios) : onceText(scenarios)),
    '',
    `${scenarios.length} ${scenarios.length === 1 ? 'scenario' : 'scenarios'}: ${status}`,
    `conductor: ${conductor}, injector: ${injector}`,
    ...(latenessMs ? [`timers: ${describeLateness(latenessMs)}`] : []),
    `evidence: ${folder}`,
    ...(note === undefined ? [] : [`exit code ${summary.exitCode}: ${note}`]),
  ].join('\n');
}

function onceText(scenarios: readonly ScenarioSummary[]): readonly string[] {
  return [tableOf(scenarios), '', ...scenarios.map(({ scenario, sentence }) => `${scenario}: ${sentence}`)];
}

/** What was predicted, what was seen, and what follows from it. */
export function tableOf(scenarios: readonly ScenarioSummary[]): string {
  const rows = scenarios.map((row) => [
    row.scenario,
    row.predicted,
    row.observed,
    row.verdict,
    row.marginMs === undefined ? '-' : seconds(row.marginMs),
  ]);
  return textTable(['scenario', 'predicted', 'observed', 'verdict', 'margin'], rows);
}

function isRepeated(scenarios: readonly ScenarioSummary[]): boolean {
  return new Set(scenarios.map(({ scenario }) => scenario)).size < scenarios.length;
}

/** Of several rounds, how often each scenario came to each verdict, and in full only what was not confirmed. */
function roundsText(scenarios: readonly ScenarioSummary[]): readonly string[] {
  const names = [...new Set(scenarios.map(({ scenario }) => scenario))];
  const verdicts = ['confirmed', 'refuted', 'inconclusive', 'broken'] as const;
  const rows = names.map((name) => [
    name,
    ...verdicts.map((verdict) => {
      const count = scenarios.filter((row) => row.scenario === name && row.verdict === verdict).length;
      return count === 0 ? '-' : String(count);
    }),
  ]);
  const others = scenarios.filter(({ verdict }) => verdict !== 'confirmed');
  return [
    textTable(['scenario', ...verdicts], rows),
    ...others.flatMap(({ id, verdict, sentence }) => ['', `${id}, ${verdict}: ${sentence}`]),
  ];
}

/** One scenario's row. */
export function summariseScenario(outcome: ScenarioOutcome): ScenarioSummary {
  const { scenario, id } = outcome;
  const unknown = { scenario, id, predicted: '-', observed: '-', evidence: [] };
  if (outcome.is === 'broken')
    return { ...unknown, verdict: 'broken', sentence: `A part of Lapse broke: ${outcome.message}` };
  const { judged } = outcome;
  const root = rootVerdict(judged);
  const experiment = decidingExperiment(judged);
  return {
    ...unknown,
    predicted: root?.claim ? describeClaim(root.claim) : '-',
    observed: (root && describeObserved(root)) ?? '-',
    verdict: judged.status,
    ...(root?.claim?.margin === undefined ? {} : { marginMs: root.claim.margin }),
    sentence: experiment ? `${secondNote(judged)}${explain(experiment)}` : 'Nothing was judged.',
    evidence: judged.experiments.map(({ folder }) => folder),
    judged,
  };
}

/** A second experiment is never silent. */
function secondNote({ experiments }: JudgedScenario): string {
  return experiments.length > 1 ? 'Noise made the first experiment inconclusive, this is the second one. ' : '';
}
