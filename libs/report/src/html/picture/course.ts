import {
  type Entry,
  type Evidence,
  entryInWords,
  foldedCalls,
  measured,
  type Scenario,
  type Side,
  toxicInWords,
} from '@lapse/experiment';
import { bytesInWords } from '../../words.ts';
import { inCausalOrder } from './causal-order.ts';
import { passagesOf } from './passages.ts';
import { type Bar, type Death, timersOf } from './timers.ts';

/** One line of a picture: something that happened at an instant, to one side or to what lies between the two. */
export interface Row {
  readonly at: number;
  readonly of: Side | 'path';
  readonly text: string;
  readonly tone: 'plain' | 'fired' | 'bad' | 'minor';
  /** Whether something leaves here, or arrives: the text then stands above, or below, the line that is drawn for it. */
  readonly wire?: 'leaves' | 'arrives';
  readonly session?: number;
}

/** What goes from one side to the other. `until` absent: it was not seen to arrive. Rows by number. */
export interface Passage {
  readonly kind: 'bytes' | 'connect' | 'end' | 'reset';
  /** `path`: whoever sent it is not on record; Toxiproxy, or a kernel in place of a dead process. */
  readonly from: Side | 'path';
  readonly since: number;
  readonly to: Side;
  readonly until?: number;
  /** Only a part of the bytes arrived. */
  readonly isPart?: true;
}

/** A condition from one row to another, or to the end of measurement. */
export interface Stretch {
  readonly since: number;
  readonly until?: number;
  readonly what: string;
}

/** All that a picture shows of an experiment, without any measure of paper. */
export interface Course {
  readonly rows: readonly Row[];
  readonly passages: readonly Passage[];
  readonly bars: readonly Bar[];
  /** Toxics, over the time that they lie on the path. */
  readonly toxics: readonly Stretch[];
  /** Processes that do not run: frozen for a while, or dead. */
  readonly stops: readonly (Stretch & { readonly side: Side; readonly how: 'frozen' | 'dead' })[];
  /** Channels that are open. */
  readonly open: readonly (Stretch & { readonly side: Side })[];
  /** A service that keeps no record for us: what goes to it is not seen to arrive, and nothing follows from that. */
  readonly isExternal: boolean;
  /** Whether there is more than one session to be told apart. */
  readonly numbered: boolean;
}

/** An entry, and the number of its row; one that has none of its own stands with the row before it. */
export interface Told {
  readonly entry: Entry;
  readonly row: number;
}

/** Makes a picture's contents of evidence; what belongs to nobody, and what follows the end of measurement, is not in it. */
export function courseOf(evidence: Evidence, scenario: Scenario): Course {
  const entries = inCausalOrder(measured(evidence).filter(({ at }) => at >= 0));
  const folded = foldedCalls(entries);
  const rows: Row[] = [{ at: 0, of: 'path', text: 'start of measurement', tone: 'minor' }];
  const told: Told[] = [];
  const reuses = reusingIn(entries);
  const pieces = new Map<string, number>();
  for (const entry of entries) {
    if (reuses.has(entry)) continue;
    const several = folded.get(entry);
    if (several === undefined) {
      const row = rowOf(entry, scenario);
      const again = row && againIn(pieces, entry, rows);
      if (row !== undefined && again === undefined) rows.push(row);
      told.push({ entry, row: again ?? rows.length - 1 });
    } else rows.push(...several.map(({ at, client, session }) => foldedRow(at, client, session)));
  }
  if (evidence.until !== undefined)
    rows.push({ at: evidence.until, of: 'path', text: 'end of measurement', tone: 'minor' });
  const sessions = new Set(rows.flatMap(({ session }) => session ?? []));
  const isExternal = evidence.labels?.service === 'external';
  return { rows, ...marksOf(told, scenario), isExternal, numbered: sessions.size > 1 };
}

