import { noMeaningfulReply, requestTimedOut, sendTimedOut } from '../channel/exceptions.ts';
import type { ChannelEffect, Ending, Exception, TimerName } from '../channel/vocabulary.ts';
import {
  ANONYMOUS,
  callMessage,
  type DataRecord,
  faultMessage,
  type Message,
  type Operation,
  type OutgoingMessage,
  outcomeOf,
  replyMessage,
} from '../soap/index.ts';
import type { Instant } from '../time.ts';
import type { Timers } from '../timers.ts';
import { unreachable } from '../unreachable.ts';
import { type CallbackAnswer, callbackOf, type Execution, type Outcome, type ServiceCalls } from './execution.ts';
import { type Failure, faultOf } from './operation-faults.ts';
import { callbackWouldDeadlock, channelUnusable } from './service-exceptions.ts';

type Effects = readonly ChannelEffect[];
type Executed = Extract<ChannelEffect, { readonly type: 'executed' }>;
type CallBack = Extract<Outcome, { readonly type: 'callBack' }>;

/** An operation that a message has called. */
export interface Invoked {
  readonly call: number;
  readonly operation: Operation;
  readonly request: Message;
}

/** A reply or a SOAP fault on its way, and what its session comes to when it is written. */
export interface Answering {
  readonly call: number;
  readonly what: string;
  readonly closes: boolean;
  readonly terminates: boolean;
}

/** What the operations of a session have of its dispatcher. */
export interface RunsOwner {
  readonly timers: Timers<TimerName>;
  send(message: OutgoingMessage, what: string): Extract<ChannelEffect, { readonly type: 'transmit' }>;
  /** Something counts as activity of the session. */
  active(by: string, now: Instant): Effects;
  answer(message: OutgoingMessage | undefined, answering: Answering, now: Instant): Effects;
  abort(now: Instant): Effects;
  terminated(now: Instant): Effects;
}

/** `waiting`, `resuming`: for its instance, which another operation has, to begin or to go on behind a callback. */
type Doing =
  | { readonly type: 'waiting'; readonly values: DataRecord }
  | { readonly type: 'executing'; readonly outcome: Outcome }
  | { readonly type: 'callingBack'; readonly callback: Callback }
  | { readonly type: 'resuming'; readonly execution: Execution };

interface Callback {
  readonly operation: Operation;
  readonly messageId: string;
  readonly transmission: number;
  readonly written: boolean;
  readonly next: CallBack['next'];
}

interface Run extends Invoked {
  readonly doing: Doing;
}

/** The operations of one session that run, and the answers of those that have: until it is written an answer is a part of its operation. */
export class OperationRuns {
  readonly #calls: ServiceCalls;
  readonly #owner: RunsOwner;
  #runs: readonly Run[] = [];
  #answers: readonly (Answering & { readonly transmission: number })[] = [];
  /** The ids of callbacks that have timed out. */
  #late: readonly string[] = [];
  #begun = 0;
  #inputEnded = false;
  #over: Ending | undefined;

  constructor(calls: ServiceCalls, owner: RunsOwner) {
    this.#calls = calls;
    this.#owner = owner;
  }

  get begun(): number {
    return this.#begun;
  }

  get count(): number {
    return this.#runs.length;
  }

  get isIdle(): boolean {
    return this.#runs.length === 0 && this.#answers.length === 0;
  }

  /** Whether an operation has the instance to itself (ConcurrencyMode). */
  get isTaken(): boolean {
    const { concurrencyMode } = this.#calls;
    if (concurrencyMode === 'multiple') return false;
    const holds = ({ doing }: Run) =>
      doing.type === 'executing' || (doing.type === 'callingBack' && concurrencyMode === 'single');
    return this.#answers.length > 0 || this.#runs.some(holds);
  }

  invoke(invoked: Invoked, values: DataRecord, now: Instant): Effects {
    this.#begun += 1;
    const { operation } = invoked;
    const execution = this.#calls.operations({ operation: operation.name, values, ordinal: this.#begun });
    return this.#execute(invoked, execution, { by: 'dispatched', now });
  }

  /** It is invoked when the instance is free. */
  wait(invoked: Invoked, values: DataRecord): void {
    this.#set(invoked, { type: 'waiting', values });
  }

  /** The operation of `call` has taken its time. */
  executed(call: number, now: Instant): Effects {
    const run = this.#runs.find((candidate) => candidate.call === call);
    return run?.doing.type === 'executing' ? this.#settle(run, run.doing.outcome, now) : [];
  }

  /** The first operation that waits for its instance goes on, if that is free, one behind a callback before one that is new; undefined where none does. */
  resume(now: Instant): Effects | undefined {
    if (this.isTaken) return undefined;
    for (const run of this.#runs) {
      if (run.doing.type === 'resuming') return this.#execute(run, run.doing.execution, { by: 'calledBack', now });
    }
    for (const run of this.#runs) {
      if (run.doing.type === 'waiting') return [dispatched(run), ...this.invoke(run, run.doing.values, now)];
    }
    return undefined;
  }

