import { seconds } from '@lapse/experiment';
import { countedVerdicts, type ReportedRun, type ReportedScenario, toldInLines } from './reported-run.ts';
import { shortened } from './shortened.ts';

/**
 * A run as Markdown, for the summary of a job: what was not confirmed in full, then a table of all. Always below GitHub's limit of 1 MiB
 * in UTF-8, which refuses a longer summary whole; what is left off is said.
 */
export function markdownOf(run: ReportedRun): string {
  const { scenarios } = run;
  const troubles = worstFirst(scenarios.filter(({ verdict }) => verdict !== 'confirmed' && verdict !== 'skipped'));
  const head = headOf(run);
  const told = fitting(troubles.map(troubleText), MOST.troubles);
  const rows = fitting(worstFirst(scenarios).map(rowOf), MOST.rows);
  return [
    ...head,
    ...told.texts,
    ...leftOff(told.left, 'that was not confirmed', 'that were not confirmed'),
    ...(scenarios.length === 0 ? [] : [TABLE_HEAD, ...rows.texts, '']),
    ...leftOff(rows.left, 'in the table', 'in the table'),
  ].join('\n');
}

/** Bytes; with a head of at most some thousand they are below 1 MiB, and leave room for a few lines of others. */
const MOST = { troubles: 500_000, rows: 450_000 } as const;

/** Characters of one text. */
const MOST_OF = { told: 4_000, cell: 300, head: 500 } as const;

function headOf({ scenarios, status, note, ...run }: ReportedRun): readonly string[] {
  const counts = countedVerdicts({ scenarios }).map(({ verdict, count }) => `${count} ${verdict}`);
  const number = `${scenarios.length} ${scenarios.length === 1 ? 'scenario' : 'scenarios'}`;
  const labels = [
    `conductor: ${run.conductor}`,
    `injector: ${run.injector}`,
    `commit: ${run.commit}`,
    ...(run.seed === undefined ? [] : [`seed: ${run.seed}`]),
    `evidence: ${run.folder}`,
  ];
  const inLine = (text: string) => escaped(shortened(text, MOST_OF.head));
  return [
    `## Lapse: ${status}`,
    '',
    `${number}${counts.length === 0 ? '' : `: ${counts.join(', ')}`}. Exit code ${run.exitCode}.`,
    '',
    ...(note === undefined ? [] : [`**${inLine(note)}**`, '']),
    labels.map(inLine).join(' · '),
    '',
  ];
}

/** Within a verdict in the order of the run. */
function worstFirst(scenarios: readonly ReportedScenario[]): readonly ReportedScenario[] {
  return countedVerdicts({ scenarios }).flatMap(({ verdict }) => scenarios.filter((each) => each.verdict === verdict));
}

function troubleText(scenario: ReportedScenario): string {
  const { verdict, id, sentence, about } = scenario;
  const inLine = (text: string) => escaped(shortened(text, MOST_OF.told));
  return [
    `### ${verdict}: ${inLine(scenario.scenario)}`,
    '',
    paragraph(shortened(sentence, MOST_OF.told)),
    '',
    ...(about === undefined ? [] : [`- about: ${inLine(about)}`]),
    ...toldInLines(scenario).map(([label, text]) => `- ${label}: ${inLine(text)}`),
    `- id: ${inLine(id)}`,
    '',
  ].join('\n');
}

const TABLE_HEAD = '| scenario | verdict | predicted | observed | margin |\n| --- | --- | --- | --- | ---: |';

function rowOf({ scenario, verdict, predicted, observed, marginMs }: ReportedScenario): string {
  const cells = [scenario, verdict, predicted, observed, marginMs === undefined ? '-' : seconds(marginMs)].map((cell) =>
    escaped(shortened(cell, MOST_OF.cell)),
  );
  const [name, ...others] = cells;
  return `| ${[name, verdict === 'confirmed' ? others[0] : `**${others[0]}**`, ...others.slice(1)].join(' | ')} |`;
}

/** The first texts that are no longer together than so many bytes, and how many are left off. */
function fitting(texts: readonly string[], most: number): { readonly texts: readonly string[]; readonly left: number } {
  let bytes = 0;
  const tooMany = texts.findIndex((text) => {
    bytes += byteLength(text) + 1;
    return bytes > most;
  });
  const kept = tooMany === -1 ? texts : texts.slice(0, tooMany);
  return { texts: kept, left: texts.length - kept.length };
}

const ENCODER = new TextEncoder();

function byteLength(text: string): number {
  return ENCODER.encode(text).length;
}

function leftOff(count: number, one: string, many: string): readonly string[] {
  if (count === 0) return [];
  const what = count === 1 ? `1 more scenario ${one} is` : `${count} more scenarios ${many} are`;
  return [`${what} left off here, because a summary has a limit. run.json in the folder of the run holds them.`, ''];
}

/**
 * Text that shows as it is within a line of Markdown, or a cell of a table: no mark-up, no HTML, no end of a line. GitHub takes `$`
 * for mathematics.
 */
function escaped(text: string): string {
  return text
    .toWellFormed()
    .replaceAll(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ')
    .trim()
    .replaceAll(/[&<>$]/g, (character) => `&#${character.codePointAt(0)};`)
    .replaceAll(/[\\`*_[\]|~]/g, '\\$&');
}

/** Several lines, such as where one of our parts broke, stay several. */
function paragraph(text: string): string {
  const lines = text.split(/[\r\n]+/).map(escaped);
  return withoutMarkUp(lines.filter((line) => line !== '').join('<br>'));
}

/** At the beginning of a line more characters are mark-up: of a heading, or of a list. */
function withoutMarkUp(line: string): string {
  return line.replace(/^(?=[#+=-])/, '\\').replace(/^(\d+)(?=[.)])/, '$1\\');
}
