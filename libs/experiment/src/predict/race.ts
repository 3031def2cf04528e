import type { Duration } from '@lapse/protocol';
import type { Step } from '../scenario.ts';
import { type Clock, dueOf, ringsAt } from './clocks.ts';
import { exactly, type Moment } from './moment.ts';
import type { Rule } from './rule.ts';
import { decidedFrom } from './window.ts';

/** A connection's end as a side reads it: what it looks like, and the span of the timer that caused it, if one did. */
export interface Ending {
  readonly at: Moment;
  readonly how: 'fin' | 'rst';
  readonly causedBySpan: Duration;
  /** It comes of what was sent at that instant, and after it. */
  readonly caused?: boolean;
  /** It comes in the middle of a record. */
  readonly torn?: boolean;
  /** Neither machine did it, or not when it is read; then this rule says why. */
  readonly cut?: Rule;
}

/** Something that may be next for one side of a session. */
export type Contender =
  | { readonly kind: 'clock'; readonly clock: Clock }
  | { readonly kind: 'mail'; readonly at: Moment; readonly what: string }
  | { readonly kind: 'end'; readonly ending: Ending }
  | { readonly kind: 'step'; readonly step: Step };

/** Two that are so near to each other that nobody can say which comes first. */
export interface Doubt {
  readonly first: Contender;
  readonly rival: Contender;
  /** A sentence, where it is not their distance that makes the doubt. */
  readonly because?: string;
}

export interface Race {
  readonly first?: Contender;
  readonly doubt?: Doubt;
}

/** wcf-timeouts 15.9 rules 1 to 3 and 5: the earliest instant wins, unless the next one is too near. */
export function race(contenders: readonly (Contender | undefined)[]): Race {
  const present = contenders.filter((contender) => contender !== undefined).filter((contender) => !never(contender));
  const sorted = [...present].sort(
    (one, other) => momentOf(one).at - momentOf(other).at || RANK[one.kind] - RANK[other.kind],
  );
  const first = sorted[0];
  if (first === undefined) return {};
  const rival = sorted.slice(1).find((other) => !ordered(first, other) && tooNear(first, other));
  return rival === undefined ? { first } : { first, doubt: { first, rival } };
}

export function momentOf(contender: Contender): Moment {
  switch (contender.kind) {
    case 'clock':
      return ringsAt(contender.clock) ?? dueOf(contender.clock);
    case 'mail':
      return contender.at;
    case 'end':
      return contender.ending.at;
    case 'step':
      return exactly(contender.step.at);
  }
}

/** Whether `other` comes so soon after `first` that their order is open. */
export function tooNear(first: Contender, other: Contender): boolean {
  const { at, spread } = momentOf(first);
  return momentOf(other).at - (at + spread) < nearnessOf(first);
}

/** How far the next one must be away from `first` for their order to be certain. */
export function nearnessOf(first: Contender): Duration {
  return decidedFrom(first.kind === 'clock' ? first.clock.span : 0);
}

/** Of several doubts the one that comes first. */
export function earliestOf(doubts: readonly (Doubt | undefined)[]): Doubt | undefined {
  return doubts
    .filter((doubt) => doubt !== undefined)
    .sort((one, other) => momentOf(one.first).at - momentOf(other.first).at)[0];
}

/** A contender in the words of a sentence. */
export function describeContender(contender: Contender): string {
  const { at: earliest, spread } = momentOf(contender);
  const at = spread === 0 ? `${earliest}` : `some instant between ${earliest} and ${earliest + spread}`;
  switch (contender.kind) {
    case 'clock':
      return `the ${contender.clock.side}'s ${contender.clock.timer} timer is due at ${at}`;
    case 'mail':
      return `${contender.what} arrives at ${at}`;
    case 'end':
      return `the connection ends at ${at}`;
    case 'step':
      return `the workload's ${contender.step.do} comes at ${at}`;
  }
}

/** What arrives in one direction arrives in order: records first, then the end of the connection. */
const RANK: Readonly<Record<Contender['kind'], number>> = { mail: 0, end: 1, clock: 2, step: 3 };

function ordered(first: Contender, other: Contender): boolean {
  return first.kind === 'mail' && (other.kind === 'end' || other.kind === 'mail');
}

function never(contender: Contender): boolean {
  return contender.kind === 'clock' && ringsAt(contender.clock) === undefined;
}
