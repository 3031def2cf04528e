import { explain, type JudgedScenario, type Scenario } from '@lapse/experiment';
import type { ReportedRun, ReportedScenario } from '@lapse/report';
import { EXIT, type ExitCode } from './endings.ts';
import { describeLateness, latenessOf } from './lateness.ts';
import { textTable } from './table.ts';
import { clientSees, lostInWords, scaleInWords } from './told.ts';
import { decidingExperiment, describeClaim, describeObserved, rootVerdict, seconds } from './words.ts';
import { wrapped } from './wrapped.ts';

/** What became of one scenario of a run. */
export type ScenarioOutcome = { readonly scenario: string; readonly id: string } & (
  | { readonly is: 'judged'; readonly judged: JudgedScenario; readonly plan: Scenario }
  /** One of our own parts broke. */
  | { readonly is: 'broken'; readonly message: string }
  /** It was not started, because another one was not confirmed before. */
  | { readonly is: 'skipped' }
);

/** A whole run, as it is printed, written to `run.json`, and put out by `--json`. */
export interface RunSummary extends ReportedRun {
  readonly exitCode: ExitCode;
}

export type ScenarioSummary = ReportedScenario;

/** Where and how a run took place. */
export interface RunConditions {
  readonly folder: string;
  readonly conductor: 'temporal' | 'inProcess';
  /** `none`: no scenario goes through a proxy. */
  readonly injector: 'toxiproxy' | 'none';
  /** What the mock service ran in; absent: a process. */
  readonly service?: 'container';
  /** A run in process may end with 0. */
  readonly allowInProcess: boolean;
  readonly commit: string;
  readonly seed?: string;
  /** Of scenarios, by id; absent: none is known. */
  readonly files?: ReadonlyMap<string, string>;
}

const NOT_BY_TEMPORAL =
  'The verdicts are confirmed, but they were not conducted by Temporal: no workflow history proves that the predictions are older than the faults. --allow-in-process accepts that.';

/**
 * A run's verdict is that of its worst scenario. Its exit code is the verdict's, unless one of our parts broke, or it was not
 * Temporal that conducted it.
 */
export function summarise(
  outcomes: readonly ScenarioOutcome[],
  { files, allowInProcess, ...labels }: RunConditions,
): RunSummary {
  const scenarios = outcomes.map(summariseScenario).map((row) => withFile(row, files?.get(row.id)));
  const verdicts = scenarios.map(({ verdict }) =>
    verdict === 'broken' || verdict === 'skipped' ? 'inconclusive' : verdict,
  );
  const worst = (['refuted', 'inconclusive'] as const).find((status) => verdicts.includes(status));
  const status = worst ?? 'confirmed';
  const latenessMs = latenessOf(outcomes.flatMap((outcome) => (outcome.is === 'judged' ? [outcome.judged] : [])));
  const unproven = status === 'confirmed' && labels.conductor === 'inProcess' && !allowInProcess;
  const verdictCode = unproven ? EXIT.inconclusive : EXIT[status];
  const exitCode = outcomes.some(({ is }) => is === 'broken') ? EXIT.ourBug : verdictCode;
  return {
    ...{ exitCode, status, ...labels, scenarios },
    ...(unproven && { note: NOT_BY_TEMPORAL }),
    ...(latenessMs && { latenessMs }),
  };
}

function withFile(row: ScenarioSummary, file: string | undefined): ScenarioSummary {
  return file === undefined ? row : { ...row, file };
}

/** The table, a sentence for each scenario, the labels, and where the evidence lies; fitted to the columns of a terminal. */
export function summaryText(summary: RunSummary, columns = Number.POSITIVE_INFINITY): string {
  const { scenarios, folder, status, conductor, injector, service, latenessMs, note } = summary;
  const lines = [
    ...(isRepeated(scenarios) ? roundsText(scenarios) : [scenariosText(scenarios, { columns })]),
    '',
    `${scenarios.length} ${scenarios.length === 1 ? 'scenario' : 'scenarios'}: ${status}${countsText(scenarios)}`,
    `conductor: ${conductor}, injector: ${injector}${service === undefined ? '' : `, service: ${service}`}`,
    ...(latenessMs ? [`timers: ${describeLateness(latenessMs)}`] : []),
    `evidence: ${folder}`,
    ...(note === undefined ? [] : [`exit code ${summary.exitCode}: ${note}`]),
  ];
  return wrapped(lines.join('\n'), columns);
}

const WELL = ['confirmed', 'skipped'] as const;
const BADLY = ['refuted', 'inconclusive', 'broken'] as const;

/** ` (62 confirmed, 1 refuted: open-refused)`: how many came to each verdict, and which ended badly; empty where all came to the same. */
export function countsText(rows: readonly Pick<ScenarioSummary, 'scenario' | 'verdict'>[]): string {
  if (new Set(rows.map(({ verdict }) => verdict)).size < 2) return '';
  const namesOf = (wanted: ScenarioSummary['verdict']) =>
    rows.flatMap(({ scenario, verdict }) => (verdict === wanted ? [scenario] : []));
  const countedOf = (verdicts: readonly ScenarioSummary['verdict'][]) =>
    verdicts.map((verdict) => ({ verdict, names: namesOf(verdict) })).filter(({ names }) => names.length > 0);
  const well = countedOf(WELL).map(({ verdict, names }) => `${names.length} ${verdict}`);
  const badly = countedOf(BADLY).map(
    ({ verdict, names }) => `${names.length} ${verdict}: ${[...new Set(names)].join(', ')}`,
  );
  return ` (${[...well, badly.join('; ')].filter((part) => part !== '').join(', ')})`;
}

