import { type JudgedExperiment, placeOf, type Status } from '@lapse/experiment';
import { EXIT, type ExitCode } from './endings.ts';
import type { Drift, JudgedRecord } from './judging.ts';
import { countsText, type ScenarioSummary, scenariosText, summariseScenario } from './summary.ts';

/** What `lapse judge` says as a document. */
export interface RecordsSummary {
  readonly exitCode: ExitCode;
  readonly status: Status;
  readonly records: readonly RecordSummary[];
}

/** A scenario's experiment, or two where noise made the first inconclusive. */
export interface RecordSummary extends Omit<ScenarioSummary, 'verdict'> {
  readonly verdict: Status;
  /** Under which conditions the evidence was taken, if it says so. */
  readonly labels?: NonNullable<JudgedExperiment['labels']>;
  readonly today?: Drift;
}

/** The records' verdict is that of the worst one. */
export function summariseRecords(
  records: readonly JudgedRecord[],
  columns: number,
): {
  readonly text: string;
  readonly document: RecordsSummary;
} {
  const rows = recordRows(records);
  const worst = (['refuted', 'inconclusive'] as const).find((status) => rows.some(({ verdict }) => verdict === status));
  const status = worst ?? 'confirmed';
  return { text: textOf(rows, status, columns), document: { exitCode: EXIT[status], status, records: rows } };
}

/** A row for each scenario of some records, a second experiment with its first one. */
export function recordRows(records: readonly JudgedRecord[]): readonly RecordSummary[] {
  return inScenarios(records).map(recordSummary);
}

function textOf(rows: readonly RecordSummary[], status: Status, columns: number): string {
  return [
    scenariosText(rows, { columns, more: moreText }),
    '',
    `${rows.length} ${rows.length === 1 ? 'record' : 'records'}: ${status}${countsText(rows)}`,
  ].join('\n');
}

function moreText({ today, labels, evidence }: RecordSummary): readonly string[] {
  return [
    ...(today ? [`  ${today.sentence}`] : []),
    ...(labels ? [`  ${labelsInWords(labels)}`] : []),
    ...evidence.map((folder) => `  evidence: ${folder}`),
  ];
}

/** Further experiments of a scenario belong to its first one, and the last decides; the same record twice is two records. */
function inScenarios(records: readonly JudgedRecord[]): readonly (readonly JudgedRecord[])[] {
  const place = (record: JudgedRecord) => placeOf(idOf(record));
  const scenarios: JudgedRecord[][] = [];
  for (const record of records.toSorted((one, other) => place(one).order - place(other).order)) {
    const { first, order } = place(record);
    const own = scenarios.find((members) =>
      members.every((member) => place(member).first === first && place(member).order < order),
    );
    if (own === undefined) scenarios.push([record]);
    else own.push(record);
  }
  return scenarios;
}

function idOf(record: JudgedRecord): string {
  return record.is === 'judged' ? record.experiment.id : record.id;
}

function recordSummary(records: readonly JudgedRecord[]): RecordSummary {
  const experiments = records.flatMap((record) => (record.is === 'judged' ? [record.experiment] : []));
  const last = records.at(-1);
  if (last === undefined || last.is === 'foreign') return foreignSummary(last);
  const { experiment, plan, today } = last;
  const { id, scenario, status, labels } = experiment;
  const row = summariseScenario({ is: 'judged', id, scenario, judged: { scenario, status, experiments }, plan });
  return { ...row, verdict: status, ...(labels && { labels }), ...(today && { today }) };
}

function foreignSummary(record: Extract<JudgedRecord, { is: 'foreign' }> | undefined): RecordSummary {
  const { id = '-', folder = '-', reason = 'Nothing was judged.' } = record ?? {};
  return {
    scenario: id,
    id,
    predicted: '-',
    observed: '-',
    verdict: 'inconclusive',
    sentence: reason,
    evidence: [folder],
  };
}

function labelsInWords({
  conductor,
  injector,
  service,
  container,
  commit,
}: NonNullable<RecordSummary['labels']>): string {
  const contained = container && ` (${container.engine}, network ${container.network}, image ${container.image})`;
  const where = contained === undefined ? '' : `, service: ${service}${contained}`;
  return `conductor: ${conductor}, injector: ${injector}${where}, commit: ${commit}`;
}
