import type { Duration, Instant, QuotaName, TimerName } from '@lapse/protocol';
import type { Side } from './scenario.ts';

/** A heading in docs/rules.md. */
export type RuleId = string;

/** What a claim says will happen to its subject; one event per claim. */
export type Outcome =
  | { readonly is: 'fires'; readonly timer: TimerName }
  | { readonly is: 'endedByPeer'; readonly how: 'fin' | 'rst' }
  | { readonly is: 'refused' }
  /** The client gives a pooled connection up, and tries another one; nobody is told. */
  | { readonly is: 'discards' }
  /** A call of the application completes, with or without an exception. */
  | { readonly is: 'completes'; readonly operation: 'open' | 'call' | 'close' }
  | { readonly is: 'survives' }
  | { readonly is: 'rejected'; readonly quota: QuotaName }
  | { readonly is: 'either'; readonly timers: readonly TimerName[] };

/** What the application on the claim's side is shown. `message` is a fragment that the text must contain. */
export interface Symptom {
  readonly exception: string;
  readonly message: string;
}

export type LoserReason =
  | 'preemptedBy'
  | 'resetBy'
  | 'notArmed'
  | 'disabled'
  | 'deadSetting'
  | 'cancelledBy'
  | 'notRunning';

/** A timer that did not end the session, and why. */
export interface Loser {
  readonly side: Side;
  readonly timer: TimerName;
  readonly why: LoserReason;
  /** What cancelled or re-armed it, in the words of the machine's own timer entries; for `notRunning` what was done to its process. */
  readonly by?: string;
  readonly wouldFireAt?: Instant;
}

/** One checkable part of a prediction. Instants count from zero. */
export interface Claim {
  /** `call`: the client's number of the call, from 1 in each session, where the claim is about one, and it is known which. */
  readonly subject: { readonly side: Side; readonly session: number; readonly call?: number };
  readonly outcome: Outcome;
  /** The exception that the caller sees; `null`: the call must succeed; absent: no call of this side is concerned. */
  readonly symptom?: Symptom | null;
  /** The setting that the firing timer is armed with. */
  readonly span?: Duration;
  /** Nominal instant. */
  readonly at: Instant;
  /** survives: from zero to runFor. */
  readonly within: { readonly earliest: Instant; readonly latest: Instant };
  readonly because: RuleId;
  readonly losers: readonly Loser[];
  /** Distance to the runner-up; absent without one. */
  readonly margin?: Duration;
}

export interface Prediction {
  readonly claims: readonly Claim[];
  /** Index of the claim that answers "which timeout": the first event that makes the session unusable. */
  readonly root: number;
  /** What happens on the side of a service that keeps no record for us: it follows from the rules, and is not judged. */
  readonly argued?: readonly Claim[];
}
