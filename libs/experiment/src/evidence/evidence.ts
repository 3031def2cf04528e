import type { Instant } from '@lapse/protocol';
import type { Labels, Observation } from '../observation.ts';
import type { Side } from '../scenario.ts';
import type { Place } from './pair.ts';

/** An entry of the merged history, and which session and connection it is about: the service's own number of a connection is another. */
export type Entry = Observation & Place;

/** Something that is wrong with a history as a record, whatever it says. */
export interface HistoryProblem {
  readonly kind: 'unreadable' | 'truncated' | 'gap' | 'noAnchor' | 'noZero' | 'pairing' | 'noEnd';
  readonly message: string;
}

/** All that was recorded in one experiment, in order, counted from zero; canaries apart from sessions. */
export interface Evidence {
  readonly entries: readonly Entry[];
  /** What the host's own canaries saw. */
  readonly canaries: readonly Observation[];
  readonly problems: readonly HistoryProblem[];
  /** The end of measurement; only what precedes it is judged. */
  readonly until?: Instant;
  readonly labels?: Labels;
  /** The prediction that the host was given, as recorded before anything else. */
  readonly recordedPrediction?: unknown;
}

/** Whether the service is none of ours: nothing of what it did is on record. */
export function isExternal({ labels }: Pick<Evidence, 'labels'>): boolean {
  return labels?.service === 'external';
}

/** The entries that judging may look at: what precedes the end of measurement. */
export function measured({ entries }: Evidence): readonly Entry[] {
  const end = entries.findIndex(({ type }) => type === 'measurementEnded');
  return end < 0 ? entries : entries.slice(0, end);
}

/** What happened to one side of a session before the end of measurement. */
export function entriesOf(
  evidence: Evidence,
  { side, session }: { readonly side: Side; readonly session: number },
): readonly Entry[] {
  return measured(evidence).filter((entry) => entry.side === side && entry.session === session);
}
