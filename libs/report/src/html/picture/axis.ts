import type { Row } from './course.ts';

/** A row on paper. Pixels. */
export interface Placed {
  readonly row: Row;
  readonly lines: readonly string[];
  /** Of what is drawn for it, and of the first line of its text. */
  readonly y: number;
  readonly textY: number;
  /** Whether its instant has to be written: it is another than that of the row above. */
  readonly isDated: boolean;
}

/** A silence that is drawn shorter than it was. */
export interface Silence {
  readonly from: number;
  readonly to: number;
  /** Milliseconds. */
  readonly lasts: number;
}

/** Time as it runs down the paper: in order, not to scale. */
export interface Axis {
  readonly placed: readonly Placed[];
  readonly silences: readonly Silence[];
  readonly height: number;
  /** Where an instant is: between two rows in proportion. */
  yOf(at: number): number;
}

const TOP = 34;
const LINE = 14;
const ROW = 17;
/** Beneath it a gap is only a gap. Milliseconds. */
const SILENCE = 200;
/** How many letters stand in a line of the narrowest paper, and how many bold ones. */
const LETTERS = 26;
const BOLD_LETTERS = 22;

/** Gives every row a place: at least its lines high, and the further from the row above the longer nothing happened. */
export function axisOf(rows: readonly Row[], { numbered }: { readonly numbered: boolean }): Axis {
  const placed: Placed[] = [];
  const silences: Silence[] = [];
  for (const row of rows) {
    const above = placed.at(-1);
    const lines = linesOf(wordsOf(row, numbered), isBold(row) ? BOLD_LETTERS : LETTERS);
    const since = above === undefined ? 0 : Math.max(row.at - above.row.at, 0);
    const from = above === undefined ? TOP : bottomOf(above);
    const top = from + (above === undefined ? 0 : ROW + roomFor(since));
    placed.push({
      row,
      lines,
      ...heightsOf(row, lines, Math.round(top)),
      isDated: above === undefined || row.at > latestOf(placed),
    });
    if (above !== undefined && since >= SILENCE) silences.push({ from, to: top, lasts: since });
  }
  const last = placed.at(-1);
  return {
    placed,
    silences,
    height: (last === undefined ? TOP : bottomOf(last)) + 16,
    yOf: (at) => between(placed, at),
  };
}

function wordsOf({ session, text }: Row, numbered: boolean): string {
  return numbered && session !== undefined && text !== '' ? `#${session} ${text}` : text;
}

function isBold({ tone }: Row): boolean {
  return tone === 'fired' || tone === 'bad';
}

/** A line that leaves is under its text, one that arrives above it. */
function heightsOf({ wire }: Row, lines: readonly string[], top: number): Pick<Placed, 'y' | 'textY'> {
  const rest = Math.max(lines.length - 1, 0) * LINE;
  if (wire === 'leaves') return { y: top + rest + 8, textY: top };
  if (wire === 'arrives') return { y: top, textY: lines.length === 0 ? top : top + 12 };
  return { y: top, textY: top };
}

function bottomOf({ y, textY, lines }: Placed): number {
  return Math.max(y, textY + Math.max(lines.length - 1, 0) * LINE);
}

function latestOf(placed: readonly Placed[]): number {
  return placed.reduce((latest, { row }) => Math.max(latest, row.at), Number.NEGATIVE_INFINITY);
}

/** Ten times as long is a little further. */
function roomFor(milliseconds: number): number {
  const room = 11 * Math.log10(1 + milliseconds / 8);
  return milliseconds >= SILENCE ? Math.max(room, 26) : room;
}

function between(placed: readonly Placed[], at: number): number {
  const after = placed.findIndex(({ row }) => row.at >= at);
  const [above, below] = [placed[after - 1], placed[after]];
  if (after < 0) return placed.at(-1)?.y ?? TOP;
  if (above === undefined || below === undefined || below.row.at === above.row.at) return below?.y ?? TOP;
  const share = (at - above.row.at) / (below.row.at - above.row.at);
  return Math.round(above.y + Math.min(Math.max(share, 0), 1) * (below.y - above.y));
}

/** Broken between words, and within words that are longer than a line. */
function linesOf(text: string, letters: number): readonly string[] {
  const lines: string[] = [];
  const words = text.split(' ').filter((part) => part !== '');
  for (const word of words.flatMap((each) => pieces(each, letters))) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= letters) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines;
}

function pieces(word: string, letters: number): readonly string[] {
  return word.length <= letters ? [word] : [word.slice(0, letters), ...pieces(word.slice(letters), letters)];
}
