import { type CallStyle, proxy } from '../channel/proxy.ts';
import type { ConcurrencyMode, ServiceOperations } from '../service/execution.ts';
import { serviceConnection } from '../service/service-connection.ts';
import { testOperations } from '../service/test-operations.ts';
import { type DataRecord, DUPLEX_TEST_SERVICE, TEST_SERVICE } from '../soap/index.ts';
import type { Duration, Instant } from '../time.ts';
import { type LedgerEntry, ledgerOf, type MessageTaken, type ReturnedCall } from './ledger.ts';
import { Agenda, type LinkPlan, Pipe } from './link.ts';
import { Side, type Told } from './side.ts';

export type OperationName = keyof typeof ARGUMENTS;

/** What an application does with its proxy; `abortService` is what the service does with its connection. */
export type Step = { readonly at: Instant } & (Use | { readonly do: 'abort' } | { readonly do: 'abortService' });

type Use =
  | { readonly do: 'open' }
  | { readonly do: 'close' }
  | { readonly do: 'setOperationTimeout'; readonly operationTimeout: Duration }
  /** `size`: milliseconds or bytes, for the operations that take either. */
  | { readonly do: 'call'; readonly operation: OperationName; readonly size: number };

/** A whole session of a client and a service over one connection; whatever happens follows from it. */
export interface ConversationPlan {
  readonly callStyle: CallStyle;
  readonly concurrencyMode: ConcurrencyMode;
  readonly pooling: boolean;
  readonly client: Readonly<Record<'openTimeout' | 'closeTimeout' | 'operationTimeout', Duration>>;
  readonly service: Readonly<Record<ServiceTimeout, Duration>>;
  /** Neither side takes a larger message. */
  readonly maxReceivedMessageSize: number;
  readonly steps: readonly Step[];
  readonly link: LinkPlan;
  /** Whether a timer that is due at the instant of something else comes first. */
  readonly timersFirst: boolean;
  /** When both sides are aborted. */
  readonly endsAt: Instant;
}

export type ServiceTimeout =
  | 'channelInitializationTimeout'
  | 'openTimeout'
  | 'closeTimeout'
  | 'receiveTimeout'
  | 'idleTimeout'
  | 'sendTimeout';

/** A call, and how it returned: more than one way would be a mistake. */
export interface Called {
  readonly call: number;
  readonly operation: OperationName;
  readonly values: DataRecord;
  readonly oneWay: boolean;
  readonly returned: readonly Returned[];
}

export type Returned = Omit<ReturnedCall, 'oneWay'> & { readonly results?: DataRecord };

/** A conversation that is over: nothing more happens in it. */
export interface Conversation {
  readonly told: readonly Told[];
  readonly calls: readonly Called[];
  readonly ledger: ReadonlyMap<number, LedgerEntry>;
}

const ADDRESS = 'net.tcp://localhost:8081/session';
const ENDPOINT = { path: '/session', mode: 'duplex', contentType: 'application/soap+msbinsession1' } as const;

/** More than any conversation has; one that goes on without end is a mistake of a machine. */
const MOST_EVENTS = 100_000;

/** Every call tells its number in its arguments, so that the service's executions can be told apart. */
const ARGUMENTS = {
  Echo: (call: number) => ({ s: `call ${call}` }),
  Slow: (call: number, size: number) => ({ ms: size * 100 + call }),
  OneWay: (call: number) => ({ s: `call ${call}` }),
  SlowOneWay: (call: number, size: number) => ({ ms: size * 100 + call }),
  Throw: (call: number) => ({ s: `call ${call}` }),
  ThrowOneWay: (call: number) => ({ s: `call ${call}` }),
  ThrowTyped: (call: number) => ({ s: `call ${call}` }),
  Large: (call: number, size: number) => ({ bytes: size * 100 + call }),
  AskBack: (call: number) => ({ q: `call ${call}` }),
  Ticks: (call: number) => ({ n: call }),
} as const satisfies Readonly<Record<string, (call: number, size: number) => DataRecord>>;

function callIn({ s, q, ms, bytes, n }: DataRecord): number {
  const text = s ?? q;
  return typeof text === 'string' ? Number(text.slice('call '.length)) : Number(ms ?? bytes ?? n) % 100;
}