/** Connects that take a pooled connection: nothing goes to the other side. */
function reusingIn(entries: readonly Entry[]): ReadonlySet<Entry> {
  const connects = entries.filter(({ type }) => type === 'connect' || type === 'connected');
  return new Set(
    connects.filter((entry, index) => {
      const next = connects.slice(index + 1).find(({ session }) => session === entry.session);
      return entry.type === 'connect' && next?.type === 'connected' && next.reused === true;
    }),
  );
}

function foldedRow(at: number, text: string, session: number | undefined): Row {
  return { at, of: 'client', text, tone: 'plain', ...(session !== undefined && { session }) };
}

/** Pieces of one message that arrive behind each other share the row of the first; gives its number. */
function againIn(pieces: Map<string, number>, entry: Entry, rows: readonly Row[]): number | undefined {
  if (entry.type !== 'received' || entry.side === undefined) {
    if (entry.side !== undefined) pieces.delete(entry.side);
    return undefined;
  }
  const first = pieces.get(entry.side);
  const row = first === undefined ? undefined : rows[first];
  if (row !== undefined && entry.at - row.at <= NEAR) return first;
  pieces.set(entry.side, rows.length);
  return undefined;
}

/** Pieces so near to each other are told as one. Milliseconds. */
const NEAR = 150;

function rowOf(entry: Entry, scenario: Scenario): Row | undefined {
  const { at, side, session } = entry;
  if (side === undefined) return ofNobody(entry, scenario);
  const text = textOf(entry);
  if (text === undefined) return undefined;
  const wire = wireOf(entry);
  const more = { ...(wire !== undefined && { wire }), ...(session !== undefined && { session }) };
  return { at, of: side, text, tone: toneOf(entry), ...more };
}

function wireOf(entry: Entry): Row['wire'] {
  switch (entry.type) {
    case 'transmit':
    case 'connect':
      return 'leaves';
    case 'disconnect':
      return entry.how === 'pool' ? undefined : 'leaves';
    case 'received':
    case 'accepted':
    case 'peerEnded':
    case 'peerReset':
      return 'arrives';
    default:
      return undefined;
  }
}

function textOf(entry: Entry): string | undefined {
  switch (entry.type) {
    case 'received':
      return '';
    case 'transmit':
      return `${entryInWords(entry)}, ${bytesInWords(entry)}`;
    case 'connected':
      return entry.reused ? entryInWords(entry) : undefined;
    case 'state':
      return entry.to === 'faulted' ? 'channel is faulted' : undefined;
    case 'sessionEnded':
      return undefined;
    case 'timer':
      return shortened(entryInWords(entry) ?? '');
    case 'cut':
      return `only ${entry.sent} of ${entry.of} bytes`;
    default:
      return entryInWords(entry);
  }
}

/** What a timer's row need not say: when it is due and what by, which its bar knows, and that it is a timeout. */
function shortened(words: string): string {
  const short = words.replace(/, due .*$| \(.*\)$/, '');
  return short.length <= SHORT ? short : short.replace(' timeout', '');
}

const SHORT = 26;

function toneOf(entry: Entry): Row['tone'] {
  switch (entry.type) {
    case 'timer':
      return entry.what === 'fired' ? (entry.timer === 'execution' ? 'plain' : 'fired') : 'minor';
    case 'completed':
      return entry.exception === undefined ? 'plain' : 'bad';
    case 'state':
    case 'connectFailed':
    case 'peerReset':
      return 'bad';
    case 'disconnect':
      return entry.how === 'abort' ? 'bad' : 'plain';
    default:
      return 'plain';
  }
}

