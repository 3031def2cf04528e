import type { EncodingViolation } from '../encoding/index.ts';
import { InvalidOperation, type Machine } from '../machine.ts';
import {
  type Contract,
  callMessage,
  type DataRecord,
  dispatch,
  EnvelopeReader,
  EnvelopeWriter,
  type Message,
  type Operation,
  outcomeOf,
  replyMessage,
  type SoapViolation,
  type TwoWayOperation,
} from '../soap/index.ts';
import type { Duration, Instant } from '../time.ts';
import { Timers } from '../timers.ts';
import { ClientChannel } from './client-channel.ts';
import type { ClientChannelSettings } from './client-channel-settings.ts';
import {
  communicationObjectAborted,
  communicationObjectFaulted,
  noMeaningfulReply,
  outputAutoClosed,
  requestTimedOut,
  sendTimedOut,
} from './exceptions.ts';
import type {
  CallEvent,
  ChannelEffect,
  ChannelEvent,
  Exception,
  FaultCause,
  SessionEvent,
  TimerName,
} from './vocabulary.ts';

/** `sync`: the caller's own thread reads. `async`: a pump reads from the first call on. `duplex`: from open on (wcf-timeouts 0.5). */
export type CallStyle = 'sync' | 'async' | 'duplex';

export interface ProxySettings extends Omit<ClientChannelSettings, 'pumping'> {
  readonly contract: Contract;
  /** The endpoint's address, that of `To`. */
  readonly address: string;
  readonly callStyle: CallStyle;
  /** IContextChannel.OperationTimeout; the binding's SendTimeout where nobody sets it (wcf-timeouts 2.1). */
  readonly operationTimeout: Duration;
  /** What a callback of the service returns, which takes no time; absent: nobody answers callbacks. */
  readonly answer?: (operation: Operation, values: DataRecord) => DataRecord;
}

/** A client's proxy over one session: ServiceChannel and DuplexChannelBinder over the framing channel (wcf-timeouts 2). */
export function proxy(settings: ProxySettings): Machine<SessionEvent, ChannelEffect, TimerName> {
  return new ClientProxy(settings);
}

type Call = Extract<CallEvent, { readonly type: 'call' }>;

/** A call that has not returned. */
interface Outstanding {
  readonly call: Call;
  readonly operation: Operation;
  readonly calledAt: Instant;
  readonly timeout: Duration;
  /** The number of its transmission; absent while the channel opens. */
  readonly transmission?: number;
  /** The socket has taken the whole message. */
  readonly written: boolean;
}

class ClientProxy implements Machine<SessionEvent, ChannelEffect, TimerName> {
  readonly #settings: ProxySettings;
  readonly #channel: ClientChannel;
  readonly #timers = new Timers<TimerName>();
  readonly #writer = new EnvelopeWriter({ session: true });
  readonly #reader;
  #operationTimeout: Duration;
  #outstanding: readonly Outstanding[] = [];
  #opening: Outstanding | undefined;

  constructor(settings: ProxySettings) {
    const { callStyle, operationTimeout, maxReceivedMessageSize } = settings;
    this.#settings = settings;
    const deliver = (payload: Uint8Array) => this.#delivered(payload);
    this.#channel = new ClientChannel({ ...settings, pumping: callStyle === 'duplex' }, deliver);
    this.#reader = new EnvelopeReader({ session: true, maxReceivedMessageSize });
    this.#operationTimeout = operationTimeout;
  }

  handle(event: SessionEvent, now: Instant): readonly ChannelEffect[] {
    switch (event.type) {
      case 'call':
        return this.#call(event, now);
      case 'setOperationTimeout':
        this.#operationTimeout = event.operationTimeout;
        return [];
      case 'transmitted':
        return this.#transmitted(event.id);
      case 'timeout':
        return this.#timeout(now);
      default:
        return this.#passed(event, now);
    }
  }

  /** Of two timers that are due at one instant, that of the call comes first. */
  deadline() {
    const own = this.#timers.deadline();
    const below = this.#channel.deadline();
    return own === undefined || (below !== undefined && below.at < own.at) ? below : own;
  }

  describe(): unknown {
    return { channel: this.#channel.describe(), calls: this.#outstanding.length, timers: this.#timers.describe() };
  }

  #passed(event: ChannelEvent, now: Instant): readonly ChannelEffect[] {
    return this.#above(this.#channel.handle(event, now), now);
  }

  #timeout(now: Instant): readonly ChannelEffect[] {
    const below = this.#channel.deadline();
    const own = this.#timers.deadline();
    if (own === undefined || (below !== undefined && below.at < own.at)) return this.#passed({ type: 'timeout' }, now);
    const fired = this.#timers.takeDue(now);
    const late = this.#outstanding.find(({ call }) => call.call === fired?.call);
    return fired === undefined || late === undefined ? [] : [fired, ...this.#timedOut(late)];
  }

