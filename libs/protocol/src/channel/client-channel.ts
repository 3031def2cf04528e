import type { ClientFramingEvent } from '../framing/index.ts';
import { clientFraming, encodePreamble, encodeRecord, exceptionForFramingFault } from '../framing/index.ts';
import type { Machine } from '../machine.ts';
import type { Duration, Instant } from '../time.ts';
import { Timers } from '../timers.ts';
import { unreachable } from '../unreachable.ts';
import {
  brokenPipe,
  communicationObjectFaulted,
  connectionReset,
  couldNotConnect,
  framingViolated,
  messageTooBig,
  openTimedOut,
  preambleRejected,
  prematureEnd,
  receiveTimedOut,
} from './exceptions.ts';
import { nextState, type Transition } from './lifecycle.ts';
import type {
  ChannelEffect,
  ChannelEvent,
  CommunicationState,
  Ending,
  Exception,
  FaultCause,
  TimerName,
} from './vocabulary.ts';

export interface ClientChannelSettings {
  /** The service's own address, whatever the connection's target is (ClientViaBehavior). */
  readonly via: string;
  readonly openTimeout: Duration;
  readonly closeTimeout: Duration;
  /** A permanently pending read: a duplex proxy from open on. Without it nobody reads between calls (wcf-timeouts 0.5). */
  readonly pumping: boolean;
  readonly maxReceivedMessageSize: number;
}

/** The client's side of one session over its own connection: a dotnet/wcf channel on Linux, security None, no reliable session. */
export function clientChannel(settings: ClientChannelSettings): Machine<ChannelEvent, ChannelEffect, TimerName> {
  return new ClientChannel(settings);
}

/** Where the connection stands; the communication state alone does not tell a pending connect from a pending acknowledgement. */
type Connection = 'none' | 'connecting' | 'connected' | 'gone';

class ClientChannel implements Machine<ChannelEvent, ChannelEffect, TimerName> {
  readonly #settings: ClientChannelSettings;
  readonly #timers = new Timers<TimerName>();
  readonly #framing;
  #state: CommunicationState = 'created';
  #connection: Connection = 'none';
  #openedAt: Instant = 0;
  #connectedAt: Instant = 0;
  #transmissions = 0;
  /** The open timer fired while connect was under way: WCF looks at it only when connect returns (wcf-timeouts 1.3). */
  #overdue = false;
  /** The session is over although the state is still opened: nobody was reading, the next use will find out. */
  #lost: Ending | undefined;

  constructor(settings: ClientChannelSettings) {
    this.#settings = settings;
    this.#framing = clientFraming({ maxReceivedMessageSize: settings.maxReceivedMessageSize });
  }

  handle(event: ChannelEvent, now: Instant): readonly ChannelEffect[] {
    switch (event.type) {
      case 'open':
        return this.#open(now);
      case 'connected':
        return this.#connected(now);
      case 'connectFailed':
        return this.#connectFailed(event.code, event.lasted);
      case 'received':
        return this.#framing.receive(event.bytes).flatMap((framed) => this.#framed(framed));
      case 'peerEnded':
        return this.#peerEnded();
      case 'peerReset':
        return this.#peerReset();
      case 'close':
        return this.#close(now);
      case 'abort':
        return this.#abort();
      case 'timeout':
        return this.#timeout(now);
      case 'accepted':
      case 'transmitted':
        return [];
      default:
        return unreachable(event);
    }
  }

  deadline() {
    return this.#timers.deadline();
  }

  describe(): unknown {
    return { state: this.#state, connection: this.#connection, timers: this.#timers.describe() };
  }

  #open(now: Instant): readonly ChannelEffect[] {
    const opening = this.#move('open', 'open');
    this.#openedAt = now;
    this.#connection = 'connecting';
    return [
      ...opening,
      ...this.#timers.arm('open', { since: now, after: this.#settings.openTimeout }, 'open'),
      { type: 'connect' },
    ];
  }

