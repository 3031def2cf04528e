import type { ChannelEffect, Instant, SessionEvent } from '@lapse/protocol';
import type { Prediction } from './claims.ts';
import type { ContainerNetwork, Scenario, Side } from './scenario.ts';

/** Bytes as they stand in a history: lower-case hex, two digits a byte. */
export type Hex = string;

/** Of more than 8 KiB at once only the beginning is recorded; then this says how many bytes there were. */
export interface Sized {
  readonly size?: number;
}

/** The same of values by name: the bytes, or the letters of a text, that those had which are recorded by their beginning only. */
interface NamedSizes {
  readonly sizes?: Readonly<Record<string, number>>;
}

type AsRecorded<T> = T extends { readonly type: 'accepted' | 'connected' }
  ? never
  : { readonly [K in keyof T]: T[K] extends Uint8Array ? Hex : T[K] } & (Uint8Array extends T[keyof T]
      ? Sized
      : unknown) &
      (T extends { readonly type: 'call' | 'completed' } ? NamedSizes : unknown);

/** What a machine was told or answered, as recorded: bytes in hex, long ones by their beginning, sockets with their ports. */
export type MachineObservation =
  | AsRecorded<SessionEvent>
  | AsRecorded<ChannelEffect>
  | { readonly type: 'accepted'; readonly peerPort: number }
  | { readonly type: 'connected'; readonly reused?: true; readonly localPort: number; readonly remotePort: number };

/** Everything else that a history holds. */
export type EnvironmentObservation =
  /** The first line: clock anchor and labels. `monotonicNs` is a decimal string. */
  | {
      readonly type: 'experiment';
      readonly id: string;
      readonly wallClock: string;
      readonly monotonicNs: string;
      readonly scenario: Scenario;
      readonly prediction: Prediction;
      readonly labels: Labels;
    }
  | { readonly type: 'listening'; readonly port: number }
  /** A reading of the service's clock, in nanoseconds, as a decimal string: the host asked for it. */
  | { readonly type: 'clock'; readonly ns: string }
  /** By the quickest answer the clocks of host and service are no more than so many milliseconds apart, a fraction included. */
  | { readonly type: 'clocksCompared'; readonly apart: number }
  | { readonly type: 'proxied'; readonly name: string; readonly port: number; readonly upstreamPort: number }
  | { readonly type: 'zero' }
  /** The driver wrote only the first `sent` bytes of a transmission; the rest follows after the pause. */
  | { readonly type: 'cut'; readonly id: number; readonly sent: number; readonly of: number }
  /** On the service: this connection is a canary. On the host: what its own canary connection saw. */
  | {
      readonly type: 'canary';
      readonly what: 'recognised' | 'connected' | 'sent' | 'answered' | 'ended';
      readonly purpose?: CanaryPurpose;
      readonly ping?: number;
      readonly localPort?: number;
    }
  | { readonly type: 'injected'; readonly injection: number; readonly before: Instant; readonly after: Instant }
  | { readonly type: 'readBack'; readonly injection: number; readonly same: boolean; readonly found: string }
  | { readonly type: 'healed'; readonly injection: number; readonly before: Instant; readonly after: Instant }
  /** The injector did not do, or no longer is, what was asked for. */
  | { readonly type: 'injectorFailed'; readonly message: string }
  | { readonly type: 'noise'; readonly what: 'loopDelay' | 'roundTrip'; readonly ms: number }
  | { readonly type: 'measurementEnded' }
  /** Entry `fault` of the scenario's process faults: the signal went out between these instants; stamped with the first. */
  | {
      readonly type: 'signalled';
      readonly fault: number;
      readonly signal: 'SIGKILL' | 'SIGSTOP' | 'SIGCONT';
      readonly before: Instant;
      readonly after: Instant;
    }
  | { readonly type: 'exited'; readonly process: 'service' | 'client'; readonly planned: boolean; readonly how: string }
  | { readonly type: 'leaseExpired' }
  | { readonly type: 'stopped' }
  | { readonly type: 'crashed'; readonly message: string }
  | { readonly type: 'ended' };

/** `proof` goes through the session's proxy, `noise` through one without toxics (or direct, where the path is). */
export type CanaryPurpose = 'proof' | 'noise';

/** What an observation is stamped with. `seq` counts per source without gaps. */
export interface Stamp {
  readonly source: 'host' | 'service' | 'client';
  readonly seq: number;
  readonly at: Instant;
  readonly side?: Side;
  /** Number of the connection on its side, from 1, in order of connect or accept. */
  readonly connection?: number;
}

/** One entry of a history. */
export type Observation = Stamp & (MachineObservation | EnvironmentObservation);

/** An observation before it is stamped with source, number and instant. */
export type Unstamped = Pick<Stamp, 'side' | 'connection'> & (MachineObservation | EnvironmentObservation);

/** Under which conditions evidence was taken; a sign-off policy says which it accepts. */
export interface Labels {
  readonly conductor: 'temporal' | 'inProcess';
  readonly injector: 'toxiproxy' | 'none';
  /** `external`: a service that is none of ours, and keeps no record for us. */
  readonly service: 'process' | 'container' | 'external';
  /** Of a service in a container: what it was started from (`sha256:…`), by which engine, and how it is reached. */
  readonly container?: { readonly image: string; readonly engine: string; readonly network: ContainerNetwork };
  readonly fidelity: 'proxy' | 'direct';
  readonly versions: Readonly<Record<string, string>>;
  readonly commit: string;
}
