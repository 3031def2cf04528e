import type { ChannelEffect, ChannelEvent, Ending, FaultCause, TimerName } from '../channel/vocabulary.ts';
import { consequencesOf } from '../consequences.ts';
import { INFINITE } from '../constants.ts';
import type { Compression } from '../encoding/index.ts';
import type { ServiceEndpoint, ServiceFramingEvent } from '../framing/index.ts';
import { encodeRecord, serviceFraming } from '../framing/index.ts';
import { type Deadline, InvalidOperation, type Machine } from '../machine.ts';
import type { Duration, Instant } from '../time.ts';
import { Timers } from '../timers.ts';
import { unreachable } from '../unreachable.ts';
import type { ServiceCalls } from './execution.ts';
import { type DispatchedSession, SessionDispatcher, type Transmission } from './session-dispatcher.ts';
import { SessionState } from './session-state.ts';

export interface ServiceConnectionSettings {
  readonly endpoint: ServiceEndpoint;
  readonly channelInitializationTimeout: Duration;
  readonly openTimeout: Duration;
  readonly closeTimeout: Duration;
  readonly receiveTimeout: Duration;
  /** ConnectionPoolSettings.IdleTimeout: bounds the wait for the next preamble on a reused connection, and that preamble. */
  readonly idleTimeout: Duration;
  readonly maxReceivedMessageSize: number;
  /** How payloads are packed, where the endpoint's content type says that they are (wcf-wire 3.4). */
  readonly compression?: Compression;
  /** What is called. Absent: messages are delivered, and nobody reads them. */
  readonly calls?: ServiceCalls;
}

/**
 * One connection of a net.tcp service from accept on: one session after another, each with a channel of its own
 * (.NET Framework 4.8: ConnectionDemuxer, ServerFramingDuplexSessionChannel, SessionIdleManager; wcf-timeouts 3.3, 5.2).
 */
export function serviceConnection(
  settings: ServiceConnectionSettings,
): Machine<ChannelEvent, ChannelEffect, TimerName> {
  return new ServiceConnection(settings);
}

/** ChannelHandler.CloseAfterFaultTimeout: what a session has to end after an operation threw (wcf-timeouts 1.7). */
export const CLOSE_AFTER_FAULT_TIMEOUT: Duration = 10_000;

const ABORTED: Ending = { code: 'aborted' };

/** `draining`: a framing fault went out with FIN; what still arrives is read and thrown away (wcf-wire 1.9). */
type Phase = 'waiting' | 'preamble' | 'session' | 'draining' | 'gone';

class ServiceConnection implements Machine<ChannelEvent, ChannelEffect, TimerName> {
  readonly #settings: ServiceConnectionSettings;
  readonly #timers = new Timers<TimerName>();
  readonly #state = new SessionState();
  readonly #framing;
  #phase: Phase = 'waiting';
  #accepted = false;
  #transmissions = 0;
  #requests = 0;
  #drain = 0;
  /** The client's FIN has come where a session may end. */
  #finished = false;
  #dispatcher: SessionDispatcher | undefined;
  /** With those of earlier sessions, whose operations still run. */
  #dispatchers: readonly SessionDispatcher[] = [];

  constructor(settings: ServiceConnectionSettings) {
    this.#settings = settings;
    this.#framing = serviceFraming(settings.endpoint, { maxReceivedMessageSize: settings.maxReceivedMessageSize });
  }