  #connected(now: Instant): readonly ChannelEffect[] {
    if (this.#connection !== 'connecting') return [{ type: 'disconnect', how: 'abort' }];
    this.#connection = 'connected';
    this.#connectedAt = now;
    if (this.#overdue) return this.#openTimedOut();
    return [this.#transmit(encodePreamble({ via: this.#settings.via, mode: 'duplex' }), 'preamble')];
  }

  #connectFailed(code: string, lasted: Duration): readonly ChannelEffect[] {
    if (this.#connection !== 'connecting') return [];
    this.#connection = 'gone';
    return this.#openFailed({ code: 'refused' }, 'refused', couldNotConnect(this.#settings.via, code, lasted));
  }

  #framed(event: ClientFramingEvent): readonly ChannelEffect[] {
    if (this.#connection !== 'connected') return [];
    switch (event.type) {
      case 'acknowledged':
        return [
          ...this.#timers.cancel(['open'], 'opened'),
          ...this.#move('acknowledged', 'acknowledged'),
          { type: 'completed', operation: 'open' },
        ];
      case 'envelope':
        return [{ type: 'delivered', payload: event.payload }];
      case 'ended':
        return this.#sessionEndedByPeer();
      case 'framingFault':
        return this.#broken(
          { code: 'framingFault', uri: event.uri },
          exceptionForFramingFault(event.uri, this.#settings.via),
        );
      case 'violation':
        return this.#broken(event.cause, exceptionForViolation(event.cause));
      case 'upgradeAccepted':
        return [];
      default:
        return unreachable(event);
    }
  }

  #peerEnded(): readonly ChannelEffect[] {
    if (this.#connection !== 'connected' || this.#lost !== undefined) return [];
    if (this.#state === 'opening')
      return this.#broken({ code: 'peerClosedEarly' }, preambleRejected(this.#settings.via));
    if (this.#framing.endOfInput() !== 'broken') return this.#sessionEndedByPeer();
    return this.#connectionLost({ code: 'peerClosedEarly' }, this.#prematureEnd());
  }

  #peerReset(): readonly ChannelEffect[] {
    if (this.#connection !== 'connected') return [];
    return this.#connectionLost({ code: 'connectionReset' }, connectionReset());
  }

  /** End, or FIN where a session may end: a Close that waits is done; else the input is closed and the state stays (0.5). */
  #sessionEndedByPeer(): readonly ChannelEffect[] {
    if (this.#state === 'closing') return this.#closed();
    if (this.#lost !== undefined) return [];
    this.#lost = { code: 'peerEnded' };
    return [{ type: 'sessionEnded', why: this.#lost }];
  }

  /** FIN at a wrong place or RST. Only who reads is told at once (wcf-timeouts 0.5, "Connection loss while idle"). */
  #connectionLost(why: FaultCause, exception: Exception): readonly ChannelEffect[] {
    if (this.#state !== 'opened' || this.#settings.pumping) return this.#broken(why, exception);
    if (this.#lost !== undefined) return [];
    this.#lost = why;
    return [{ type: 'sessionEnded', why }];
  }

  /** Something that whoever is at work on the channel is told: the open, the close, or the pump. */
  #broken(why: FaultCause, exception: Exception): readonly ChannelEffect[] {
    if (this.#state === 'opening') return this.#openFailed(why, why.code, exception);
    if (this.#state === 'closing') return this.#closeFailed(why, why.code, exception);
    if (this.#state !== 'opened') return [];
    const told: readonly ChannelEffect[] = this.#lost === undefined ? [{ type: 'sessionEnded', why, exception }] : [];
    return [
      ...this.#timers.cancelAll(why.code),
      ...this.#move('connectionLost', why.code),
      ...this.#disconnect('abort'),
      ...told,
    ];
  }

  #close(now: Instant): readonly ChannelEffect[] {
    if (this.#state === 'faulted') return this.#closeOfFaulted();
    const closing = this.#move('close', 'close');
    if (this.#lost?.code === 'connectionReset')
      return [...closing, ...this.#closeFailed(this.#lost, 'connectionReset', brokenPipe())];
    if (this.#lost?.code === 'peerClosedEarly')
      return [...closing, ...this.#closeFailed(this.#lost, 'peerClosedEarly', this.#prematureEnd())];
    const ending = this.#transmit(encodeRecord({ type: 'end' }), 'end');
    if (this.#lost !== undefined) return [...closing, ending, ...this.#closed()];
    return [
      ...closing,
      ...this.#timers.arm('close', { since: now, after: this.#settings.closeTimeout }, 'close'),
      ending,
    ];
  }

  /** CommunicationObject.Close on a faulted object throws, and aborts. */
  #closeOfFaulted(): readonly ChannelEffect[] {
    return [
      ...this.#move('abort', 'close of a faulted channel'),
      { type: 'completed', operation: 'close', exception: communicationObjectFaulted() },
    ];
  }

  #abort(): readonly ChannelEffect[] {
    if (this.#state === 'closed') return [];
    const told: readonly ChannelEffect[] =
      this.#state === 'created' || this.#state === 'faulted' || this.#lost !== undefined
        ? []
        : [{ type: 'sessionEnded', why: { code: 'aborted' } }];
    return [...this.#timers.cancelAll('abort'), ...this.#move('abort', 'abort'), ...this.#disconnect('abort'), ...told];
  }

  #timeout(now: Instant): readonly ChannelEffect[] {
    const fired = this.#timers.takeDue(now);
    if (fired === undefined) return [];
    if (fired.timer === 'close') return [fired, ...this.#closeTimedOut()];
    if (this.#connection === 'connected') return [fired, ...this.#openTimedOut()];
    this.#overdue = true;
    return [fired];
  }

  #openTimedOut(): readonly ChannelEffect[] {
    const { openTimeout } = this.#settings;
    const left = Math.max(0, this.#openedAt + openTimeout - this.#connectedAt);
    return this.#openFailed(
      { code: 'timedOut', timer: 'open', after: openTimeout },
      'open timed out',
      openTimedOut(openTimeout, left),
    );
  }

  #closeTimedOut(): readonly ChannelEffect[] {
    const { closeTimeout } = this.#settings;
    return this.#closeFailed(
      { code: 'timedOut', timer: 'close', after: closeTimeout },
      'close timed out',
      receiveTimedOut(closeTimeout),
    );
  }

  #openFailed(why: FaultCause, by: string, exception: Exception): readonly ChannelEffect[] {
    return [
      ...this.#timers.cancelAll(by),
      ...this.#move('openFailed', by),
      ...this.#disconnect('abort'),
      { type: 'completed', operation: 'open', exception },
      { type: 'sessionEnded', why, exception },
    ];
  }

  #closeFailed(why: Ending, by: string, exception: Exception): readonly ChannelEffect[] {
    const told: readonly ChannelEffect[] = this.#lost === undefined ? [{ type: 'sessionEnded', why, exception }] : [];
    return [
      ...this.#timers.cancelAll(by),
      ...this.#move('closeFailed', by),
      ...this.#disconnect('abort'),
      { type: 'completed', operation: 'close', exception },
      ...told,
    ];
  }

  #closed(): readonly ChannelEffect[] {
    const told: readonly ChannelEffect[] =
      this.#lost === undefined ? [{ type: 'sessionEnded', why: { code: 'closed' } }] : [];
    return [
      ...this.#timers.cancelAll('closed'),
      ...this.#move('sessionClosed', 'closed'),
      ...this.#disconnect('end'),
      { type: 'completed', operation: 'close' },
      ...told,
    ];
  }

  #prematureEnd(): Exception {
    return prematureEnd(this.#framing.position(), this.#framing.state());
  }

  #disconnect(how: 'abort' | 'end'): readonly ChannelEffect[] {
    const had = this.#connection === 'connected';
    this.#connection = 'gone';
    return had ? [{ type: 'disconnect', how }] : [];
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

function exceptionForViolation(cause: FaultCause): Exception {
  if (cause.code === 'quotaExceeded') return messageTooBig(cause.limit);
  return cause.code === 'protocolViolation'
    ? framingViolated(cause.offset, cause.state)
    : framingViolated(0, cause.code);
}
