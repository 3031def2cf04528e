import type { Instant } from '@lapse/protocol';
import type { Claim, Loser } from '../claims.ts';
import { type Entry, type Evidence, entriesOf, measured } from '../evidence/evidence.ts';
import { KNOWN_WITHIN } from '../predict/losers.ts';
import { windowOf } from '../predict/window.ts';

/** The winner of a claim in the history: when it happened, and when it was due. */
export interface Winner {
  readonly at: Instant;
  readonly due: Instant;
  /** Its place in its own record, where it is an entry of one. */
  readonly entry?: Pick<Entry, 'source' | 'seq'>;
}

/** Rule (d): the first reason of a claim that the history contradicts, as a sentence; undefined: none. */
export function contradictedLoser(claim: Claim, winner: Winner, evidence: Evidence): string | undefined {
  for (const loser of claim.losers) {
    const life = entriesAbout(loser, claim.subject.session, evidence)
      .filter((entry) => entry.type === 'timer')
      .filter((entry) => entry.timer === loser.timer && entry.at <= winner.at && !isArmedBy(winner, entry));
    const contradiction = contradictionOf(loser, life, { winner, claim });
    if (contradiction !== undefined)
      return `The ${loser.side}'s ${loser.timer} timer was said to be ${WORDS[loser.why]}${loser.by === undefined ? '' : ` ${loser.by}`}, but ${contradiction}.`;
  }
  return undefined;
}

/** What a winner arms anew, as the timeout of a callback does with the idle timer, had another time before. */
function isArmedBy({ entry }: Winner, timer: TimerEntry): boolean {
  return entry !== undefined && isArming(timer) && timer.source === entry.source && timer.seq > entry.seq;
}

/** An idle timer belongs to a connection, and goes on from one session into the next. */
function entriesAbout({ side, timer }: Loser, session: number, evidence: Evidence): readonly Entry[] {
  if (timer !== 'poolIdle') return entriesOf(evidence, { side, session });
  const entries = measured(evidence);
  const links = new Set(entries.flatMap((entry) => (entry.session === session ? [entry.link] : [])));
  return entries.filter((entry) => entry.side === side && links.has(entry.link));
}

type TimerEntry = Extract<Entry, { readonly type: 'timer' }>;

function contradictionOf(
  loser: Loser,
  life: readonly TimerEntry[],
  { winner, claim }: { readonly winner: Winner; readonly claim: Claim },
): string | undefined {
  switch (loser.why) {
    case 'notArmed':
    case 'disabled':
    case 'deadSetting': {
      const armed = life.find(isArming);
      return armed && `it was armed at ${armed.at}`;
    }
    case 'resetBy':
      return life.some(({ what, by }) => what === 'rearmed' && by === loser.by)
        ? undefined
        : 'it was never re-armed so';
    case 'cancelledBy':
      return life.some(({ what, by }) => what === 'cancelled' && by === loser.by)
        ? undefined
        : 'it was not cancelled so before the winner';
    case 'notRunning':
      return notHeldUp(life, winner);
    case 'preemptedBy':
      return notPreempted(loser, life, {
        winner,
        before: claim.outcome.is === 'survives' ? claim.within.latest : claim.within.earliest,
      });
  }
}

/** Pre-empted means: running, and due later than the winner, in the window that its own firing would have had. */
function notPreempted(
  { wouldFireAt }: Loser,
  life: readonly TimerEntry[],
  { winner, before }: { readonly winner: Winner; readonly before: Instant },
): string | undefined {
  const armed = life.findLast(isArming);
  if (armed === undefined) return 'it was not armed';
  if (armed.due <= winner.due) return `it was due at ${armed.due}, not after the winner`;
  const cancelled = life.find(({ what, at }) => what === 'cancelled' && at >= armed.at && at < before);
  if (cancelled !== undefined) return `it was cancelled at ${cancelled.at} by ${cancelled.by}`;
  if (wouldFireAt === undefined) return undefined;
  const { earliest, latest } = windowOf({ at: wouldFireAt, spread: KNOWN_WITHIN }, armed.due - armed.since);
  return armed.due < earliest || armed.due > latest ? `it was due at ${armed.due}, not at ${wouldFireAt}` : undefined;
}

/** Its process did not run when it was due: armed, due before the winner, and neither cancelled nor fired until then. */
function notHeldUp(life: readonly TimerEntry[], winner: Winner): string | undefined {
  const last = life.findLast(({ at }) => at < winner.at);
  if (last === undefined || !isArming(last)) return 'it was not running up to the winner';
  return last.due > winner.due ? `it was due at ${last.due}, after the winner` : undefined;
}

function isArming({ what }: TimerEntry): boolean {
  return what === 'armed' || what === 'rearmed';
}

const WORDS: Readonly<Record<Loser['why'], string>> = {
  preemptedBy: 'pre-empted by',
  resetBy: 'reset by',
  notArmed: 'not armed',
  disabled: 'disabled',
  deadSetting: 'without effect',
  cancelledBy: 'cancelled by',
  notRunning: 'held up by',
};
