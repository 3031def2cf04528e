import type { ConcurrencyMode, Duration, Instant, Misbehaviour } from '@lapse/protocol';

/** File name of the scenario without its ending: `[a-z0-9-]`. */
export type ScenarioId = string;

export type Side = 'client' | 'service';

/** Upstream: toward the service. Downstream: toward the client. As Toxiproxy uses the words. */
export type Stream = 'upstream' | 'downstream' | 'both';

/** One reproducible description: binding, service, workload, fault plan, duration. All durations in milliseconds. */
export interface Scenario {
  readonly scenario: ScenarioId;
  /** One plain sentence: what a reader learns from it. */
  readonly about: string;
  /** Words by which scenarios are chosen, each `[a-z0-9-]`; absent: none. */
  readonly tags?: readonly string[];
  readonly profile: Profile;
  /** The factor by which WCF's own durations were multiplied; 1: unscaled. */
  readonly scale: number;
  readonly path: Path;
  readonly binding: { readonly transport: 'tcp'; readonly security: 'none'; readonly reliableSession: false };
  readonly client: ClientSettings;
  readonly service: ServiceSettings;
  readonly workload: readonly Step[];
  readonly faults: readonly Injection[];
  /** What is done to the processes themselves; absent: nothing. */
  readonly processFaults?: readonly ProcessFault[];
  readonly runFor: Duration;
  /** A service that is none of ours, in place of the mock service; `service` then says how it is configured. No file names one. */
  readonly target?: Target;
  /** The mock service runs in a container with this network, not in a process of the host's. No file says so. */
  readonly container?: ContainerNetwork;
}

/** `host`: the machine's own. `published`: an engine's port of it leads into the container's, and turns a reset into an end. */
export type ContainerNetwork = 'host' | 'published';

/** `net.tcp://host:port/path`; the path begins with a slash. */
export interface Target {
  readonly host: string;
  readonly port: number;
  readonly path: string;
}

/** Whose behaviour is modelled. Defaults that depend on cores take `processors`, never this machine's. */
export interface Profile {
  readonly client: 'dotnet' | 'netfx';
  readonly service: 'netfx-4.8';
  readonly processors: number;
}

/** What lies between the sockets; it decides how a connection's end arrives (docs/JUDGING.md). */
export type Path = 'proxy' | 'direct';

/** `sync`: the caller's own thread reads. `async`: pumps from the first call. `duplex`: pumps from open (wcf-timeouts 0.5). */
export type CallStyle = 'sync' | 'async' | 'duplex';

export interface ClientSettings {
  /** A raw client is a bare socket: no machine, no timers. It connects and is silent. */
  readonly raw: boolean;
  readonly callStyle: CallStyle;
  readonly openTimeout: Duration;
  readonly closeTimeout: Duration;
  /** IContextChannel.OperationTimeout, or the binding's SendTimeout: one deadline for a call (wcf-timeouts 2.2). */
  readonly operationTimeout: Duration;
  /** The connections that closed sessions leave to later ones; absent: a session's connection ends with it (FIN). */
  readonly connectionPoolSettings?: { readonly idleTimeout: Duration; readonly leaseTimeout: Duration };
  /** The driver writes the preamble in two parts, `pause` apart; the machine stays WCF's. */
  readonly preambleCut?: { readonly after: number; readonly pause: Duration };
}

export interface ServiceSettings {
  readonly openTimeout: Duration;
  readonly closeTimeout: Duration;
  readonly receiveTimeout: Duration;
  /** Bounds the write of a reply, and a callback of the service (wcf-timeouts 2.5). */
  readonly sendTimeout: Duration;
  readonly channelInitializationTimeout: Duration;
  /** ConnectionPoolSettings.IdleTimeout: how long a reused connection may wait for its next preamble. */
  readonly idleTimeout: Duration;
  /** ServiceBehavior.ConcurrencyMode: whether an operation of a session waits for the one before it (wcf-timeouts 3.3). */
  readonly concurrencyMode: ConcurrencyMode;
  /** A peer that breaks the protocol by silence; absent: it behaves. No injection, so it needs no proof. */
  readonly misbehave?: Misbehaviour;
}

/** What the client does at an instant. `connect` belongs to a raw client, the others to a WCF one. */
export interface Step {
  readonly at: Instant;
  readonly do: 'connect' | 'open' | 'call' | 'close' | 'abort';
  /** Of a `call`: what is called. */
  readonly call?: CallPlan;
  /** Of a raw client's `connect`: it sends the bytes of a preamble, so many at a time, until all are sent. Absent: it is silent. */
  readonly drip?: { readonly bytes: number; readonly every: Duration };
}

/**
 * A call of the mock service. `echo`: a short text there and back. `slow`: a reply after `lasts`. `large`: a reply of `bytes`.
 * `oneWay`: no reply; with `bytes` a message of that size. `slowOneWay`: one that the service is busy with for `lasts`.
 * `askBack`: after `lasts` the service calls its client back, and replies with what has become of that, an exception too.
 */
export interface CallPlan {
  readonly operation: 'echo' | 'slow' | 'large' | 'oneWay' | 'slowOneWay' | 'askBack';
  readonly lasts?: Duration;
  readonly bytes?: number;
  /** Of `oneWay`: a flood of so many calls, each made when the one before has returned, and none behind one that failed. Absent: one. */
  readonly times?: number;
}

/**
 * A signal to the process of one side: `kill` ends it at once (SIGKILL), `freeze` stops it (SIGSTOP) until `heal` (SIGCONT), or to
 * the end of measurement. The kernel goes on for a frozen process: it accepts, acknowledges and keeps bytes.
 */
export interface ProcessFault {
  readonly at: Instant;
  readonly side: Side;
  readonly how: 'kill' | 'freeze';
  readonly heal?: Instant;
}

/** One entry of the fault plan: a condition on a stream from `at` until `heal`, or to the end of measurement. */
export interface Injection {
  readonly at: Instant;
  readonly heal?: Instant;
  readonly stream: Stream;
  readonly toxic: Toxic;
}

/** Toxiproxy's own names, attributes and units (slicer's delay is in microseconds). `down` disables the proxy. */
export type Toxic =
  | { readonly type: 'latency'; readonly latency: number; readonly jitter: number }
  | { readonly type: 'bandwidth'; readonly rate: number }
  | { readonly type: 'timeout'; readonly timeout: number }
  | { readonly type: 'slow_close'; readonly delay: number }
  | { readonly type: 'slicer'; readonly average_size: number; readonly size_variation: number; readonly delay: number }
  | { readonly type: 'limit_data'; readonly bytes: number }
  | { readonly type: 'reset_peer'; readonly timeout: number }
  | { readonly type: 'down' };
