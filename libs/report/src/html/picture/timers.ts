import { entryInWords, type Side, timeoutInWords } from '@lapse/experiment';
import type { Told } from './course.ts';

/** The life of a timer from its arming, as rows; `until` absent: it was still running at the end of measurement. */
export interface Bar {
  readonly side: Side;
  readonly name: string;
  readonly since: number;
  readonly until?: number;
  /** Rows at which it was started anew. */
  readonly resets: readonly number[];
  /** `done`: the work of an operation, which is no timeout. `gone`: with the process that it ran in. */
  readonly fate: 'fired' | 'cancelled' | 'done' | 'gone' | 'running';
  /** When it is, or would have been, due. */
  readonly due: number;
  readonly by?: string;
  /** 0 is next to the lifeline; bars of one lane do not overlap. */
  readonly lane: number;
}

type Unplaced = Omit<Bar, 'lane'>;

/** A process that was killed, and the row of that. */
export interface Death {
  readonly side: Side;
  readonly row: number;
}

/** Every timer that was armed, in order. */
export function timersOf(told: readonly Told[], deaths: readonly Death[]): readonly Bar[] {
  const lives = new Map<string, Unplaced>();
  const bars: Unplaced[] = [];
  for (const { entry, row } of told) {
    if (entry.type !== 'timer' || entry.side === undefined) continue;
    const { side, timer, what, due, by, connection, call } = entry;
    const key = [side, connection, timer, call].join(' ');
    const life = lives.get(key);
    if (what === 'armed' || what === 'rearmed') {
      const begun = life ?? { side, name: nameOf(entry), since: row, resets: [], fate: 'running' as const, due };
      lives.set(key, life === undefined ? begun : { ...life, due, resets: [...life.resets, row] });
    } else if (life !== undefined) {
      const fate = what === 'fired' && timer === 'execution' ? 'done' : what;
      bars.push({ ...life, until: row, fate, ...(by !== undefined && { by }) });
      lives.delete(key);
    }
  }
  const left = [...lives.values()].map((life): Unplaced => {
    const death = deaths.find(({ side }) => side === life.side);
    return death === undefined ? life : { ...life, until: death.row, fate: 'gone' };
  });
  return inLanes([...bars, ...left].toSorted((one, other) => one.since - other.since));
}

function nameOf(entry: Extract<Told['entry'], { readonly type: 'timer' }>): string {
  const of = entry.call === undefined ? '' : ` of call ${entry.call}`;
  return entry.timer === 'execution'
    ? (entryInWords(entry) ?? 'work').replace(/ (armed|anew).*$/, '')
    : `${timeoutInWords(entry.timer, entry.side)}${of}`;
}

/** The first lane of its side that is free by then. */
function inLanes(bars: readonly Unplaced[]): readonly Bar[] {
  const ends: Record<Side, number[]> = { client: [], service: [] };
  return bars.map((bar) => {
    const lanes = ends[bar.side];
    const free = lanes.findIndex((end) => end < bar.since);
    const lane = free < 0 ? lanes.length : free;
    lanes[lane] = bar.until ?? Number.POSITIVE_INFINITY;
    return { ...bar, lane };
  });
}