/** What the host did to the path and to the processes. */
function ofNobody(entry: Entry, { faults, processFaults = [] }: Scenario): Row | undefined {
  const { at } = entry;
  switch (entry.type) {
    case 'injected':
    case 'healed': {
      const fault = faults[entry.injection];
      const on = entry.type === 'injected';
      return fault && { at, of: 'path', text: `toxic ${on ? 'on' : 'off'}: ${toxicInWords(fault)}`, tone: 'plain' };
    }
    case 'signalled': {
      const side = processFaults[entry.fault]?.side;
      return side && { at, of: side, text: SIGNALS[entry.signal], tone: entry.signal === 'SIGCONT' ? 'plain' : 'bad' };
    }
    case 'exited':
      return entry.planned ? undefined : { at, of: entry.process, text: `process ended: ${entry.how}`, tone: 'bad' };
    case 'injectorFailed':
    case 'crashed':
      return { at, of: 'path', text: `${entry.type === 'crashed' ? 'host crashed' : 'injector failed'}`, tone: 'bad' };
    case 'leaseExpired':
      return { at, of: 'path', text: 'nobody watches any more', tone: 'bad' };
    default:
      return undefined;
  }
}

const SIGNALS = {
  SIGKILL: 'process is killed',
  SIGSTOP: 'process is frozen',
  SIGCONT: 'process runs again',
} as const;

function marksOf(told: readonly Told[], scenario: Scenario): Omit<Course, 'rows' | 'isExternal' | 'numbered'> {
  const stops = stopsOf(told, scenario);
  const deaths = stops.filter(({ how }) => how === 'dead').map(({ side, since }) => ({ side, row: since }));
  return {
    passages: passagesOf(told),
    bars: timersOf(told, deaths),
    toxics: scenario.faults.flatMap((fault, index) => {
      const since = told.find(({ entry }) => entry.type === 'injected' && entry.injection === index)?.row;
      const until = told.find(({ entry }) => entry.type === 'healed' && entry.injection === index)?.row;
      return since === undefined ? [] : [{ since, ...(until !== undefined && { until }), what: toxicInWords(fault) }];
    }),
    stops,
    open: openOf(told).map((each) => untilDeath(each, deaths)),
  };
}

function untilDeath<T extends Stretch & { readonly side: Side }>(stretch: T, deaths: readonly Death[]): T {
  const death = deaths.find(({ side }) => side === stretch.side);
  return death === undefined || stretch.until !== undefined ? stretch : { ...stretch, until: death.row };
}

function stopsOf(told: readonly Told[], { processFaults = [] }: Scenario): Course['stops'] {
  return processFaults.flatMap(({ side, how }, index) => {
    const signals = told.flatMap(({ entry, row }) =>
      entry.type === 'signalled' && entry.fault === index ? [{ signal: entry.signal, row }] : [],
    );
    const [first, second] = signals;
    if (first === undefined) return [];
    const kind = how === 'kill' ? 'dead' : 'frozen';
    return [{ side, how: kind, since: first.row, ...(second && { until: second.row }), what: `${side} is ${kind}` }];
  });
}

/** From the row at which a channel was opened to the one at which it no longer was. */
function openOf(told: readonly Told[]): Course['open'] {
  const open: (Stretch & { side: Side })[] = [];
  const since = new Map<string, number>();
  for (const { entry, row } of told) {
    const { side } = entry;
    if (side === undefined) continue;
    const key = `${side} ${entry.session}`;
    const begun = since.get(key);
    if (begun === undefined && isOpening(entry)) since.set(key, row);
    else if (begun !== undefined && isEnding(entry)) {
      open.push({ side, since: begun, until: row, what: `session ${entry.session ?? ''} is open` });
      since.delete(key);
    }
  }
  return [
    ...open,
    ...[...since].map(([key, begun]) => ({
      side: key.startsWith('client') ? ('client' as const) : ('service' as const),
      since: begun,
      what: 'is open',
    })),
  ];
}

function isOpening(entry: Entry): boolean {
  if (entry.side === 'service') return entry.type === 'channelAccepted';
  return entry.type === 'completed' && entry.operation === 'open' && entry.exception === undefined;
}

function isEnding(entry: Entry): boolean {
  if (entry.type === 'disconnect' || entry.type === 'peerReset' || entry.type === 'sessionEnded') return true;
  if (entry.type === 'state') return entry.to === 'faulted';
  return entry.type === 'completed' && entry.operation === 'close';
}