  handle(event: ChannelEvent, now: Instant): readonly ChannelEffect[] {
    switch (event.type) {
      case 'accepted':
        return this.#accept(now);
      case 'received':
        return this.#received(event.bytes, now);
      case 'peerEnded':
        return this.#peerEnded(now);
      case 'peerReset':
        return this.#lost({ code: 'connectionReset' }, { by: 'peerReset', how: 'abort', now });
      case 'timeout':
        return this.#timeout(now);
      case 'abort':
        return this.#lost({ code: 'aborted' }, { by: 'abort', how: 'abort', now });
      case 'transmitted':
        return consequencesOf(this.#dispatchers, (dispatcher) => dispatcher.transmitted(event.id, now));
      case 'close':
        return this.#close(now);
      case 'open':
      case 'connected':
      case 'connectFailed':
        throw new InvalidOperation(`a service's connection is not told ${event.type}`);
      default:
        return unreachable(event);
    }
  }

  /** The earliest; of two that are due at one instant, that of the connection. */
  deadline() {
    let earliest: Deadline<TimerName> | undefined = this.#timers.deadline();
    for (const dispatcher of this.#dispatchers) {
      const next = dispatcher.deadline();
      if (next !== undefined && (earliest === undefined || next.at < earliest.at)) earliest = next;
    }
    return earliest;
  }

  describe(): unknown {
    const operations = this.#dispatchers.filter(({ isBusy }) => isBusy).length;
    return { phase: this.#phase, state: this.#state.current, operations, timers: this.#timers.describe() };
  }

  /** t_acc: one deadline until the content type has been read, not moved by anything that arrives (wcf-timeouts 5.2). */
  #accept(now: Instant): readonly ChannelEffect[] {
    if (this.#accepted) throw new InvalidOperation('a connection is accepted once');
    this.#accepted = true;
    return this.#timers.arm(
      'channelInitialization',
      { since: now, after: this.#settings.channelInitializationTimeout },
      'accepted',
    );
  }

  #received(bytes: Uint8Array, now: Instant): readonly ChannelEffect[] {
    if (this.#phase === 'draining') return this.#drained(bytes.length, now);
    if (this.#phase === 'gone') return [];
    return consequencesOf(this.#framing.receive(bytes), (event) => this.#framed(event, now));
  }

  /** What has come behind the end of a connection is nothing any more. */
  #framed(event: ServiceFramingEvent, now: Instant): readonly ChannelEffect[] {
    if (this.#phase === 'gone') return [];
    switch (event.type) {
      case 'preambleStarted':
        this.#phase = 'preamble';
        return [];
      case 'contentTypeRead':
        return this.#channelAccepted(event.via, now);
      case 'preambleEnded':
        return this.#opened();
      case 'envelope':
        return [
          { type: 'delivered', payload: event.payload },
          ...(this.#dispatcher?.receive(event.payload, now) ?? []),
        ];
      case 'ended':
        return this.#inputEnded(now);
      case 'violation':
        return this.#violated(event, now);
      case 'upgradeRequested':
        return [];
      default:
        return unreachable(event);
    }
  }

  /** t_chacc: the listener hands the channel out. The idle timer of the dispatcher counts from here, not from the first message. */
  #channelAccepted(via: string, now: Instant): readonly ChannelEffect[] {
    const { receiveTimeout, openTimeout, calls } = this.#settings;
    this.#phase = 'session';
    this.#dispatcher = calls && new SessionDispatcher(calls, this.#session());
    if (this.#dispatcher !== undefined) this.#dispatchers = [...this.#dispatchers, this.#dispatcher];
    return [
      ...this.#timers.cancel(['channelInitialization', 'poolIdle'], 'contentTypeRead'),
      { type: 'channelAccepted', via },
      ...this.#state.move('open', 'channelAccepted'),
      ...this.#timers.arm('receive', { since: now, after: receiveTimeout }, 'channelAccepted'),
      ...this.#timers.arm('open', { since: now, after: openTimeout }, 'channelAccepted'),
    ];
  }

  #opened(): readonly ChannelEffect[] {
    return [
      ...this.#timers.cancel(['open'], 'opened'),
      ...this.#state.move('acknowledged', 'opened'),
      this.#transmit(encodeRecord({ type: 'preambleAck' }), 'preambleAck'),
    ];
  }

  /** What the dispatcher of a session may do to its connection. */
  #session(): DispatchedSession {
    const { endpoint: address, receiveTimeout: after, closeTimeout } = this.#settings;
    const { maxReceivedMessageSize, compression } = this.#settings;
    return {
      address,
      encoding: { session: true, maxReceivedMessageSize, ...(compression === undefined ? {} : { compression }) },
      nextCall: () => {
        this.#requests += 1;
        return this.#requests;
      },
      transmit: (payload, what) => this.#transmit(encodeRecord({ type: 'sizedEnvelope', payload }), what),
      active: (by, now) => this.#timers.arm('receive', { after, since: now }, by),
      inputEnded: () => this.#timers.cancel(['receive'], 'inputEnded'),
      ended: (now) => this.#ended(now),
      close: (now) => this.#endFirst('close', { since: now, after: closeTimeout }),
      closeAfterFault: (since) => this.#endFirst('internalServiceFault', { since, after: CLOSE_AFTER_FAULT_TIMEOUT }),
      terminated: (now) => this.#timers.arm('close', { since: now, after: closeTimeout }, 'terminated'),
      fault: (why, now) => this.#lost(why, { by: why.code, how: 'abort', now }),
    };
  }

  /** The client's side of the session has ended: ours follows, when its dispatcher has nothing left to tell. */
  #inputEnded(now: Instant): readonly ChannelEffect[] {
    return this.#dispatcher === undefined ? this.#ended(now) : this.#dispatcher.inputEnded(now);
  }

  #ended(now: Instant): readonly ChannelEffect[] {
    return this.#finished ? this.#endedWithoutEnd(now) : this.#sessionClosed(now);
  }

  /**
   * Our side ends the session of its own accord: ServiceHost.Close, IContextChannel.Close. End goes out at once, as CoreWCF writes
   * it; what the host of the .NET Framework writes, and when, is not established (wcf-timeouts 3.5, 13.2). What is not open has
   * nothing to end: CommunicationObject.Close aborts it.
   */
  #close(now: Instant): readonly ChannelEffect[] {
    if (this.#phase === 'draining' || this.#state.isClosing) return [];
    if (this.#state.current !== 'opened') return this.#lost(ABORTED, { by: 'close', how: 'abort', now });
    return this.#dispatcher === undefined ? this.#session().close(now) : this.#dispatcher.close(now);
  }

  /** Our End goes first, and the client has a time for its own: the closeTimeout, but behind a fault 10 s (wcf-timeouts 1.7). */
  #endFirst(by: string, span: { readonly since: Instant; readonly after: Duration }): readonly ChannelEffect[] {
    return [
      ...this.#timers.cancel(['receive'], 'close'),
      ...this.#state.move('close', by),
      this.#transmit(encodeRecord({ type: 'end' }), 'end'),
      ...this.#timers.arm('close', span, by),
    ];
  }

  /** Both sides have ended: the connection waits for another session (wcf-wire 1.10). */
  #sessionClosed(now: Instant): readonly ChannelEffect[] {
    const { ending } = this.#state;
    const closed: readonly ChannelEffect[] = [
      ...this.#ownEnd(),
      ...this.#timers.cancelAll('ended'),
      ...this.#state.move('sessionClosed', 'ended'),
      { type: 'sessionEnded', why: ending },
      ...this.#timers.arm('poolIdle', { since: now, after: this.#settings.idleTimeout }, 'reused'),
    ];
    this.#phase = 'waiting';
    this.#state.renew();
    this.#dispatchers = this.#dispatchers.filter(({ isBusy }) => isBusy);
    this.#dispatcher = undefined;
    return [...closed, ...this.#framing.reuse().flatMap((event) => this.#framed(event, now))];
  }

  #peerEnded(now: Instant): readonly ChannelEffect[] {
    if (this.#phase === 'gone') return [];
    if (this.#phase === 'draining') return this.#lost(undefined, { by: 'peerEnded', how: 'end', now });
    switch (this.#framing.endOfInput()) {
      case 'silent':
        return this.#leftSilently(now);
      case 'end':
        this.#finished = true;
        return this.#inputEnded(now);
      case 'broken':
        return this.#lost({ code: 'peerClosedEarly' }, { by: 'peerEnded', how: 'abort', now });
    }
  }

  /** Between two sessions; or behind an End that is not answered yet, because an operation runs. */
  #leftSilently(now: Instant): readonly ChannelEffect[] {
    this.#finished = true;
    return this.#phase === 'session' ? [] : this.#lost(undefined, { by: 'peerEnded', how: 'end', now });
  }

  /** FIN after a complete message ends the session as End does; nothing can follow on this connection (wcf-timeouts 0.3). */
  #endedWithoutEnd(now: Instant): readonly ChannelEffect[] {
    const end = this.#ownEnd();
    return [...end, ...this.#lost(this.#state.ending, { by: 'peerEnded', how: 'end', now })];
  }

  #ownEnd(): readonly ChannelEffect[] {
    return this.#state.isClosing ? [] : [this.#transmit(encodeRecord({ type: 'end' }), 'end')];
  }

