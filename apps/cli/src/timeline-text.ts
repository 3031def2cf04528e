import type { TimelineRow } from '@lapse/experiment';

/** Three columns between instants and the edge: 8 + 22 + 22 + 22, two blanks between them. */
const INSTANT = 8;
const COLUMN = 22;
const GAP = '  ';

/** A timeline in columns, 80 wide: the client left, what is between in the middle, the service right. Nothing in it is cut off. */
export function timelineText(rows: readonly TimelineRow[]): string {
  const heading = lineOf({ at: 'seconds', client: 'client', wire: 'wire, toxics', service: 'service' });
  const line = '-'.repeat(COLUMN);
  const numbered = new Set(rows.flatMap(({ session }) => session ?? [])).size > 1;
  const lines = rows.flatMap((row, index) => rowLines(row, rows[index - 1], numbered));
  return [heading, lineOf({ at: '-'.repeat(INSTANT), client: line, wire: line, service: line }), ...lines].join('\n');
}

/** An instant is written once; so is the number of a session, where there are several, whenever another one is spoken of. */
function rowLines(row: TimelineRow, before: TimelineRow | undefined, numbered: boolean): readonly string[] {
  const at = before !== undefined && before.at === row.at ? '' : (row.at / 1_000).toFixed(3).padStart(INSTANT);
  const isOther = numbered && row.session !== undefined && (before === undefined || before.session !== row.session);
  const mark = isOther ? [lineOf({ at: '', client: `-- session ${row.session} --`, wire: '', service: '' })] : [];
  const [client, wire, service] = [row.client, row.wire, row.service].map((cell) => broken(cell ?? ''));
  const height = Math.max(client?.length ?? 0, wire?.length ?? 0, service?.length ?? 0);
  const lines = Array.from({ length: height }, (_, index) =>
    lineOf({
      at: index === 0 ? at : '',
      client: client?.[index] ?? '',
      wire: wire?.[index] ?? '',
      service: service?.[index] ?? '',
    }),
  );
  return [...mark, ...lines];
}

interface Cells {
  readonly at: string;
  readonly client: string;
  readonly wire: string;
  readonly service: string;
}

function lineOf({ at, client, wire, service }: Cells): string {
  return [at.padEnd(INSTANT), client.padEnd(COLUMN), wire.padEnd(COLUMN), service].join(GAP).trimEnd();
}

/** Broken between words; a word of its own length is broken where it must be. */
function broken(text: string): readonly string[] {
  const lines: string[] = [];
  for (const word of text.split(' ').flatMap(pieces)) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= COLUMN) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(lines.length === 0 || word.length + 1 > COLUMN ? word : ` ${word}`);
  }
  return lines;
}

function pieces(word: string): readonly string[] {
  return word.length <= COLUMN ? [word] : [word.slice(0, COLUMN), ...pieces(word.slice(COLUMN))];
}
