import type { Injection, Toxic } from '@lapse/experiment';

/** Whole milliseconds on whatever clock the caller keeps. */
export type Instant = Injection['at'];

/** The instants between which the injector did what it was told. */
export interface Edge {
  readonly before: Instant;
  readonly after: Instant;
}

/** A listening proxy in front of a service. */
export interface Proxied {
  readonly name: string;
  readonly port: number;
  readonly upstreamPort: number;
}

/** An injection that took place, to be read back and removed by. */
export interface Injected extends Edge {
  readonly id: number;
  readonly proxy: string;
  readonly injection: Injection;
}

/** Whether what was found is what was asked for, and what was found, in words. */
export interface Comparison {
  readonly same: boolean;
  readonly found: string;
}

/**
 * Puts conditions on the streams of its proxies. It only adds, removes, reads back and heals: whether an injection had an
 * effect is proven by what the session saw. `add`, `remove` and `healAll` reject with `InjectorFailure` alone; whatever
 * `readBack` and `compare` run into is their answer.
 */
export interface Injector {
  /** The toxics that it can stage. */
  readonly capabilities: readonly Toxic['type'][];
  /** Puts an injection on a proxy; of `stream: both`, both at once. Refuses what it cannot do before it does anything. */
  add(proxy: string, injection: Injection): Promise<Injected>;
  /** Heals one injection. What has vanished by itself is logged: it is no failure of the removal. */
  remove(injected: Injected): Promise<Edge>;
  readBack(injected: Injected): Promise<Comparison>;
  /** Compares everything it set up with what is there now: removed early, changed, doubled by another actor, or gone. */
  compare(): Promise<Comparison>;
  /** Leaves its proxies without any toxic, whoever added it, and enabled. */
  healAll(): Promise<void>;
}

/** The injector did not do what it was told, or nobody knows. `message` is a sentence with the server's own reason. */
export class InjectorFailure extends Error {
  override readonly name = 'InjectorFailure';
  /** HTTP status of the server's refusal; absent when it did not answer, or was not asked. */
  readonly status?: number;

  constructor(message: string, status?: number) {
    super(message);
    if (status !== undefined) this.status = status;
  }
}