  /** A framing fault goes out in one write, then FIN, then what the client still sends is drained; without one: reset (1.9). */
  #violated(
    { cause, fault, drain }: { readonly cause: FaultCause; readonly fault?: string; readonly drain: number },
    now: Instant,
  ): readonly ChannelEffect[] {
    if (fault === undefined) return this.#lost(cause, { by: cause.code, how: 'abort', now });
    const told = this.#sessionOver(cause, cause.code);
    const bounded =
      this.#timers.deadline() === undefined
        ? this.#timers.arm('close', { since: now, after: this.#settings.closeTimeout }, 'framingFault')
        : [];
    this.#phase = 'draining';
    this.#drain = drain;
    const record = this.#transmit(encodeRecord({ type: 'fault', fault }), 'fault');
    return [...told, record, { type: 'disconnect', how: 'end' }, ...bounded, ...this.#dispatcherLost(cause, now)];
  }

  #drained(length: number, now: Instant): readonly ChannelEffect[] {
    this.#drain -= length;
    return this.#drain >= 0 ? [] : this.#lost(undefined, { by: 'drainQuota', how: 'abort', now });
  }

  #timeout(now: Instant): readonly ChannelEffect[] {
    const fired = this.#timers.takeDue(now);
    if (fired === undefined) return this.#callTimedOut(now);
    const pooled = fired.timer === 'poolIdle' && this.#phase === 'waiting';
    const why: Ending | undefined =
      pooled || this.#phase === 'draining'
        ? undefined
        : { code: 'timedOut', timer: fired.timer, after: fired.due - fired.since };
    return [fired, ...this.#lost(why, { by: `${fired.timer} timed out`, how: 'abort', now })];
  }

  #callTimedOut(now: Instant): readonly ChannelEffect[] {
    const [due] = this.#dispatchers.filter((dispatcher) => (dispatcher.deadline()?.at ?? INFINITE) <= now);
    return due?.timeout(now) ?? [];
  }

  /** The connection is over. `why` is absent where no session was under way. Operations run on (wcf-timeouts 3.4, 15.5). */
  #lost(
    why: Ending | undefined,
    { by, how, now }: { readonly by: string; readonly how: 'abort' | 'end'; readonly now: Instant },
  ): readonly ChannelEffect[] {
    if (this.#phase === 'gone' || !this.#accepted) return [];
    const underWay = this.#phase === 'preamble' || this.#phase === 'session' || why?.code === 'timedOut';
    const told = why !== undefined && underWay ? this.#sessionOver(why, by) : [];
    const cancelled = this.#timers.cancelAll(by);
    this.#phase = 'gone';
    return [...cancelled, ...told, { type: 'disconnect', how }, ...this.#dispatcherLost(why ?? ABORTED, now)];
  }

  #dispatcherLost(why: Ending, now: Instant): readonly ChannelEffect[] {
    return this.#dispatcher?.lost(why, now) ?? [];
  }

  #sessionOver(why: Ending, by: string): readonly ChannelEffect[] {
    const cancelled = this.#timers.cancel(['receive', 'open'], by);
    return [...cancelled, ...this.#state.leave(why, by), { type: 'sessionEnded', why }];
  }

  #transmit(bytes: Uint8Array, what: string): Transmission {
    this.#transmissions += 1;
    return { type: 'transmit', id: this.#transmissions, bytes, what };
  }
}
