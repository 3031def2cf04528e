import { consequencesOf } from '../consequences.ts';
import type { ClientFraming, ClientFramingEvent } from '../framing/index.ts';
import { clientFraming, encodePreamble, encodeRecord, exceptionForFramingFault } from '../framing/index.ts';
import type { Machine } from '../machine.ts';
import type { Duration, Instant } from '../time.ts';
import { Timers } from '../timers.ts';
import { unreachable } from '../unreachable.ts';
import type { ClientChannelSettings, Failure, Reader } from './client-channel-settings.ts';
import { exceptionForViolation } from './client-channel-settings.ts';
import {
  communicationObjectFaulted,
  connectionReset,
  couldNotConnect,
  messageInsteadOfEnd,
  openTimedOut,
  openTimedOutOnPooled,
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

/** The client's side of one session over one connection at a time: a dotnet/wcf channel on Linux, security None, no reliable session. */
export function clientChannel(settings: ClientChannelSettings): Machine<ChannelEvent, ChannelEffect, TimerName> {
  return new ClientChannel(settings);
}

/** Where the connection stands; the communication state alone does not tell a pending connect from a pending acknowledgement. */
type Connection = 'none' | 'connecting' | 'connected' | 'gone';

/** The same, for the proxy that calls through it: a caller reads where no pump does. */
export class ClientChannel implements Machine<ChannelEvent, ChannelEffect, TimerName> {
  readonly #settings: ClientChannelSettings;
  readonly #deliver;
  readonly #timers = new Timers<TimerName>();
  #framing: ClientFraming;
  #state: CommunicationState = 'created';
  #connection: Connection = 'none';
  /** The connection has had a session before. */
  #reused = false;
  #openedAt: Instant = 0;
  #openTimeout: Duration;
  #reader: Reader;
  #failure: Exception | undefined;
  #connectedAt: Instant = 0;
  #transmissions = 0;
  /** The open timer fired while connect was under way: WCF looks at it only when connect returns (wcf-timeouts 1.3). */
  #overdue = false;
  /** What has come and nobody has read: the next use will. */
  #unread: Uint8Array[] = [];
  /** How the connection ended, as the socket knows; whoever reads next is told. */
  #ended: 'fin' | 'rst' | undefined;
  #endTransmitted = false;
  #endReceived = false;
  #inputClosed = false;
  /** The end of the session has been told: once. */
  #told = false;

  /** `deliver` says what follows from a message, before anything behind it is read. */
  constructor(settings: ClientChannelSettings, deliver: (payload: Uint8Array) => readonly ChannelEffect[] = () => []) {
    this.#settings = settings;
    this.#deliver = deliver;
    this.#framing = framingOf(settings);
    this.#openTimeout = settings.openTimeout;
    this.#reader = settings.pumping ? 'pump' : 'nobody';
  }

  /** How it stands. `failure`: what whoever was at work on it was told. `inputClosed`: by End, or by FIN where a session may end. */
  get standing() {
    return { state: this.#state, failure: this.#failure, inputClosed: this.#inputClosed } as const;
  }

  /** Opens within another time than the binding's (wcf-timeouts 1.2). */
  open(openTimeout: Duration, now: Instant): readonly ChannelEffect[] {
    this.#openTimeout = openTimeout;
    return this.#open(now);
  }

  /** Somebody else reads from now on; what came before, and nobody has read, comes first. A pump reads for good. */
  read(reader: Reader): readonly ChannelEffect[] {
    if (this.#reader !== 'pump') this.#reader = reader;
    return reader === 'nobody' ? [] : this.#catchUp();
  }

  /** Writes an envelope. On a connection that was reset the write fails, and faults the channel. */
  send(payload: Uint8Array, what: string): readonly ChannelEffect[] {
    if (this.#ended === 'rst') return this.fault({ code: 'connectionReset' }, connectionReset());
    return [this.#transmit(encodeRecord({ type: 'sizedEnvelope', payload }), what)];
  }

  handle(event: ChannelEvent, now: Instant): readonly ChannelEffect[] {
    switch (event.type) {
      case 'open':
        return this.#open(now);
      case 'connected':
        return this.#connected(event.reused ?? false, now);
      case 'connectFailed':
        return this.#connectFailed(event.code, event.lasted);
      case 'received':
        return this.#received(event.bytes);
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
    const armed = this.#timers.arm('open', { since: now, after: this.#openTimeout }, 'open');
    return [...opening, ...armed, { type: 'connect' }];
  }

  #connected(reused: boolean, now: Instant): readonly ChannelEffect[] {
    if (this.#connection !== 'connecting') return [{ type: 'disconnect', how: 'abort' }];
    this.#connection = 'connected';
    this.#reused = reused;
    this.#connectedAt = now;
    if (this.#overdue) return this.#openTimedOut();
    return [this.#transmit(encodePreamble({ via: this.#settings.via, mode: 'duplex' }), 'preamble')];
  }

  #connectFailed(code: string, lasted: Duration): readonly ChannelEffect[] {
    if (this.#connection !== 'connecting') return [];
    this.#connection = 'gone';
    return this.#failed('open', { code: 'refused' }, { exception: couldNotConnect(this.#settings.via, code, lasted) });
  }

  /** Whether anybody reads: an open or a close that waits, or the pump. Between calls nobody else does (wcf-timeouts 0.5). */
  get #isReading(): boolean {
    return this.#state !== 'opened' || this.#reader !== 'nobody';
  }

  #received(bytes: Uint8Array): readonly ChannelEffect[] {
    if (this.#connection !== 'connected') return [];
    if (this.#isReading) return this.#read(bytes);
    this.#unread.push(bytes);
    return [];
  }

  #read(bytes: Uint8Array): readonly ChannelEffect[] {
    return consequencesOf(this.#framing.receive(bytes), (event) => this.#framed(event));
  }

  #framed(event: ClientFramingEvent): readonly ChannelEffect[] {
    if (this.#connection !== 'connected') return [];
    switch (event.type) {
      case 'acknowledged':
        return this.#acknowledged();
      case 'envelope':
        return this.#delivered(event.payload);
      case 'ended':
        this.#endReceived = true;
        return this.#sessionEndedByPeer();
      case 'framingFault': {
        const exception = exceptionForFramingFault(event.uri, this.#settings.via);
        return this.fault({ code: 'framingFault', uri: event.uri }, exception);
      }
      case 'violation':
        return this.fault(
          event.cause,
          exceptionForViolation(event, { opening: this.#state === 'opening', position: this.#framing.position() }),
        );
      case 'upgradeAccepted':
        return [];
      default:
        return unreachable(event);
    }
  }

  #acknowledged(): readonly ChannelEffect[] {
    const cancelled = this.#timers.cancel(['open'], 'opened');
    return [...cancelled, ...this.#move('acknowledged', 'acknowledged'), { type: 'completed', operation: 'open' }];
  }

  /** A message that comes while Close waits for End fails it, unless a pump takes it (wcf-timeouts 1.7). */
  #delivered(payload: Uint8Array): readonly ChannelEffect[] {
    if (this.#state === 'closing' && this.#reader !== 'pump') {
      const why = {
        code: 'protocolViolation',
        rule: 'wcf-wire 1.8',
        offset: this.#framing.position(),
        state: 'closing',
      } as const;
      return this.#failed('close', why, { by: 'message instead of End', exception: messageInsteadOfEnd() });
    }
    return [{ type: 'delivered', payload }, ...this.#deliver(payload)];
  }

  #peerEnded(): readonly ChannelEffect[] {
    if (this.#connection !== 'connected' || this.#ended !== undefined) return [];
    this.#ended = 'fin';
    if (this.#isReading) return this.#readEnd();
    const why: Ending = { code: this.#framing.endOfInput() === 'broken' ? 'peerClosedEarly' : 'peerEnded' };
    return this.#tell(why);
  }

  /** FIN is read: before the acknowledgement, where a session may end, or where it may not. */
  #readEnd(): readonly ChannelEffect[] {
    if (this.#state === 'opening' && this.#framing.position() === 0)
      return this.fault({ code: 'peerClosedEarly' }, preambleRejected(this.#settings.via));
    if (this.#framing.endOfInput() !== 'broken') return this.#sessionEndedByPeer();
    return this.fault({ code: 'peerClosedEarly' }, prematureEnd(this.#framing.position(), this.#framing.state()));
  }

  #peerReset(): readonly ChannelEffect[] {
    if (this.#connection !== 'connected') return [];
    this.#ended = 'rst';
    if (this.#isReading) return this.fault({ code: 'connectionReset' }, connectionReset());
    return this.#tell({ code: 'connectionReset' });
  }

  /** End, or FIN where a session may end: a Close that waits is done; a pump closes the output; the state stays (0.5). */
  #sessionEndedByPeer(): readonly ChannelEffect[] {
    this.#inputClosed = true;
    if (this.#state === 'closing') return this.#closed();
    return [...(this.#reader === 'pump' ? this.#transmitEnd() : []), ...this.#tell({ code: 'peerEnded' })];
  }

  /** Ends the session with RST, for what whoever is at work on it is told: the open, the close, a call, or the pump. */
  fault(why: FaultCause, exception: Exception): readonly ChannelEffect[] {
    if (this.#state === 'opening') return this.#preambleFailed(why, exception);
    if (this.#state === 'closing') return this.#failed('close', why, { exception });
    if (this.#state !== 'opened') return [];
    this.#failure = exception;
    return [
      ...this.#timers.cancelAll(why.code),
      ...this.#move('connectionLost', why.code),
      ...this.#disconnect('abort'),
      ...this.#tell(why, exception),
    ];
  }

  /** On a reused connection nobody is told: it is thrown away, and another one tried within the same deadline (NMF-15, wcf-timeouts 1.3). */
  #preambleFailed(why: FaultCause, exception: Exception): readonly ChannelEffect[] {
    if (!this.#reused) return this.#failed('open', why, { exception });
    const discarded = this.#discard(why);
    this.#framing = framingOf(this.#settings);
    this.#ended = undefined;
    this.#connection = 'connecting';
    return [...discarded, { type: 'connect' }];
  }

  #discard(why: FaultCause): readonly ChannelEffect[] {
    return [...this.#disconnect('abort'), { type: 'discarded', why }];
  }

  /** End is written, then the answer is read: also what came before and nobody has read. */
  #close(now: Instant): readonly ChannelEffect[] {
    if (this.#state === 'faulted') return this.#closeOfFaulted();
    const closing = this.#move('close', 'close');
    if (this.#ended === 'rst')
      return [...closing, ...this.#failed('close', { code: 'connectionReset' }, { exception: connectionReset() })];
    if (this.#endTransmitted) return [...closing, ...this.#closed()];
    const armed = this.#timers.arm('close', { since: now, after: this.#settings.closeTimeout }, 'close');
    return [...closing, ...armed, ...this.#transmitEnd(), ...this.#catchUp()];
  }

  #catchUp(): readonly ChannelEffect[] {
    if (this.#unread.length === 0 && this.#ended === undefined) return [];
    const read = this.#unread.splice(0).flatMap((bytes) => this.#read(bytes));
    if (this.#ended === 'rst' && this.#connection === 'connected' && this.#state === 'opened')
      return [...read, ...this.fault({ code: 'connectionReset' }, connectionReset())];
    return this.#ended === 'fin' && this.#connection === 'connected' ? [...read, ...this.#readEnd()] : read;
  }

  /** CommunicationObject.Close on a faulted object throws, and aborts. */
  #closeOfFaulted(): readonly ChannelEffect[] {
    const exception = communicationObjectFaulted();
    return [...this.#move('abort', 'close of a faulted channel'), { type: 'completed', operation: 'close', exception }];
  }

  #abort(): readonly ChannelEffect[] {
    if (this.#state === 'closed') return [];
    const over = this.#state === 'created' || this.#state === 'faulted';
    return [
      ...this.#timers.cancelAll('abort'),
      ...this.#move('abort', 'abort'),
      ...this.#disconnect('abort'),
      ...(over ? [] : this.#tell({ code: 'aborted' })),
    ];
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
    const { via } = this.#settings;
    const openTimeout = this.#openTimeout;
    const left = Math.max(0, this.#openedAt + openTimeout - this.#connectedAt);
    const why = { code: 'timedOut', timer: 'open', after: openTimeout } as const;
    const by = 'open timed out';
    if (this.#reused)
      return [
        ...this.#discard(why),
        ...this.#failed('open', why, { by, exception: openTimedOutOnPooled(openTimeout, via) }),
      ];
    return this.#failed('open', why, { by, exception: openTimedOut(openTimeout, left) });
  }

  #closeTimedOut(): readonly ChannelEffect[] {
    const { closeTimeout } = this.#settings;
    const why = { code: 'timedOut', timer: 'close', after: closeTimeout } as const;
    return this.#failed('close', why, { by: 'close timed out', exception: receiveTimedOut(closeTimeout) });
  }

  #failed(operation: 'open' | 'close', why: FaultCause, told: Failure): readonly ChannelEffect[] {
    const { by = why.code, exception } = told;
    this.#failure = exception;
    return [
      ...this.#timers.cancelAll(by),
      ...this.#move(`${operation}Failed`, by),
      ...this.#disconnect('abort'),
      { type: 'completed', operation, exception },
      ...this.#tell(why, exception),
    ];
  }

  #closed(): readonly ChannelEffect[] {
    const whole = this.#endReceived && this.#ended === undefined;
    return [
      ...this.#timers.cancelAll('closed'),
      ...this.#move('sessionClosed', 'closed'),
      ...this.#disconnect(this.#settings.pooling && whole ? 'pool' : 'end'),
      { type: 'completed', operation: 'close' },
      ...this.#tell({ code: 'closed' }),
    ];
  }

  #tell(why: Ending, exception?: Exception): readonly ChannelEffect[] {
    if (this.#told) return [];
    this.#told = true;
    return [{ type: 'sessionEnded', why, ...(exception === undefined ? {} : { exception }) }];
  }

  #disconnect(how: 'abort' | 'end' | 'pool'): readonly ChannelEffect[] {
    const had = this.#connection === 'connected';
    this.#connection = 'gone';
    return had ? [{ type: 'disconnect', how }] : [];
  }

  #transmitEnd(): readonly ChannelEffect[] {
    if (this.#endTransmitted) return [];
    this.#endTransmitted = true;
    return [this.#transmit(encodeRecord({ type: 'end' }), 'end')];
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

function framingOf({ maxReceivedMessageSize }: ClientChannelSettings): ClientFraming {
  return clientFraming({ maxReceivedMessageSize });
}