/** The table and what is to say about each row, or, where the table is too wide, one block for each. */
export function scenariosText<Row extends ScenarioSummary>(
  rows: readonly Row[],
  { columns, more = () => [] }: { readonly columns: number; readonly more?: (row: Row) => readonly string[] },
): string {
  const table = tableOf(rows);
  const fits = table.split('\n').every((line) => line.length <= columns);
  const texts = rows.map((row) => [
    ...(fits ? [`${row.scenario}: ${row.sentence}`] : blockOf(row)),
    ...toldOf(row),
    ...more(row),
  ]);
  const head = fits ? [table, ...(rows.some(({ marginMs }) => marginMs === undefined) ? [MARGIN] : []), ''] : [];
  return wrapped([...head, texts.map((lines) => lines.join('\n')).join('\n\n')].join('\n'), columns);
}

const MARGIN = '(margin: to what would have been next; -: nothing would have)';

function blockOf({ scenario, verdict, predicted, observed, marginMs, sentence }: ScenarioSummary): readonly string[] {
  return [
    `${scenario}: ${verdict}`,
    `  predicted: ${predicted}`,
    `  observed: ${observed}`,
    ...(marginMs === undefined ? [] : [`  margin: ${seconds(marginMs)} to what would have been next`]),
    `  ${sentence}`,
  ];
}

function toldOf({ clientSees: sees, lost, argued, scaled }: ScenarioSummary): readonly string[] {
  return [
    ...(sees === undefined ? [] : [`  client sees: ${sees}`]),
    ...(lost === undefined ? [] : [`  lost: ${lost}`]),
    ...(argued === undefined ? [] : [`  argued, not seen: ${argued}`]),
    ...(scaled === undefined ? [] : [`  ${scaled}`]),
  ];
}

/** What was predicted, what was seen, and what follows from it. */
function tableOf(scenarios: readonly ScenarioSummary[]): string {
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
  const isSkipped = scenarios.some(({ verdict }) => verdict === 'skipped');
  const verdicts = ['confirmed', 'refuted', 'inconclusive', 'broken', ...(isSkipped ? ['skipped'] : [])];
  const rows = names.map((name) => [
    name,
    ...verdicts.map((verdict) => {
      const count = scenarios.filter((row) => row.scenario === name && row.verdict === verdict).length;
      return count === 0 ? '-' : String(count);
    }),
  ]);
  const others = scenarios.filter(({ verdict }) => verdict !== 'confirmed' && verdict !== 'skipped');
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
  if (outcome.is === 'skipped') return { ...unknown, verdict: 'skipped', sentence: 'It was not started: --fail-fast.' };
  const { judged, plan } = outcome;
  const root = rootVerdict(judged);
  const experiment = decidingExperiment(judged);
  return {
    ...unknown,
    about: plan.about,
    runForMs: plan.runFor,
    predicted: root?.claim ? describeClaim(root.claim) : '-',
    observed: (root && describeObserved(root)) ?? '-',
    verdict: judged.status,
    ...(root?.claim?.margin === undefined ? {} : { marginMs: root.claim.margin }),
    sentence: experiment ? `${secondNote(judged)}${explain(experiment, plan)}` : 'Nothing was judged.',
    ...details(judged, plan),
    evidence: judged.experiments.map(({ folder }) => folder),
    judged,
  };
}

function details(
  judged: JudgedScenario,
  plan: Scenario,
): Pick<ScenarioSummary, 'clientSees' | 'lost' | 'argued' | 'scaled'> {
  const sees = clientSees(judged, plan);
  const lost = lostInWords(rootVerdict(judged)?.claim?.losers ?? []);
  const scaled = scaleInWords(judged, plan);
  const argued = arguedInWords(judged);
  return {
    ...(sees !== undefined && { clientSees: sees }),
    ...(lost !== '' && { lost }),
    ...(argued !== '' && { argued }),
    ...(scaled !== undefined && { scaled }),
  };
}

function arguedInWords(judged: JudgedScenario): string {
  return (decidingExperiment(judged)?.argued ?? []).map(describeClaim).join('; ');
}

/** Another experiment is never silent. */
function secondNote({ experiments, lost = [] }: JudgedScenario): string {
  const [first] = lost;
  const others = lost.length === 1 ? 'An experiment was' : `${lost.length} experiments were`;
  const gone =
    first && `${others} lost with the station that ran it (${lost.map(({ station }) => station).join(', ')}). `;
  const noisy = experiments.length > 1 ? 'Noise made the first experiment inconclusive, this is the second one. ' : '';
  return `${gone ?? ''}${noisy}`;
}