  answering(answer: Answering & { readonly transmission: number }): void {
    this.#answers = [...this.#answers, answer];
  }

  /** The answer on its way that `is` it, which is on its way no more. */
  takeAnswer(is: (answer: Answering & { readonly transmission: number }) => boolean): Answering | undefined {
    const found = this.#answers.find(is);
    if (found !== undefined) this.#answers = this.#answers.filter((answer) => answer !== found);
    return found;
  }

  /** What a message means that answers a callback, in time or late; undefined where it answers none. */
  answered(message: Message, now: Instant): Effects | undefined {
    const { action, relatesTo } = message;
    if (relatesTo === undefined) return undefined;
    for (const { run, callback } of this.#callbacks()) {
      if (callback.messageId !== relatesTo || callback.operation.oneWay) continue;
      const outcome = outcomeOf(message, callback.operation);
      return this.#calledBack(run, { callback, answer: outcome, by: 'replied' }, now);
    }
    if (!this.#late.includes(relatesTo)) return undefined;
    this.#late = this.#late.filter((id) => id !== relatesTo);
    return [{ type: 'dropped', action, relatesTo }];
  }

  /** A one-way callback is over when the socket has its message. */
  transmitted(id: number, now: Instant): Effects {
    for (const { run, callback } of this.#callbacks()) {
      if (callback.transmission !== id) continue;
      if (callback.operation.oneWay) {
        const answer = { type: 'returned', results: {} } as const;
        return this.#calledBack(run, { callback, answer, by: 'transmitted' }, now);
      }
      this.#set(run, { type: 'callingBack', callback: { ...callback, written: true } });
    }
    return [];
  }

  /**
   * The client has not answered in time: the operation is told, the session stays. Has the socket not even taken the message, the
   * channel faults, and the operation goes on behind that (wcf-timeouts 2.3).
   */
  callbackTimedOut(call: number, now: Instant): { readonly written: boolean; readonly effects: Effects } {
    const { sendTimeout } = this.#calls;
    for (const { run, callback } of this.#callbacks()) {
      if (run.call !== call) continue;
      const { messageId, written } = callback;
      if (!written) {
        const answer = { type: 'threw', exception: sendTimedOut(sendTimeout) } as const;
        this.#set(run, resumed(callback, answer));
        return { written, effects: [completed(run, answer)] };
      }
      this.#late = [...this.#late, messageId];
      const answer = { type: 'threw', exception: requestTimedOut(ANONYMOUS, sendTimeout) } as const;
      return { written, effects: this.#calledBack(run, { callback, answer, by: 'timedOut' }, now) };
    }
    return { written: true, effects: [] };
  }

  /** The client can answer nothing any more. */
  inputEnded(now: Instant): Effects {
    this.#inputEnded = true;
    return this.#callbacks().flatMap(({ run, callback }) =>
      callback.operation.oneWay ? [] : this.#failCallback(run, callback, { exception: noMeaningfulReply(), now }),
    );
  }

  /** Nothing can be told to the client any more, but for what is on its way. */
  closed(why: Ending, now: Instant): Effects {
    this.#over ??= why;
    return this.#callbacks().flatMap(({ run, callback }) => {
      const { oneWay, name } = callback.operation;
      const exception = oneWay ? channelUnusable(why, name) : noMeaningfulReply();
      return this.#failCallback(run, callback, { exception, now });
    });
  }

  /** The connection is gone, with everything that was on its way, and whatever has not begun. */
  lost(why: Ending, now: Instant): Effects {
    this.#answers = [];
    this.#runs = this.#runs.filter(({ doing }) => doing.type !== 'waiting');
    return this.closed(why, now);
  }

  #callbacks(): readonly { readonly run: Run; readonly callback: Callback }[] {
    return this.#runs.flatMap((run) =>
      run.doing.type === 'callingBack' ? [{ run, callback: run.doing.callback }] : [],
    );
  }

  #execute(
    run: Invoked,
    { after, outcome }: Execution,
    { by, now }: { readonly by: string; readonly now: Instant },
  ): Effects {
    if (after === 0) return this.#settle(run, outcome, now);
    this.#set(run, { type: 'executing', outcome });
    return this.#owner.timers.arm('execution', { since: now, after, call: run.call }, by);
  }

  #settle(run: Invoked, outcome: Outcome, now: Instant): Effects {
    switch (outcome.type) {
      case 'return':
        return this.#returned(run, outcome.results, now);
      case 'fault':
      case 'throw':
        return this.#failed(run, outcome, now);
      case 'abort':
        this.#end(run);
        return [executed(run, 'unanswerable'), ...this.#owner.abort(now)];
      case 'callBack':
        return this.#callBack(run, outcome, now);
      default:
        return unreachable(outcome);
    }
  }

  #returned(run: Invoked, values: DataRecord, now: Instant): Effects {
    const { call, operation, request } = run;
    const terminates = operation.isTerminating;
    this.#end(run);
    if (this.#over !== undefined) return [executed(run, 'unanswerable')];
    if (operation.oneWay) return [executed(run, 'oneWay'), ...(terminates ? this.#owner.terminated(now) : [])];
    const reply = replyMessage(request, { operation, values });
    const answering = { call, what: `reply ${operation.name}`, closes: false, terminates };
    const how = reply === undefined ? 'oneWay' : 'replied';
    return [executed(run, how), ...this.#owner.answer(reply, answering, now)];
  }

  /** What is no fault ends the session: behind its fault, or by RST where none can be told (wcf-wire 4.5). */
  #failed(run: Invoked, failure: Failure, now: Instant): Effects {
    const { call, operation, request } = run;
    const closes = failure.type === 'throw';
    this.#end(run);
    if (this.#over !== undefined) return [executed(run, 'unanswerable')];
    const told = executed(run, 'faulted');
    if (operation.oneWay) return [told, ...(closes ? this.#owner.abort(now) : [])];
    const tellsDetail = this.#calls.includeExceptionDetailInFaults;
    const fault = faultMessage(request, faultOf(failure, { operation, tellsDetail }));
    const answering = { call, what: `soapFault ${operation.name}`, closes, terminates: operation.isTerminating };
    return [told, ...this.#owner.answer(fault, answering, now)];
  }

  /** A callback has the service's SendTimeout for its OperationTimeout (wcf-timeouts 2.5). */
  #callBack(run: Invoked, { operation: name, values, next }: CallBack, now: Instant): Effects {
    const { contract, nextMessageId, sendTimeout } = this.#calls;
    const operation = callbackOf(contract, name);
    const exception = this.#refusal(operation);
    if (exception !== undefined) {
      const answer = { type: 'threw', exception } as const;
      return [completed(run, answer), ...this.#execute(run, next(answer), { by: 'calledBack', now })];
    }
    const messageId = nextMessageId();
    const sent = this.#owner.send(callMessage(operation, values, { to: ANONYMOUS, messageId }), `callback ${name}`);
    const callback = { operation, messageId, transmission: sent.id, written: false, next };
    this.#set(run, { type: 'callingBack', callback });
    return [...this.#owner.timers.arm('send', { since: now, after: sendTimeout, call: run.call }, 'callback'), sent];
  }

  /**
   * Why a callback is refused at once, and counts as no activity: the session is over, or its answer could not be read. In WCF's own
   * order: an idle abort comes first, then the deadlock, whatever has become of the session (.NET Framework 4.8: ServiceChannel.Call).
   */
  #refusal({ name, oneWay }: Operation): Exception | undefined {
    const over = this.#over && channelUnusable(this.#over, name);
    if (this.#over?.code === 'timedOut' && this.#over.timer === 'receive') return over;
    if (!oneWay && this.#calls.concurrencyMode === 'single') return callbackWouldDeadlock();
    return over ?? (!oneWay && this.#inputEnded ? noMeaningfulReply() : undefined);
  }

  /** Any completion of a callback is activity, a failure too (wcf-timeouts 3.3). */
  #calledBack(
    run: Run,
    { callback, answer, by }: { readonly callback: Callback; readonly answer: CallbackAnswer; readonly by: string },
    now: Instant,
  ): Effects {
    this.#set(run, resumed(callback, answer));
    const cancelled = this.#owner.timers.cancelOne('send', run.call, by);
    return [...cancelled, completed(run, answer), ...this.#owner.active('callback', now)];
  }

  #failCallback(
    run: Run,
    callback: Callback,
    { exception, now }: { readonly exception: Exception; readonly now: Instant },
  ): Effects {
    return this.#calledBack(run, { callback, answer: { type: 'threw', exception }, by: 'sessionOver' }, now);
  }

  #set({ call, operation, request }: Invoked, doing: Doing): void {
    const run = { call, operation, request, doing };
    const isKnown = this.#runs.some((candidate) => candidate.call === call);
    this.#runs = isKnown
      ? this.#runs.map((candidate) => (candidate.call === call ? run : candidate))
      : [...this.#runs, run];
  }

  #end({ call }: Invoked): void {
    this.#runs = this.#runs.filter((candidate) => candidate.call !== call);
  }
}

/** An operation begins. */
export function dispatched({ operation: { name }, request: { messageId } }: Invoked): ChannelEffect {
  return { type: 'dispatched', operation: name, ...(messageId === undefined ? {} : { messageId }) };
}

function resumed({ next }: Callback, answer: CallbackAnswer): Doing {
  return { type: 'resuming', execution: next(answer) };
}

/** What an operation is shown of its callback. */
function completed({ call }: Invoked, answer: CallbackAnswer): ChannelEffect {
  const told = answer.type === 'threw' ? { exception: answer.exception } : { results: answer.results };
  return { type: 'completed', operation: 'call', call, ...told };
}

function executed({ operation: { name }, request: { messageId } }: Invoked, how: Executed['how']): Executed {
  return { type: 'executed', operation: name, ...(messageId === undefined ? {} : { messageId }), how };
}