  #call(call: Call, now: Instant): readonly ChannelEffect[] {
    const operation = this.#operationOf(call);
    const { state } = this.#channel.standing;
    const begun = { call, operation, calledAt: now, timeout: this.#operationTimeout, written: false };
    if (state === 'faulted') return [returned(call, communicationObjectFaulted())];
    if (state === 'created') return this.#openFor(begun, now);
    if (state !== 'opened') throw new InvalidOperation(`a channel that is ${state} cannot be called through`);
    return this.#begin(begun, now);
  }

  /** The first call opens the channel, with its own time instead of the binding's OpenTimeout (wcf-timeouts 1.2). */
  #openFor(begun: Outstanding, now: Instant): readonly ChannelEffect[] {
    this.#opening = begun;
    return this.#channel.open(begun.timeout, now);
  }

  #begin(begun: Outstanding, now: Instant): readonly ChannelEffect[] {
    if (this.#channel.standing.inputClosed && this.#minds(begun.operation))
      return [returned(begun.call, this.#isBlocking ? noMeaningfulReply() : outputAutoClosed())];
    const { call, operation, calledAt, timeout } = begun;
    if (timeout === 0) return this.#timedOut(begun);
    const { messageId, values } = call;
    const message = callMessage(operation, values, { to: this.#settings.address, messageId });
    const payload = this.#writer.write(message);
    const sent = this.#channel.send(payload, `${operation.oneWay ? 'oneWay' : 'request'} ${operation.name}`);
    const transmission = sent.find((effect) => effect.type === 'transmit')?.id;
    if (transmission === undefined)
      return [...sent, returned(call, this.#channel.standing.failure ?? communicationObjectFaulted()), ...this.#lost()];
    this.#outstanding = [...this.#outstanding, { ...begun, transmission }];
    const armed = this.#timers.arm('send', { since: calledAt, after: timeout, call: call.call }, 'call');
    return [...armed, ...sent, ...this.#above(this.#startReading(operation), now)];
  }

  get #isBlocking(): boolean {
    return this.#settings.callStyle === 'sync';
  }

  #startReading({ oneWay }: Operation): readonly ChannelEffect[] {
    if (this.#settings.callStyle === 'async') return this.#channel.read('pump');
    return this.#isBlocking && !oneWay ? this.#channel.read('caller') : [];
  }

  /** What the channel has to say, with what it means for the calls. */
  #above(effects: readonly ChannelEffect[], now: Instant): readonly ChannelEffect[] {
    const passed: ChannelEffect[] = [];
    for (const effect of effects) {
      const isOpened = effect.type === 'completed' && effect.operation === 'open';
      if (isOpened && this.#opening !== undefined)
        passed.push(...this.#openedFor(this.#opening, effect.exception, now));
      else passed.push(effect);
    }
    passed.push(...this.#lost());
    return passed;
  }

  #openedFor(begun: Outstanding, exception: Exception | undefined, now: Instant): readonly ChannelEffect[] {
    this.#opening = undefined;
    return exception === undefined ? this.#begin(begun, now) : [returned(begun.call, exception)];
  }

  /** A channel that has gone, or whose input has, takes its calls with it. Who read himself is told why (wcf-timeouts 0.5). */
  #lost(): readonly ChannelEffect[] {
    const { state, inputClosed, failure } = this.#channel.standing;
    if (state === 'closed') return this.#failAll(communicationObjectAborted(), 'aborted');
    if (state === 'faulted') return this.#failAll((this.#isBlocking && failure) || noMeaningfulReply(), 'faulted');
    if (!inputClosed) return [];
    return this.#fail(
      this.#outstanding.filter(({ operation }) => this.#minds(operation)),
      noMeaningfulReply(),
      'peerEnded',
    );
  }

  /** Whether the end of the service's messages is the end of a call: not of a one-way call that its caller just writes. */
  #minds({ oneWay }: Operation): boolean {
    return !(oneWay && this.#isBlocking);
  }

  #failAll(exception: Exception, by: string): readonly ChannelEffect[] {
    const opening = this.#opening === undefined ? [] : [returned(this.#opening.call, exception)];
    this.#opening = undefined;
    return [...opening, ...this.#fail(this.#outstanding, exception, by)];
  }

  #fail(calls: readonly Outstanding[], exception: Exception, by: string): readonly ChannelEffect[] {
    return calls.flatMap(({ call }) => this.#return(call, by, { exception }));
  }

  #return(
    call: Call,
    by: string,
    told: Pick<Extract<ChannelEffect, { readonly operation: 'call' }>, 'exception' | 'results'>,
  ): readonly ChannelEffect[] {
    this.#outstanding = this.#outstanding.filter((other) => other.call !== call);
    if (this.#outstanding.length === 0) this.#channel.read('nobody');
    const cancelled = this.#timers.cancelOne('send', call.call, by);
    return [...cancelled, { type: 'completed', operation: 'call', call: call.call, ...told }];
  }

  /** A one-way call is over when the socket has its message (wcf-timeouts 2.4). */
  #transmitted(id: number): readonly ChannelEffect[] {
    const found = this.#outstanding.find(({ transmission }) => transmission === id);
    if (found === undefined) return [];
    if (found.operation.oneWay) return this.#return(found.call, 'transmitted', {});
    this.#outstanding = this.#outstanding.map((each) => (each === found ? { ...each, written: true } : each));
    return [];
  }

  #delivered(payload: Uint8Array): readonly ChannelEffect[] {
    const message = this.#reader.read(payload);
    if (message.type === 'violation') return this.#unreadable(message);
    if (message.relatesTo === undefined) return this.#calledBack(message);
    const found = this.#outstanding.find(({ call }) => call.messageId === message.relatesTo);
    if (found === undefined || found.operation.oneWay) return [dropped(message)];
    return this.#replied(found.call, found.operation, message);
  }

  /** A callback of the service: dispatched at once, and answered if it wants an answer. */
  #calledBack(message: Message): readonly ChannelEffect[] {
    const { answer, contract, address } = this.#settings;
    const called = dispatch(message, { operations: contract.callbacks });
    if (answer === undefined || called.type === 'refused') return [dropped(message)];
    const { operation, values } = called;
    const results = answer(operation, values);
    const relation = message.messageId === undefined ? {} : { messageId: message.messageId };
    const dispatched = { type: 'dispatched', operation: operation.name, ...relation } as const;
    const executed = { type: 'executed', operation: operation.name, ...relation } as const;
    if (operation.oneWay) return [dispatched, { ...executed, how: 'oneWay' }];
    const reply = replyMessage(message, { operation, values: results }, { to: address });
    if (reply === undefined) return [dispatched, { ...executed, how: 'unanswerable' }];
    const sent = this.#channel.send(this.#writer.write(reply), `reply ${operation.name}`);
    return [dispatched, { ...executed, how: 'replied' }, ...sent];
  }

  #replied(call: Call, operation: TwoWayOperation, message: Message): readonly ChannelEffect[] {
    const outcome = outcomeOf(message, operation);
    if (outcome.type === 'returned') return this.#return(call, 'replied', { results: outcome.results });
    const told = this.#return(call, 'replied', { exception: outcome.exception });
    const why = { code: 'protocolViolation', rule: 'wcf-wire 4.5', offset: 0, state: 'opened' } as const;
    return outcome.faultsChannel ? [...told, ...this.#faultFor(why, outcome.exception)] : told;
  }

  /** One call takes the channel with it: what it is told is no answer to the others. */
  #faultFor(why: FaultCause, exception: Exception): readonly ChannelEffect[] {
    const faulted = this.#channel.fault(why, exception);
    const isFaulted = this.#channel.standing.state === 'faulted';
    return [...faulted, ...(isFaulted ? this.#failAll(noMeaningfulReply(), 'faulted') : this.#lost())];
  }

  /** What cannot be read as a message faults the channel: whoever waits is told. */
  #unreadable(violation: SoapViolation | EncodingViolation): readonly ChannelEffect[] {
    const { rule } = violation;
    const offset = 'offset' in violation ? violation.offset : 0;
    const message = `The message could not be read (${rule}).`;
    const exception = 'exception' in violation ? violation.exception : { name: 'CommunicationException', message };
    return this.#channel.fault({ code: 'protocolViolation', rule, offset, state: 'opened' }, exception);
  }

  /**
   * The operation timeout. A message that the socket has not taken faults the channel, and so does one that never had any time;
   * so does a caller who reads himself: his read ends the connection. Behind a pump nothing happens to either (wcf-timeouts 2.2, 2.3).
   */
  #timedOut({ call, timeout, written, transmission }: Outstanding): readonly ChannelEffect[] {
    const blocked = transmission !== undefined && !written;
    const exception = blocked ? sendTimedOut(timeout) : requestTimedOut(this.#settings.address, timeout);
    const told = this.#return(call, 'timedOut', { exception });
    if (written && !this.#isBlocking) return told;
    const why = { code: 'timedOut', timer: 'send', after: timeout } as const;
    return [...told, ...this.#faultFor(why, exception)];
  }

  #operationOf({ operation: name }: Call): Operation {
    const found = this.#settings.contract.operations.find((operation) => operation.name === name);
    if (found === undefined) throw new InvalidOperation(`the contract has no operation ${name}`);
    return found;
  }
}

function returned({ call }: Call, exception: Exception): ChannelEffect {
  return { type: 'completed', operation: 'call', call, exception };
}

function dropped({ action, relatesTo }: Message): ChannelEffect {
  return { type: 'dropped', action, ...(relatesTo === undefined ? {} : { relatesTo }) };
}
