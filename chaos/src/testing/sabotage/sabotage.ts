import type { ApiRelay } from '../api-relay.ts';
import type { Lapse } from '../lapse.ts';
import type { ToxiproxyActor } from './toxiproxy-actor.ts';

/** The stage of one sabotage: a run of its own, with a Toxiproxy of its own. */
export interface Scene {
  readonly lapse: Lapse;
  readonly toxiproxy: ToxiproxyActor;
  readonly toxiproxyPid: number;
  /** Present where the sabotage is about Temporal. */
  readonly temporalPid: number;
  /** Waits for the instant at which it shall happen: so long after zero. */
  readonly instant: () => Promise<void>;
  /** Present where there is one between the run and Toxiproxy. */
  readonly relay: ApiRelay | undefined;
  /** A process that was started for the scene, and ends with it. */
  readonly started: (pid: number) => void;
}

/** How a run may end. `nothing`: nobody is left to say it. */
export type End = 'confirmed' | 'inconclusive' | 'nothing';

/** Something that is done to a run from outside, and how the run may end then. It is never refuted. */
export interface Sabotage {
  readonly name: string;
  /** A file of `testing/`, without its ending. */
  readonly scenario: 'held' | 'idle' | 'latency';
  readonly ends: readonly End[];
  /** What every inconclusive run says, unless noise made it so. */
  readonly reason?: RegExp;
  /** Measured noise alone may make it inconclusive. */
  readonly mayBeNoise?: true;
  readonly needsOwnTemporal?: true;
  readonly relay?: (toxiproxyUrl: string) => Promise<ApiRelay>;
  /** Nobody can reach the proxies any more. */
  readonly losesToxiproxy?: true;
  readonly act: (scene: Scene) => Promise<unknown>;
}

/** What is certain only when it has been seen: what became of a run, and what it left. */
export interface Aftermath {
  readonly end: End | 'refuted';
  readonly exitCode: number | string | null;
  readonly byNoise: boolean;
  readonly reasons: readonly string[];
  /** Experiments that were judged. */
  readonly experiments: number;
  /** Processes and proxies of the run that are still there. */
  readonly left: readonly string[];
}

const EXIT_CODES = { confirmed: 0, refuted: 1, inconclusive: 2 } as const;

/** What is wrong with an aftermath, in sentences; empty: nothing. */
export function complaintsAbout({ ends, reason, mayBeNoise }: Sabotage, aftermath: Aftermath): readonly string[] {
  const { end, byNoise, reasons, left, exitCode } = aftermath;
  const told = reasons.join(' / ');
  const excused = byNoise && mayBeNoise === true;
  return [
    ...(end === 'refuted' ? [`refuted for a fault that is not the model's: ${told}`] : []),
    ...(end !== 'refuted' && !ends.includes(end) && !excused ? [`${end}: ${told}`] : []),
    ...(end === 'inconclusive' && !excused && reason !== undefined && !reason.test(told)
      ? [`inconclusive for another reason: ${told}`]
      : []),
    ...(end !== 'nothing' && exitCode !== EXIT_CODES[end] ? [`exit code ${exitCode} for ${end}`] : []),
    ...left.map((what) => `left: ${what}`),
  ];
}
