import { nextState, type Transition } from '../channel/lifecycle.ts';
import type {
  ChannelEffect,
  ChannelEvent,
  CommunicationState,
  Ending,
  FaultCause,
  TimerName,
} from '../channel/vocabulary.ts';
import type { ServiceEndpoint, ServiceFramingEvent } from '../framing/index.ts';
import { encodeRecord, serviceFraming } from '../framing/index.ts';
import { InvalidOperation, type Machine } from '../machine.ts';
import type { Duration, Instant } from '../time.ts';
import { Timers } from '../timers.ts';
import { unreachable } from '../unreachable.ts';

export interface ServiceConnectionSettings {
  readonly endpoint: ServiceEndpoint;
  readonly channelInitializationTimeout: Duration;
  readonly openTimeout: Duration;
  readonly closeTimeout: Duration;
  readonly receiveTimeout: Duration;
  /** ConnectionPoolSettings.IdleTimeout: bounds the wait for the next preamble on a reused connection, and that preamble. */
  readonly idleTimeout: Duration;
  readonly maxReceivedMessageSize: number;
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

/** `draining`: a framing fault went out with FIN; what still arrives is read and thrown away (wcf-wire 1.9). */
type Phase = 'waiting' | 'preamble' | 'session' | 'draining' | 'gone';

class ServiceConnection implements Machine<ChannelEvent, ChannelEffect, TimerName> {
  readonly #settings: ServiceConnectionSettings;
  readonly #timers = new Timers<TimerName>();
  readonly #framing;
  #phase: Phase = 'waiting';
  #state: CommunicationState = 'created';
  #accepted = false;
  #transmissions = 0;
  #drain = 0;

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
        return this.#peerEnded();
      case 'peerReset':
        return this.#lost({ code: 'connectionReset' }, 'peerReset', 'abort');
      case 'timeout':
        return this.#timeout(now);
      case 'abort':
        return this.#lost({ code: 'aborted' }, 'abort', 'abort');
      case 'transmitted':
        return [];
      case 'open':
      case 'close':
      case 'connected':
      case 'connectFailed':
        throw new InvalidOperation(`a service's connection is not told ${event.type}`);
      default:
        return unreachable(event);
    }
  }

  deadline() {
    return this.#timers.deadline();
  }

  describe(): unknown {
    return { phase: this.#phase, state: this.#state, timers: this.#timers.describe() };
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
    if (this.#phase === 'draining') return this.#drained(bytes.length);
    if (this.#phase === 'gone') return [];
    return this.#framing.receive(bytes).flatMap((event) => this.#framed(event, now));
  }

  #framed(event: ServiceFramingEvent, now: Instant): readonly ChannelEffect[] {
    switch (event.type) {
      case 'preambleStarted':
        this.#phase = 'preamble';
        return [];
      case 'contentTypeRead':
        return this.#channelAccepted(event.via, now);
      case 'preambleEnded':
        return this.#opened();
      case 'envelope':
        return [{ type: 'delivered', payload: event.payload }];
      case 'ended':
        return this.#sessionClosed(now);
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
    const { receiveTimeout, openTimeout } = this.#settings;
    this.#phase = 'session';
    return [
      ...this.#timers.cancel(['channelInitialization', 'poolIdle'], 'contentTypeRead'),
      { type: 'channelAccepted', via },
      ...this.#move('open', 'channelAccepted'),
      ...this.#timers.arm('receive', { since: now, after: receiveTimeout }, 'channelAccepted'),
      ...this.#timers.arm('open', { since: now, after: openTimeout }, 'channelAccepted'),
    ];
  }

  #opened(): readonly ChannelEffect[] {
    return [
      ...this.#timers.cancel(['open'], 'opened'),
      ...this.#move('acknowledged', 'opened'),
      this.#transmit(encodeRecord({ type: 'preambleAck' }), 'preambleAck'),
    ];
  }

  /** End was read and no operation runs: our own End follows, and the connection waits for another session (wcf-wire 1.10). */
  #sessionClosed(now: Instant): readonly ChannelEffect[] {
    const ending: readonly ChannelEffect[] = [
      this.#transmit(encodeRecord({ type: 'end' }), 'end'),
      ...this.#timers.cancelAll('ended'),
      ...this.#move('sessionClosed', 'ended'),
      { type: 'sessionEnded', why: { code: 'peerEnded' } },
      ...this.#timers.arm('poolIdle', { since: now, after: this.#settings.idleTimeout }, 'reused'),
    ];
    this.#phase = 'waiting';
    this.#state = 'created';
    return [...ending, ...this.#framing.reuse().flatMap((event) => this.#framed(event, now))];
  }

  #peerEnded(): readonly ChannelEffect[] {
    if (this.#phase === 'gone') return [];
    if (this.#phase === 'draining') return this.#lost(undefined, 'peerEnded', 'end');
    switch (this.#framing.endOfInput()) {
      case 'silent':
        return this.#lost(undefined, 'peerEnded', 'end');
      case 'end':
        return this.#endedWithoutEnd();
      case 'broken':
        return this.#lost({ code: 'peerClosedEarly' }, 'peerEnded', 'abort');
    }
  }

  /** FIN after a complete message ends the session as End does; nothing can follow on this connection (wcf-timeouts 0.3). */
  #endedWithoutEnd(): readonly ChannelEffect[] {
    const end = this.#transmit(encodeRecord({ type: 'end' }), 'end');
    return [end, ...this.#lost({ code: 'peerEnded' }, 'peerEnded', 'end')];
  }

  /** A framing fault goes out in one write, then FIN, then what the client still sends is drained; without one: reset (1.9). */
  #violated(
    { cause, fault, drain }: { readonly cause: FaultCause; readonly fault?: string; readonly drain: number },
    now: Instant,
  ): readonly ChannelEffect[] {
    if (fault === undefined) return this.#lost(cause, cause.code, 'abort');
    const told = this.#sessionOver(cause, cause.code);
    const bounded =
      this.#timers.deadline() === undefined
        ? this.#timers.arm('close', { since: now, after: this.#settings.closeTimeout }, 'framingFault')
        : [];
    this.#phase = 'draining';
    this.#drain = drain;
    const record = this.#transmit(encodeRecord({ type: 'fault', fault }), 'fault');
    return [...told, record, { type: 'disconnect', how: 'end' }, ...bounded];
  }

  #drained(length: number): readonly ChannelEffect[] {
    this.#drain -= length;
    return this.#drain >= 0 ? [] : this.#lost(undefined, 'drainQuota', 'abort');
  }

  #timeout(now: Instant): readonly ChannelEffect[] {
    const fired = this.#timers.takeDue(now);
    if (fired === undefined) return [];
    const pooled = fired.timer === 'poolIdle' && this.#phase === 'waiting';
    const why: Ending | undefined =
      pooled || this.#phase === 'draining'
        ? undefined
        : { code: 'timedOut', timer: fired.timer, after: fired.due - fired.since };
    return [fired, ...this.#lost(why, `${fired.timer} timed out`, 'abort')];
  }

  /** The connection is over. `why` is absent where no session was under way. */
  #lost(why: Ending | undefined, by: string, how: 'abort' | 'end'): readonly ChannelEffect[] {
    if (this.#phase === 'gone' || !this.#accepted) return [];
    const underWay = this.#phase === 'preamble' || this.#phase === 'session' || why?.code === 'timedOut';
    const told = why !== undefined && underWay ? this.#sessionOver(why, by) : [];
    const cancelled = this.#timers.cancelAll(by);
    this.#phase = 'gone';
    return [...cancelled, ...told, { type: 'disconnect', how }];
  }

  #sessionOver(why: Ending, by: string): readonly ChannelEffect[] {
    const cancelled = this.#timers.cancel(['receive', 'open'], by);
    return [...cancelled, ...this.#leave(why, by), { type: 'sessionEnded', why }];
  }

  #leave(why: Ending, by: string): readonly ChannelEffect[] {
    switch (this.#state) {
      case 'opening':
        return this.#move('openFailed', by);
      case 'opened':
        return this.#move(
          why.code === 'peerEnded' ? 'sessionClosed' : why.code === 'aborted' ? 'abort' : 'connectionLost',
          by,
        );
      default:
        return [];
    }
  }

  #transmit(bytes: Uint8Array, what: string): ChannelEffect {
    this.#transmissions += 1;
    return { type: 'transmit', id: this.#transmissions, bytes, what };
  }

  #move(transition: Transition, why: string): readonly ChannelEffect[] {
    const from = this.#state;
    this.#state = nextState(from, transition);
    return [{ type: 'state', from, to: this.#state, why }];
  }
}
