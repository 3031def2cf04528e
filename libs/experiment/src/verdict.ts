import type { Duration, Instant } from '@lapse/protocol';
import type { Claim } from './claims.ts';
import type { Labels } from './observation.ts';
import type { ScenarioId } from './scenario.ts';

export type Status = 'confirmed' | 'refuted' | 'inconclusive';

/** The judge's answer to one claim, or (claim absent) to something that happened and no claim covers. */
export interface Verdict {
  readonly status: Status;
  readonly claim?: Claim;
  /** One sentence: what was missing, contradicted, or why it holds. */
  readonly reason: string;
  /** What was seen, in words, and when. */
  readonly observed?: Observed;
  /** Largest noise within 250 ms of the winning instant. */
  readonly noise?: Duration;
  /** Inconclusive because of noise alone: the scenario deserves a second experiment. */
  readonly byNoise?: boolean;
  /** What an invalid experiment would have refuted. */
  readonly suspected?: string;
}

/** An event of the evidence. */
export interface Observed {
  readonly what: string;
  readonly at: Instant;
  /** The exception that the application on its side was shown with it; of a long message only its beginning. Absent: none. */
  readonly shown?: { readonly exception: string; readonly message: string };
}

/** What a workflow keeps of an experiment (at most 32 KB); the evidence stays where it was recorded. */
export interface JudgedExperiment {
  readonly id: string;
  readonly scenario: ScenarioId;
  readonly status: Status;
  /** Index of the root verdict in `verdicts`. */
  readonly root: number;
  readonly verdicts: readonly Verdict[];
  /** What the prediction says of a service that keeps no record for us; nothing of it is judged. */
  readonly argued?: readonly Claim[];
  /** How the effect of each injection was proven. */
  readonly proofs: readonly Proof[];
  readonly labels?: Labels;
  /** Lateness (at - due) of every firing of our own timers. */
  readonly lateness: readonly Duration[];
  /** Folder of the experiment on its station, and SHA-256 of its history. */
  readonly folder: string;
  readonly digest: string;
}

/** What shows that an injection took effect; without it nothing is judged. */
export interface Proof {
  /** Its place in the plan: the toxics first, then what is done to processes. */
  readonly injection: number;
  readonly proven: boolean;
  readonly by: string;
}

/** A scenario with its experiments: one, or two where noise made the first inconclusive. The last decides. */
export interface JudgedScenario {
  readonly scenario: ScenarioId;
  readonly status: Status;
  readonly experiments: readonly JudgedExperiment[];
  /** Experiments that were lost with their stations: nobody can say what became of them. Absent: none was. */
  readonly lost?: readonly LostExperiment[];
}

/** An experiment whose station is gone. */
export interface LostExperiment {
  readonly id: string;
  /** The task queue that nobody answers. */
  readonly station: string;
}
