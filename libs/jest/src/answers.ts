import type { SessionAccount } from '@lapse/experiment';
import { type Outcome, requireAccounts, requireProof } from './outcome.ts';

/** What a matcher finds: whether it holds, and a sentence about what was seen. */
export interface Answer {
  readonly holds: boolean;
  readonly reason: string;
}

type Root = SessionAccount['root'];

/** A timer of WCF, by the name that the evidence gives it. */
export type Timer = NonNullable<Root['timer']>;

/** What else is claimed of the timer that ended a session, or one call of it. */
export interface FaultClaim {
  readonly side?: 'client' | 'service';
  /** The number of the call whose timer it is, from 1 in each session. */
  readonly call?: number;
  /** When it fires, in milliseconds from zero: from 5 ms before to 100 ms and 1 % of the timer behind. */
  readonly at?: number;
  /** Between which instants it fires, both in milliseconds from zero. */
  readonly within?: readonly [earliest: number, latest: number];
  /** Absent: the one that was ended first. */
  readonly session?: number;
}

/** Whether what was predicted is what was measured. @throws Unproven where nothing was proven. */
export function isConfirmed(outcome: Outcome): Answer {
  requireProof(outcome);
  const { verdict, sentence } = outcome;
  return { holds: verdict === 'confirmed', reason: verdict === 'confirmed' ? 'It is confirmed.' : sentence };
}

/** Whether no session ended before its client wanted that. @throws Unproven where nothing was proven. */
export function survives(outcome: Outcome, { session }: Pick<FaultClaim, 'session'> = {}): Answer {
  requireProof(outcome);
  const accounts = requireAccounts(outcome, session);
  const ended = accounts.flatMap(({ end, session }) => (end ? [{ ...end, session }] : []));
  const [first] = ended.toSorted((one, other) => one.at - other.at);
  if (first === undefined) {
    const which = accounts.length === 1 ? `Session ${accounts[0]?.session}` : 'Each session';
    return { holds: true, reason: `${which} lasted as long as its client wanted.` };
  }
  return { holds: false, reason: `Session ${first.session} did not survive: ${first.words} at ${seconds(first.at)}.` };
}

/** Whether it was that timer that ended a session, or, where nothing did, its first call that failed. @throws Unproven where nothing was proven. */
export function faultsBy(outcome: Outcome, timer: Timer, claim: FaultClaim = {}): Answer {
  requireSense(timer, claim);
  requireProof(outcome);
  const accounts = requireAccounts(outcome, claim.session);
  const ended = accounts.filter(({ root }) => root.is !== 'nothing');
  const [first] = ended.toSorted((one, other) => (one.root.at ?? 0) - (other.root.at ?? 0));
  if (first === undefined) return { holds: false, reason: 'Nothing ended it: no timer fired.' };
  const wrong = difference(first.root, timer, claim);
  if (wrong === undefined) return { holds: true, reason: `It was that timer: ${first.root.words}` };
  return { holds: false, reason: `${wrong} ${first.root.words}` };
}

function difference(root: Root, timer: Timer, { side, call, ...when }: FaultClaim): string | undefined {
  if (root.is !== 'timer') return 'It was no timer.';
  if (root.timer !== timer) return `It was the ${root.timer} timer, not the ${timer} timer.`;
  if (side !== undefined && root.side !== side) return `It was the timer of the ${root.side}, not of the ${side}.`;
  if (call !== undefined && root.call !== call)
    return `It was ${root.call === undefined ? 'of no call' : `of call ${root.call}`}, not of call ${call}.`;
  const [earliest, latest] = windowOf(root, when);
  const { at = Number.NaN } = root;
  return at >= earliest && at <= latest ? undefined : `It was not within ${seconds(earliest)} to ${seconds(latest)}.`;
}

/** Around an instant as wide as the judge's own windows. */
function windowOf({ span = 0 }: Root, { at, within }: FaultClaim): readonly [number, number] {
  if (within !== undefined) return within;
  if (at === undefined) return [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY];
  return [at - 5, at + 100 + span / 100];
}

const TIMERS: Readonly<Record<Timer, true>> = {
  open: true,
  close: true,
  send: true,
  receive: true,
  inactivity: true,
  channelInitialization: true,
  requestInitialization: true,
  execution: true,
  retryExhaustion: true,
  createSequenceAttempt: true,
  negotiation: true,
  pendingSession: true,
  poolIdle: true,
  poolLease: true,
  osConnect: true,
};

/** What can never hold would make its `.not` green. */
function requireSense(timer: string, { at, within, side, call }: FaultClaim): void {
  if (!Object.hasOwn(TIMERS, timer))
    throw new Error(`There is no timer ${JSON.stringify(timer)}. There are: ${Object.keys(TIMERS).join(', ')}.`);
  if (side !== undefined && side !== 'client' && side !== 'service')
    throw new Error(`A side is client or service, not ${JSON.stringify(side)}.`);
  if (call !== undefined && !(Number.isInteger(call) && call >= 1))
    throw new Error(`Calls are counted from 1; ${call} is none.`);
  if (at !== undefined && within !== undefined) throw new Error('at and within say the same: keep one of the two.');
  if (at !== undefined && !Number.isFinite(at)) throw new Error(`at is an instant in milliseconds, not ${at}.`);
  if (within !== undefined && !(within[0] <= within[1]))
    throw new Error(`within is [earliest, latest] in milliseconds, not ${JSON.stringify(within)}.`);
}

export function seconds(milliseconds: number): string {
  return `${(milliseconds / 1_000).toFixed(3)} s`;
}
