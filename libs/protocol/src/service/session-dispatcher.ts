import type { ChannelEffect, Ending, FaultCause, TimerName } from '../channel/vocabulary.ts';
import type { DecoderSettings, EncodingViolation } from '../encoding/index.ts';
import {
  type Answered,
  type Dispatch,
  type DispatchAddress,
  dispatch,
  EnvelopeReader,
  EnvelopeWriter,
  type FaultAnswer,
  faultMessage,
  isInternalServiceFault,
  type Message,
  type OutgoingMessage,
  type SoapViolation,
  sessionTerminated,
} from '../soap/index.ts';
import type { Duration, Instant } from '../time.ts';
import { Timers } from '../timers.ts';
import type { ServiceCalls } from './execution.ts';
import { type Answering, dispatched, type Invoked, OperationRuns } from './operation-runs.ts';

type Effects = readonly ChannelEffect[];

export type Transmission = Extract<ChannelEffect, { readonly type: 'transmit' }>;

/** What a dispatcher has of the connection that its session runs on. Each method answers with what follows from it. */
export interface DispatchedSession {
  readonly address: DispatchAddress;
  /** What its messages are written and read by. */
  readonly encoding: DecoderSettings;
  /** Numbers the requests of the connection from 1: timers go by it. */
  nextCall(): number;
  transmit(payload: Uint8Array, what: string): Transmission;
  /** Something counts as activity: the idle timer starts again. */
  active(by: string, now: Instant): Effects;
  /** The client's End is read while operations run: the session is idle no more. */
  inputEnded(): Effects;
  /** The client has ended its side, and nothing is left to be told: End. */
  ended(now: Instant): Effects;
  /** Our side ends first: End, and the closeTimeout for that of the client. */
  close(now: Instant): Effects;
  /** A fault has been told after which the session ends (wcf-timeouts 1.7). */
  closeAfterFault(now: Instant): Effects;
  /** The reply of a terminating operation has been written. */
  terminated(now: Instant): Effects;
  /** RST. */
  fault(why: FaultCause | { readonly code: 'aborted' }, now: Instant): Effects;
}

/** What has come and is not read yet. */
type Item = Message | SoapViolation | EncodingViolation | { readonly type: 'ended' };

/** `outputEnded`: our side has ended of its own accord, and what comes still runs. `closing`: behind a fault only End may come. */
type State = 'open' | 'inputEnded' | 'outputEnded' | 'closing' | 'over';

/**
 * The dispatcher of one session: what of the client's messages is read when, what they call, and what becomes of it
 * (.NET Framework 4.8: ChannelHandler, ImmutableDispatchRuntime, ServiceChannel). It outlives its session for as long as an
 * operation runs.
 */
export class SessionDispatcher {
  readonly #calls: ServiceCalls;
  readonly #session: DispatchedSession;
  readonly #writer;
  readonly #reader;
  readonly #timers = new Timers<TimerName>();
  readonly #runs: OperationRuns;
  readonly #inbox: Item[] = [];
  #state: State = 'open';
  #terminated = false;
  #reading = false;