/** Only a duplex proxy has callbacks; its application answers each with what it was asked. */
function contractOf({ callStyle }: ConversationPlan) {
  return callStyle === 'duplex' ? DUPLEX_TEST_SERVICE : TEST_SERVICE;
}

/** Lets a conversation come to pass, in virtual time. Throws where a machine does, or goes on without end. */
export function converse(plan: ConversationPlan): Conversation {
  return new Conversing(plan).run();
}

class Conversing {
  readonly #plan: ConversationPlan;
  readonly #agenda = new Agenda();
  readonly #told: Told[] = [];
  readonly #invoked: number[] = [];
  #callbacks = 0;
  readonly #client: Side;
  readonly #service: Side;
  #steps: readonly Step[] = [];
  #calls: readonly Omit<Called, 'returned'>[] = [];

  constructor(plan: ConversationPlan) {
    this.#plan = plan;
    const observe = (told: Told) => {
      this.#told.push(told);
      if (told.side === 'client') this.#agenda.soon(() => this.#goOn());
    };
    this.#client = new Side('client', clientOf(plan), {
      agenda: this.#agenda,
      observe,
      connect: () => this.#connect(),
    });
    this.#service = new Side('service', this.#serviceOf(plan), { agenda: this.#agenda, observe });
  }

  run(): Conversation {
    const { steps, endsAt } = this.#plan;
    for (const step of steps) this.#agenda.plan(step.at, () => this.#step(step));
    this.#agenda.plan(endsAt, () => this.#client.tell({ type: 'abort' }));
    this.#agenda.plan(endsAt, () => this.#service.tell({ type: 'abort' }));
    for (let events = 0; this.#proceed(); events += 1)
      if (events > MOST_EVENTS) throw new Error('a conversation does not come to rest');
    const effects = this.#told.flatMap(({ side, effects }) => (side === 'service' ? effects : []));
    const returns = returnsIn(this.#told.filter(({ side }) => side === 'client'));
    const calls = this.#calls.map((call) => ({ ...call, returned: returns.get(call.call) ?? [] }));
    return { told: this.#told, calls, ledger: ledgerOf(effects, this.#invoked) };
  }

  /** The next thing that is planned, or the next timer; false where there is neither. */
  #proceed(): boolean {
    const planned = this.#agenda.next();
    const [side] = [this.#client, this.#service].sort((one, other) => one.dueAt - other.dueAt);
    const due = side?.dueAt ?? Number.POSITIVE_INFINITY;
    const first = planned ?? Number.POSITIVE_INFINITY;
    if (due < first || (due === first && Number.isFinite(due) && this.#plan.timersFirst)) {
      this.#agenda.passTo(due);
      side?.tell({ type: 'timeout' });
      this.#agenda.settle();
      return true;
    }
    this.#agenda.proceed();
    return planned !== undefined;
  }

  #serviceOf(plan: ConversationPlan) {
    const { service, concurrencyMode, maxReceivedMessageSize } = plan;
    const operations: ServiceOperations = (invocation) => {
      this.#invoked.push(callIn(invocation.values));
      return testOperations(invocation);
    };
    const { sendTimeout, ...timeouts } = service;
    return serviceConnection({
      ...timeouts,
      endpoint: ENDPOINT,
      maxReceivedMessageSize,
      calls: {
        contract: contractOf(plan),
        operations,
        concurrencyMode,
        sendTimeout,
        includeExceptionDetailInFaults: false,
        nextMessageId: () => {
          this.#callbacks += 1;
          return messageId(this.#callbacks, 'f');
        },
      },
    });
  }

  /** The application waits with what it wants to do until its channel has opened, or not. */
  #step(step: Step): void {
    if (step.do === 'abortService') this.#service.tell({ type: 'abort' });
    else if (step.do === 'abort') this.#client.tell({ type: 'abort' });
    else if (this.#client.state === 'opening') this.#steps = [...this.#steps, step];
    else this.#use(step);
  }

  /** Each step is a turn of its own: what the socket has to say of one is told before the next. */
  #goOn(): void {
    if (this.#client.state === 'opening') return;
    const steps = this.#steps;
    this.#steps = [];
    for (const step of steps) this.#agenda.plan(this.#agenda.now, () => this.#step(step));
  }

  /** A use that the lifecycle does not allow is none: the application knows better. */
  #use(step: Use): void {
    const { state } = this.#client;
    switch (step.do) {
      case 'call':
        if (state === 'created' || state === 'opened' || state === 'faulted') this.#call(step);
        break;
      case 'open':
        if (state === 'created') this.#client.tell({ type: 'open' });
        break;
      case 'close':
        if (state === 'opened' || state === 'faulted') this.#client.tell({ type: 'close' });
        break;
      case 'setOperationTimeout':
        this.#client.tell({ type: 'setOperationTimeout', operationTimeout: step.operationTimeout });
    }
  }

  #call({ operation, size }: Extract<Use, { readonly do: 'call' }>): void {
    const call = this.#calls.length + 1;
    const values = ARGUMENTS[operation](call, size);
    const oneWay = operation.endsWith('OneWay');
    this.#calls = [...this.#calls, { call, operation, oneWay, values }];
    this.#client.tell({ type: 'call', call, operation, values, messageId: messageId(call) });
  }

  #connect(): void {
    const { connect, upstream, downstream, reset } = this.#plan.link;
    const [client, service, agenda] = [this.#client, this.#service, this.#agenda];
    agenda.plan(agenda.now + connect.after, () => {
      if (connect.outcome !== 'connected') {
        const code = connect.outcome === 'refused' ? 'ECONNREFUSED' : 'ETIMEDOUT';
        client.tell({ type: 'connectFailed', code, lasted: connect.after });
        return;
      }
      service.attach(new Pipe(downstream, agenda, { from: service, to: client }), { type: 'accepted' });
      client.attach(new Pipe(upstream, agenda, { from: client, to: service }), { type: 'connected' });
      if (reset === undefined) return;
      agenda.plan(Math.max(agenda.now, reset.at), () => {
        for (const side of [client, service]) if (reset.toward.includes(side.name)) side.peerReset();
      });
    });
  }
}

function clientOf(plan: ConversationPlan) {
  const { client, callStyle, pooling, maxReceivedMessageSize } = plan;
  return proxy({
    ...client,
    callStyle,
    pooling,
    maxReceivedMessageSize,
    contract: contractOf(plan),
    answer: ({ oneWay }, { q = null }) => (oneWay ? {} : { AskResult: q }),
    address: ADDRESS,
    via: ADDRESS,
  });
}

function messageId(call: number, from = '0'): string {
  return `urn:uuid:${from.repeat(8)}-0000-0000-0000-${String(call).padStart(12, '0')}`;
}

/** How the calls of a client returned. */
function returnsIn(told: readonly Told[]): ReadonlyMap<number, Called['returned']> {
  const returns = new Map<number, Called['returned']>();
  const taken = takenBy(told);
  for (const [step, { effects }] of told.entries()) {
    for (const effect of effects) {
      if (effect.type !== 'completed' || effect.operation !== 'call') continue;
      const { call, exception, results } = effect;
      const how = { ...(exception === undefined ? {} : { exception }), ...(results === undefined ? {} : { results }) };
      returns.set(call, [...(returns.get(call) ?? []), { taken: taken(call, step), ...how }]);
    }
  }
  return returns;
}

/**
 * What the socket had taken of a call's message at a step of its client. The transmission of a call follows from the call itself,
 * or from the end of the open that the first call of a channel makes; no other call can have begun by then.
 */
function takenBy(told: readonly Told[]): (call: number, step: number) => MessageTaken {
  const transmissions = new Map<number, { readonly id: number; readonly step: number }>();
  const takenAt = new Map<number, number>();
  let latest = 0;
  for (const [step, { event, effects }] of told.entries()) {
    if (event.type === 'call') latest = event.call;
    if (event.type === 'transmitted') takenAt.set(event.id, step);
    for (const effect of effects)
      if (effect.type === 'transmit' && /^(?:request|oneWay) /.test(effect.what))
        transmissions.set(latest, { id: effect.id, step });
  }
  const isGivenUpAt = (step: number) => told[step]?.effects.some(({ type }) => type === 'disconnect') ?? false;
  return (call, step) => {
    const transmission = transmissions.get(call);
    if (transmission === undefined) return 'never';
    const at = takenAt.get(transmission.id);
    if (at === undefined) return isGivenUpAt(transmission.step) ? 'perhaps' : 'never';
    return at <= step ? 'before' : 'perhaps';
  };
}
