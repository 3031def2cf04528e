import type { DataRecord } from '../soap/index.ts';
import type { Duration } from '../time.ts';
import type { TimerEffect } from '../timers.ts';

/** WCF CommunicationState. From `faulted` only abort leads on, to `closed`. */
export type CommunicationState = 'created' | 'opening' | 'opened' | 'closing' | 'closed' | 'faulted';

/** Every timer that may end or delay a session. `send` is WCF's operation timeout. */
export type TimerName =
  | 'open'
  | 'close'
  | 'send'
  | 'receive'
  | 'inactivity'
  | 'channelInitialization'
  | 'requestInitialization'
  | 'execution'
  | 'retryExhaustion'
  | 'createSequenceAttempt'
  | 'negotiation'
  | 'pendingSession'
  | 'poolIdle'
  | 'poolLease'
  | 'osConnect';

export type QuotaName =
  | 'maxViaSize'
  | 'maxContentTypeSize'
  | 'maxUpgradeSize'
  | 'maxFaultStringSize'
  | 'maxReceivedMessageSize';

/** Why a state changed or a session ended. A peer's mistake is one of these, never a throw. */
export type FaultCause =
  | { readonly code: 'timedOut'; readonly timer: TimerName; readonly after: Duration }
  | { readonly code: 'connectionReset' }
  | { readonly code: 'peerClosedEarly' }
  | { readonly code: 'refused' }
  | { readonly code: 'quotaExceeded'; readonly quota: QuotaName; readonly limit: number }
  | { readonly code: 'protocolViolation'; readonly rule: string; readonly offset: number; readonly state: string }
  | { readonly code: 'framingFault'; readonly uri: string };

/** Why a session ended: a fault, the peer's own End, or a call on this side. */
export type Ending =
  | FaultCause
  | { readonly code: 'peerEnded' }
  | { readonly code: 'closed' }
  | { readonly code: 'aborted' };

/** What the application on this side is shown: WCF's exception type and its message. */
export interface Exception {
  readonly name: string;
  readonly message: string;
  readonly inner?: Exception;
}

/** What may be told to a channel or to a connection of the service. */
export type ChannelEvent =
  | { readonly type: 'open' }
  | { readonly type: 'close' }
  | { readonly type: 'abort' }
  | { readonly type: 'accepted' }
  /** `reused`: a pool had the connection left from an earlier session. */
  | { readonly type: 'connected'; readonly reused?: true }
  | { readonly type: 'connectFailed'; readonly code: string; readonly lasted: Duration }
  | { readonly type: 'received'; readonly bytes: Uint8Array }
  | { readonly type: 'transmitted'; readonly id: number }
  | { readonly type: 'peerEnded' }
  | { readonly type: 'peerReset' }
  | { readonly type: 'timeout' };

/** What the application on the client's side may do with an open session. */
export type CallEvent =
  /**
   * The application calls an operation of its contract. It numbers the calls of a session from 1; the message id, `urn:uuid:…`,
   * comes from whoever owns the randomness.
   */
  | {
      readonly type: 'call';
      readonly call: number;
      readonly operation: string;
      readonly values: DataRecord;
      readonly messageId: string;
    }
  /** IContextChannel.OperationTimeout, changed by the application: each call looks at it when it begins (wcf-timeouts 2.1). */
  | { readonly type: 'setOperationTimeout'; readonly operationTimeout: Duration };

/** What may be told to the client's side of a session that is called through. */
export type SessionEvent = ChannelEvent | CallEvent;

/** What a driver has to perform, or what a history has to know. */
export type ChannelEffect =
  | { readonly type: 'connect' }
  | { readonly type: 'transmit'; readonly id: number; readonly bytes: Uint8Array; readonly what: string }
  /** What a misbehaving side would have transmitted, and keeps to itself. */
  | { readonly type: 'withheld'; readonly what: string }
  /** `abort`: reset the connection (linger 0). `end`: FIN after everything transmitted so far. `pool`: keep it for another session. */
  | { readonly type: 'disconnect'; readonly how: 'abort' | 'end' | 'pool' }
  /** A pooled connection is not used, or not any more: it failed before the acknowledgement, or had lain there for too long. */
  | { readonly type: 'discarded'; readonly why: FaultCause | { readonly code: 'poolIdle' | 'poolLease' } }
  | { readonly type: 'state'; readonly from: CommunicationState; readonly to: CommunicationState; readonly why: string }
  | TimerEffect<TimerName>
  /** The listener hands the session's channel out: t_chacc (wcf-timeouts 0.1). */
  | { readonly type: 'channelAccepted'; readonly via: string }
  | { readonly type: 'delivered'; readonly payload: Uint8Array }
  | { readonly type: 'completed'; readonly operation: 'open' | 'close'; readonly exception?: Exception }
  | {
      readonly type: 'completed';
      readonly operation: 'call';
      readonly call: number;
      readonly exception?: Exception;
      readonly results?: DataRecord;
    }
  /** A message that nobody waits for: the reply of a call that has timed out, or of none (wcf-timeouts 2.3). */
  | { readonly type: 'dropped'; readonly action: string; readonly relatesTo?: string }
  /** The service begins an operation: the idle timer of the session starts again here (wcf-timeouts 3.3). */
  | { readonly type: 'dispatched'; readonly operation: string; readonly messageId?: string }
  /** An operation of the service is over, whether or not its caller is told: `unanswerable` says that nobody can be told any more. */
  | {
      readonly type: 'executed';
      readonly operation: string;
      readonly messageId?: string;
      readonly how: 'replied' | 'faulted' | 'oneWay' | 'unanswerable';
    }
  | { readonly type: 'sessionEnded'; readonly why: Ending; readonly exception?: Exception };