  constructor(calls: ServiceCalls, session: DispatchedSession) {
    this.#calls = calls;
    this.#session = session;
    this.#writer = new EnvelopeWriter(session.encoding);
    this.#reader = new EnvelopeReader(session.encoding);
    this.#runs = new OperationRuns(calls, {
      timers: this.#timers,
      send: (message, what) => this.#send(message, what),
      active: (by, now) => this.#active(by, now),
      answer: (message, answering, now) => this.#answer(message, answering, now),
      abort: (now) => (this.#state === 'over' ? [] : session.fault({ code: 'aborted' }, now)),
      terminated: (now) => session.terminated(now),
    });
  }

  /** Whether an operation still runs. */
  get isBusy(): boolean {
    return this.#runs.count > 0;
  }

  /** An envelope has come: the answer to a callback is read at once, a request in its turn. */
  receive(payload: Uint8Array, now: Instant): Effects {
    const item = this.#reader.read(payload);
    const answered = item.type === 'message' ? this.#runs.answered(item, now) : undefined;
    return answered === undefined ? this.#arrived(item, now) : [...answered, ...this.#proceed(now)];
  }

  /** End, or FIN where a session may end. */
  inputEnded(now: Instant): Effects {
    return this.#arrived({ type: 'ended' }, now);
  }

  /** Our side ends: first of the two, unless the End of the client is read. Operations that run can tell nobody any more. */
  close(now: Instant): Effects {
    if (this.#state === 'inputEnded') return this.#over({ code: 'peerEnded' }, now);
    if (this.#state !== 'open') return [];
    this.#state = 'outputEnded';
    return [...this.#session.close(now), ...this.#runs.closed({ code: 'closed' }, now), ...this.#proceed(now)];
  }

  transmitted(id: number, now: Instant): Effects {
    const answer = this.#runs.takeAnswer(({ transmission }) => transmission === id);
    const told = answer === undefined ? this.#runs.transmitted(id, now) : this.#answerWritten(answer, now);
    return [...told, ...this.#proceed(now)];
  }

  /** Of the calls: of each operation, of the write of each answer, and of each callback. */
  deadline() {
    return this.#timers.deadline();
  }

  timeout(now: Instant): Effects {
    const fired = this.#timers.takeDue(now);
    if (fired?.call === undefined) return [];
    const { timer, call, since, due } = fired;
    if (timer === 'send') return [fired, ...this.#sendTimedOut(call, due - since, now)];
    return [fired, ...this.#runs.executed(call, now), ...this.#proceed(now)];
  }

  /** The session is over. Operations that run go on, and can tell nobody. */
  lost(why: Ending, now: Instant): Effects {
    this.#state = 'over';
    this.#inbox.length = 0;
    const cancelled = this.#timers.cancel(['send'], why.code);
    return [...cancelled, ...this.#runs.lost(why, now), ...this.#proceed(now)];
  }

  /** An answer that the client does not take faults the channel; so does a callback that it does not take (wcf-timeouts 2.5). */
  #sendTimedOut(call: number, after: Duration, now: Instant): Effects {
    const why = { code: 'timedOut', timer: 'send', after } as const;
    const answer = this.#runs.takeAnswer((candidate) => candidate.call === call);
    if (answer !== undefined) return this.#session.fault(why, now);
    const { written, effects } = this.#runs.callbackTimedOut(call, now);
    return [...effects, ...(written ? this.#proceed(now) : this.#session.fault(why, now))];
  }

  #arrived(item: Item, now: Instant): Effects {
    this.#inbox.push(item);
    return this.#proceed(now);
  }

  /** Goes on with whatever may go on, until everything waits. What follows from a step is told before the next. */
  #proceed(now: Instant): Effects {
    if (this.#reading) return [];
    this.#reading = true;
    try {
      const effects: ChannelEffect[] = [];
      for (let step = this.#step(now); step !== undefined; step = this.#step(now)) effects.push(...step);
      return effects;
    } finally {
      this.#reading = false;
    }
  }

  /** An operation whose callback was answered comes before what is unread. */
  #step(now: Instant): Effects | undefined {
    const resumed = this.#runs.resume(now);
    if (resumed !== undefined) return resumed;
    if (this.#runs.isTaken && !this.#readsOn) return undefined;
    const item = this.#inbox.shift();
    if (item !== undefined) return this.#take(item, now);
    if (this.#state !== 'inputEnded' || !this.#runs.isIdle) return undefined;
    return this.#over({ code: 'peerEnded' }, now);
  }

  /** Only a single-threaded service leaves unread what comes, but for the End that its Close reads for (wcf-timeouts 7.3). */
  get #readsOn(): boolean {
    if (this.#calls.concurrencyMode !== 'single') return true;
    if (this.#state === 'outputEnded') return this.#inbox[0]?.type === 'ended';
    return this.#state === 'closing';
  }

  #take(item: Item, now: Instant): Effects {
    if (this.#state === 'closing') return this.#takeWhileClosing(item, now);
    if (item.type === 'ended') return this.#endRead(now);
    if (item.type === 'message') return this.#dispatch(item, now);
    return 'answer' in item && item.answer !== undefined
      ? this.#refuse(item, item.answer, now)
      : this.#unreadable(item, now);
  }

  /** The idle timer ends with the input; callbacks that wait are told nothing any more. */
  #endRead(now: Instant): Effects {
    if (this.#state === 'outputEnded') return this.#over({ code: 'closed' }, now);
    this.#state = 'inputEnded';
    if (this.#runs.isIdle) return [];
    return [...this.#session.inputEnded(), ...this.#runs.inputEnded(now)];
  }

  /** Close waits for End: a message instead is a mistake (wcf-timeouts 1.7). */
  #takeWhileClosing(item: Item, now: Instant): Effects {
    if (item.type === 'ended') return this.#over({ code: 'closed' }, now);
    return this.#session.fault(violation('wcf-wire 1.8', 'closing'), now);
  }

  #over(why: Ending, now: Instant): Effects {
    return [...this.lost(why, now), ...this.#session.ended(now)];
  }

  #unreadable(item: SoapViolation | EncodingViolation, now: Instant): Effects {
    const offset = 'offset' in item ? item.offset : 0;
    const state = this.#state === 'outputEnded' ? 'closing' : 'opened';
    return this.#session.fault(violation(item.rule, state, offset), now);
  }

  /** Activity is a request that has found its operation, whether or not it can be called (wcf-timeouts 3.3). */
  #dispatch(message: Message, now: Instant): Effects {
    const found = this.#callOf(message);
    const effects = found.operation === undefined ? [] : this.#active('request', now);
    if (found.type === 'refused') {
      return found.operation?.oneWay ? effects : [...effects, ...this.#refuse(message, found.answer, now)];
    }
    const { operation, values } = found;
    const invoked: Invoked = { call: this.#session.nextCall(), operation, request: message };
    this.#terminated ||= operation.isTerminating;
    if (!this.#runs.isTaken) return [dispatched(invoked), ...effects, ...this.#runs.invoke(invoked, values, now)];
    this.#runs.wait(invoked, values);
    return effects;
  }

  /** Until an operation has begun, only those that may begin a session can be found (wcf-wire 4.5). */
  #callOf(message: Message): Dispatch {
    const { operations } = this.#calls.contract;
    const callable = this.#runs.begun > 0 ? operations : operations.filter(({ isInitiating }) => isInitiating);
    const found = dispatch(message, { operations: callable, address: this.#session.address });
    return this.#terminated && found.type === 'call'
      ? { type: 'refused', answer: sessionTerminated(), operation: found.operation }
      : found;
  }

  #active(by: string, now: Instant): Effects {
    return this.#state === 'open' ? this.#session.active(by, now) : [];
  }

  #refuse(request: Answered, answer: FaultAnswer, now: Instant): Effects {
    if (this.#state === 'outputEnded') return [];
    const closes = isInternalServiceFault(answer.fault);
    const answering = { call: this.#session.nextCall(), what: 'soapFault', closes, terminates: false };
    return this.#answer(faultMessage(request, answer), answering, now);
  }

  #answer(message: OutgoingMessage | undefined, answering: Answering, now: Instant): Effects {
    if (message === undefined) return this.#afterAnswer(answering, now);
    const transmission = this.#send(message, answering.what);
    this.#runs.answering({ ...answering, transmission: transmission.id });
    const { call } = answering;
    const armed = this.#timers.arm('send', { since: now, after: this.#calls.sendTimeout, call }, 'answer');
    return [...armed, transmission];
  }

  #answerWritten(answer: Answering, now: Instant): Effects {
    const cancelled = this.#timers.cancelOne('send', answer.call, 'transmitted');
    return [...cancelled, ...this.#afterAnswer(answer, now)];
  }

  #afterAnswer({ closes, terminates }: Answering, now: Instant): Effects {
    if (this.#state !== 'open' && this.#state !== 'inputEnded') return [];
    if (closes) return this.#closeAfterFault(now);
    return terminates ? this.#session.terminated(now) : [];
  }

  #closeAfterFault(now: Instant): Effects {
    if (this.#state === 'inputEnded') return [];
    this.#state = 'closing';
    return [...this.#session.closeAfterFault(now), ...this.#runs.closed({ code: 'closed' }, now)];
  }

  #send(message: OutgoingMessage, what: string): Transmission {
    return this.#session.transmit(this.#writer.write(message), what);
  }
}

function violation(rule: string, state: string, offset = 0): FaultCause {
  return { code: 'protocolViolation', rule, offset, state };
}
