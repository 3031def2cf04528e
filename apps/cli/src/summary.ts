import { explain, type JudgedScenario, type Status } from '@lapse/experiment';
import { EXIT, type ExitCode } from './endings.ts';
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
  readonly conductor: 'temporal';
  readonly injector: 'toxiproxy';
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

/** A run's verdict is that of its worst scenario; one of our parts that broke overrules it by its exit code. */
export function summarise(outcomes: readonly ScenarioOutcome[], folder: string): RunSummary {
  const scenarios = outcomes.map(summariseScenario);
  const verdicts = scenarios.map(({ verdict }) => (verdict === 'broken' ? 'inconclusive' : verdict));
  const worst = (['refuted', 'inconclusive'] as const).find((status) => verdicts.includes(status));
  const status = worst ?? 'confirmed';
  const exitCode = outcomes.some(({ is }) => is === 'broken') ? EXIT.ourBug : EXIT[status];
  return { exitCode, status, folder, conductor: 'temporal', injector: 'toxiproxy', scenarios };
}

/** The table, a sentence for each scenario, the labels, and where the evidence lies. */
export function summaryText({ scenarios, folder, status, conductor, injector }: RunSummary): string {
  const heading = ['scenario', 'predicted', 'observed', 'verdict', 'margin'];
  const rows = scenarios.map((row) => [
    row.scenario,
    row.predicted,
    row.observed,
    row.verdict,
    row.marginMs === undefined ? '-' : seconds(row.marginMs),
  ]);
  return [
    textTable(heading, rows),
    '',
    ...scenarios.map(({ scenario, sentence }) => `${scenario}: ${sentence}`),
    '',
    `${scenarios.length} ${scenarios.length === 1 ? 'scenario' : 'scenarios'}: ${status}`,
    `conductor: ${conductor}, injector: ${injector}`,
    `evidence: ${folder}`,
  ].join('\n');
}

function summariseScenario(outcome: ScenarioOutcome): ScenarioSummary {
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
