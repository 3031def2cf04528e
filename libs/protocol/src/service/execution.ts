import type { Exception } from '../channel/vocabulary.ts';
import { InvalidOperation } from '../machine.ts';
import type { Contract, DataContract, DataRecord } from '../soap/index.ts';
import type { Duration } from '../time.ts';

/** What an operation is told. Each session has an instance of the service to itself: InstanceContextMode.PerSession. */
export interface Invocation {
  readonly operation: string;
  readonly values: DataRecord;
  /** How many operations the instance has begun, this one included: all that it remembers. */
  readonly ordinal: number;
}

/** What every operation of a service does. Pure. Throws `InvalidOperation` for one that it does not have. */
export type ServiceOperations = (invocation: Invocation) => Execution;

/** An operation, or what is left of it: it takes its time, then something comes of it. `INFINITE`: never. */
export interface Execution {
  readonly after: Duration;
  readonly outcome: Outcome;
}

export type Outcome =
  /** By the names of the results: `EchoResult`. A one-way operation returns none. */
  | { readonly type: 'return'; readonly results: DataRecord }
  /** FaultException: the session goes on (wcf-wire 4.5). */
  | { readonly type: 'fault'; readonly reason: string }
  /** The same with a detail, declared by the contract or not. */
  | { readonly type: 'fault'; readonly reason: string; readonly detail: DataContract; readonly value: DataRecord }
  /** Any other exception: the session ends. */
  | { readonly type: 'throw'; readonly exception: Exception }
  /** The operation aborts its own channel. */
  | { readonly type: 'abort' }
  /** Calls the client back, waits for the answer or for the write of a one-way message, and goes on. */
  | {
      readonly type: 'callBack';
      readonly operation: string;
      readonly values: DataRecord;
      readonly next: (answer: CallbackAnswer) => Execution;
    };

/** What an operation is told of its callback. */
export type CallbackAnswer =
  | { readonly type: 'returned'; readonly results: DataRecord }
  | { readonly type: 'threw'; readonly exception: Exception };

/**
 * `single`: nothing of a session is read while an operation of it runs. `reentrant`: whatever comes is read, and its operation waits
 * for the instance, which another one leaves while it calls back. `multiple`: whatever comes is executed (wcf-timeouts 3.3, 7.3, 7.5).
 */
export type ConcurrencyMode = 'single' | 'reentrant' | 'multiple';

/** A service behind the framing of its connections. */
export interface ServiceCalls {
  readonly contract: Contract;
  readonly operations: ServiceOperations;
  readonly concurrencyMode: ConcurrencyMode;
  /** Of the service's binding: bounds the write of each reply, and each callback (wcf-timeouts 2.5). */
  readonly sendTimeout: Duration;
  /** ServiceDebugBehavior: whether a fault tells what was thrown. */
  readonly includeExceptionDetailInFaults: boolean;
  /** An id for each callback, `urn:uuid:…`, from whoever owns the randomness. */
  readonly nextMessageId: () => string;
}

/** The callback of that name. Throws `InvalidOperation` where the contract has none. */
export function callbackOf({ callbacks }: Contract, name: string) {
  const found = callbacks.find((callback) => callback.name === name);
  if (found === undefined) throw new InvalidOperation(`the contract has no callback ${name}`);
  return found;
}
