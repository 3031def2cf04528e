import type { Exception, TimerName } from '@lapse/protocol';
import type { Labels, Observation } from '../observation.ts';
import { predict } from '../predict/predict.ts';
import type { Scenario, Side } from '../scenario.ts';

/** Omits from each member of a union. */
type Without<T, K extends string> = T extends unknown ? Omit<T, K> : never;

/** An observation that is not numbered yet. Instants count from zero; the lines count from the start of the host. */
export type Recorded = Without<Observation, 'seq'>;

/** How long before zero the host of every history here started. */
export const SETUP = 1_000;
export const PORTS = { service: 30_000, session: 20_001, noise: 20_002, client: 41_000, proxy: 52_000 } as const;
export const LABELS: Labels = {
  conductor: 'inProcess',
  injector: 'toxiproxy',
  service: 'process',
  fidelity: 'proxy',
  versions: {},
  commit: 'test',
};
/** 53 bytes, as long as our own preamble. */
export const PREAMBLE = '000100010202'.padEnd(106, '2b');
const REQUEST = 'aa'.repeat(120);
/** What a .NET client is shown, as captured. */
export const REQUEST_TIMED_OUT: Exception = {
  name: 'TimeoutException',
  message:
    'This request operation sent to net.tcp://127.0.0.1:30000/session did not receive a reply within the configured timeout (00:00:02). …',
};
const ACK = '0b';
const END = '07';

/** A history as it grows: hand-written, phrase by phrase, without any machine. */
export class HistoryBuilder {
  readonly #scenario: Scenario;
  readonly #records: Recorded[] = [];
  #connection: number;
  #session = 1;
  #clientPort: number = PORTS.client;

  constructor(scenario: Scenario) {
    this.#scenario = scenario;
    this.#connection = this.#proxied ? 3 : 2;
  }

  get records(): readonly Recorded[] {
    return this.#records;
  }

  get #proxied(): boolean {
    return this.#scenario.path === 'proxy';
  }

  add(...records: readonly Recorded[]): this {
    this.#records.push(...records);
    return this;
  }

  /** Clock anchor, service, proxies, canaries, zero. The canary through the session's proxy is answered while `answers` says so. */
  begins(answers: (at: number) => boolean = () => true): this {
    const scenario = this.#scenario;
    const anchor = {
      wallClock: '2026-01-01T00:00:00.000Z',
      monotonicNs: '123',
      scenario,
      prediction: predict(scenario),
      labels: LABELS,
    };
    this.add({ source: 'host', at: -SETUP, type: 'experiment', id: 'x', ...anchor });
    this.add({ source: 'service', at: -900, type: 'listening', port: PORTS.service });
    if (this.#proxied) this.#proxies(answers);
    const noise = this.#connection - 1;
    this.#accepts(-700, noise, this.#proxied ? PORTS.proxy + noise : 40_000);
    this.add({ source: 'service', at: -699, side: 'service', connection: noise, type: 'canary', what: 'recognised' });
    return this.add({ source: 'host', at: 0, type: 'zero' });
  }

  /** The end of measurement, and everything in good order after it. */
  ends(): this {
    const { runFor } = this.#scenario;
    this.add({ source: 'host', at: runFor, type: 'measurementEnded' });
    this.add({
      source: 'host',
      at: runFor + 20,
      type: 'exited',
      process: 'service',
      planned: true,
      how: 'exit code 0',
    });
    return this.add({ source: 'host', at: runFor + 30, type: 'ended' });
  }

  /** Entry `index` of the fault plan is made, read back, and healed when it has to be. */
  injects(index: number): this {
    const injection = this.#scenario.faults[index];
    if (injection === undefined) throw new Error(`no fault ${index}`);
    const { at, heal } = injection;
    this.add({ source: 'host', at: at + 3, type: 'injected', injection: index, before: at, after: at + 3 });
    this.add({ source: 'host', at: at + 4, type: 'readBack', injection: index, same: true, found: '[]' });
    if (heal === undefined) return this;
    return this.add({ source: 'host', at: heal + 3, type: 'healed', injection: index, before: heal, after: heal + 3 });
  }

  /** A WCF client opens: connects, and writes its preamble, whole or in two parts. */
  opens(at: number): this {
    const { preambleCut } = this.#scenario.client;
    this.#opening(at);
    this.#connects(at);
    this.client(at, { type: 'transmit', id: 1, bytes: PREAMBLE, what: 'preamble' });
    if (preambleCut !== undefined)
      this.client(at, { type: 'cut', id: 1, sent: preambleCut.after, of: PREAMBLE.length / 2 });
    return this.client(at + (preambleCut?.pause ?? 0), { type: 'transmitted', id: 1 });
  }

  /** The next session is opened, on the connection that the one before left in the pool. */
  opensAgain(at: number): this {
    this.#session += 1;
    this.#opening(at);
    this.client(at, { type: 'connected', reused: true, localPort: this.#clientPort, remotePort: this.#remotePort });
    return this.client(at, { type: 'transmit', id: 1, bytes: PREAMBLE, what: 'preamble' });
  }

  /** The reused connection ended: the client gives it up, and writes its preamble on a new one, which the service accepts. */
  triesAnother(at: number): this {
    this.client(at, { type: 'peerEnded' });
    this.client(at, { type: 'disconnect', how: 'abort' });
    this.client(at, { type: 'discarded', why: { code: 'peerClosedEarly' } });
    this.client(at, { type: 'connect' });
    this.#clientPort += 1;
    this.#connection += 1;
    this.#connects(at);
    return this.client(at, { type: 'transmit', id: 2, bytes: PREAMBLE, what: 'preamble' });
  }

  connectsRaw(at: number): this {
    return this.#connects(at);
  }

  refused(at: number, exception?: Exception): this {
    const span = this.#scenario.client.openTimeout;
    this.#opening(at);
    this.client(at + 1, { type: 'connectFailed', code: 'ECONNREFUSED', lasted: 1 });
    this.timer('client', at + 1, { what: 'cancelled', timer: 'open', since: at, span, by: 'refused' });
    return this.fails(at + 1, 'open', { why: { code: 'refused' }, ...(exception && { exception }) });
  }

  /** The service reads `bytes` of a preamble that is not complete yet. */
  partArrives(at: number, bytes: number): this {
    return this.service(at, { type: 'received', bytes: PREAMBLE.slice(0, 2 * bytes) });
  }

  /** The service reads the (rest of the) preamble, accepts the channel and acknowledges. `timer`: what had bounded its waiting. */
  preambleArrives(
    at: number,
    since: number,
    timer: 'channelInitialization' | 'poolIdle' = 'channelInitialization',
  ): this {
    const { channelInitializationTimeout, idleTimeout, receiveTimeout, openTimeout } = this.#scenario.service;
    const span = timer === 'poolIdle' ? idleTimeout : channelInitializationTimeout;
    this.service(at, { type: 'received', bytes: PREAMBLE });
    this.timer('service', at, { what: 'cancelled', timer, since, span, by: 'contentTypeRead' });
    this.service(at, { type: 'channelAccepted', via: 'net.tcp://127.0.0.1:30000/session?session=1' });
    this.service(at, { type: 'state', from: 'created', to: 'opening', why: 'channelAccepted' });
    this.timer('service', at, {
      what: 'armed',
      timer: 'receive',
      since: at,
      span: receiveTimeout,
      by: 'channelAccepted',
    });
    this.timer('service', at, { what: 'armed', timer: 'open', since: at, span: openTimeout, by: 'channelAccepted' });
    this.timer('service', at, { what: 'cancelled', timer: 'open', since: at, span: openTimeout, by: 'opened' });
    this.service(at, { type: 'state', from: 'opening', to: 'opened', why: 'opened' });
    return this.service(at, { type: 'transmit', id: 1, bytes: ACK, what: 'preambleAck' });
  }

  acknowledged(at: number, since: number): this {
    this.client(at, { type: 'received', bytes: ACK });
    this.timer('client', at, {
      what: 'cancelled',
      timer: 'open',
      since,
      span: this.#scenario.client.openTimeout,
      by: 'opened',
    });
    this.client(at, { type: 'state', from: 'opening', to: 'opened', why: 'acknowledged' });
    return this.client(at, { type: 'completed', operation: 'open' });
  }

  /** The client calls, and the service reads the request and begins the operation; `since`: what its idle timer counted from. */
  calls(at: number, call: number, { since }: { readonly since: number }): this {
    const { operationTimeout } = this.#scenario.client;
    const { receiveTimeout } = this.#scenario.service;
    const [values, operation, messageId] = [{ s: 'hello' }, 'Echo', `urn:uuid:${call}`];
    this.client(at, { type: 'call', call, operation, values, messageId });
    this.timer('client', at, { what: 'armed', timer: 'send', call, since: at, span: operationTimeout, by: 'call' });
    this.client(at, { type: 'transmit', id: call + 1, bytes: REQUEST, what: 'request Echo' });
    this.service(at + 1, { type: 'received', bytes: REQUEST });
    const idle = { timer: 'receive', since: at + 1, span: receiveTimeout, by: 'request' } as const;
    this.timer('service', at + 1, { what: receiveTimeout > 0 && since < at ? 'rearmed' : 'armed', ...idle });
    return this.service(at + 1, { type: 'dispatched', operation, messageId });
  }

  /** The operation is done, and its reply reaches the client, who waits for it since `since` or does not wait any more. */
  replies(at: number, call: number, since?: number): this {
    const executed = { operation: 'Echo', messageId: `urn:uuid:${call}`, how: 'replied' } as const;
    this.service(at, { type: 'executed', ...executed });
    this.service(at, { type: 'transmit', id: call + 1, bytes: REQUEST, what: 'reply Echo' });
    this.client(at + 1, { type: 'received', bytes: REQUEST });
    if (since === undefined) return this.client(at + 1, { type: 'dropped', action: 'urn:EchoResponse' });
    const span = this.#scenario.client.operationTimeout;
    this.timer('client', at + 1, { what: 'cancelled', timer: 'send', call, since, span, by: 'replied' });
    return this.client(at + 1, { type: 'completed', operation: 'call', call, results: { EchoResult: 'hello' } });
  }

  /** The operation timeout fires; `faults`: whoever called read himself. */
  callTimesOut(
    at: number,
    call: number,
    { since, faults }: { readonly since: number; readonly faults: boolean },
  ): this {
    const span = this.#scenario.client.operationTimeout;
    this.timer('client', at, { what: 'fired', timer: 'send', call, since, span });
    this.callFails(at, call, REQUEST_TIMED_OUT);
    if (!faults) return this;
    this.client(at, { type: 'state', from: 'opened', to: 'faulted', why: 'timedOut' });
    const why = { code: 'timedOut', timer: 'send', after: span } as const;
    return this.client(at, { type: 'sessionEnded', why, exception: REQUEST_TIMED_OUT });
  }

  callFails(at: number, call: number, exception: Exception): this {
    return this.client(at, { type: 'completed', operation: 'call', call, exception });
  }

  /** End and End, then the client's FIN, unless it has a pool. */
  closes(at: number): this {
    const { closeTimeout, connectionPoolSettings } = this.#scenario.client;
    const { receiveTimeout, idleTimeout } = this.#scenario.service;
    this.client(at, { type: 'close' });
    this.timer('client', at, { what: 'armed', timer: 'close', since: at, span: closeTimeout, by: 'close' });
    this.client(at, { type: 'transmit', id: 2, bytes: END, what: 'end' });
    this.service(at + 1, { type: 'received', bytes: END });
    this.service(at + 1, { type: 'transmit', id: 2, bytes: END, what: 'end' });
    this.timer('service', at + 1, {
      what: 'cancelled',
      timer: 'receive',
      since: at - 900,
      span: receiveTimeout,
      by: 'ended',
    });
    this.service(at + 1, { type: 'state', from: 'opened', to: 'closed', why: 'ended' });
    this.service(at + 1, { type: 'sessionEnded', why: { code: 'peerEnded' } });
    this.timer('service', at + 1, { what: 'armed', timer: 'poolIdle', since: at + 1, span: idleTimeout, by: 'reused' });
    this.client(at + 2, { type: 'received', bytes: END });
    this.timer('client', at + 2, { what: 'cancelled', timer: 'close', since: at, span: closeTimeout, by: 'closed' });
    this.client(at + 2, { type: 'disconnect', how: connectionPoolSettings === undefined ? 'end' : 'pool' });
    this.client(at + 2, { type: 'completed', operation: 'close' });
    this.client(at + 2, { type: 'sessionEnded', why: { code: 'closed' } });
    if (connectionPoolSettings !== undefined) return this;
    this.service(at + 3, { type: 'peerEnded' });
    return this.timer('service', at + 3, {
      what: 'cancelled',
      timer: 'poolIdle',
      since: at + 1,
      span: idleTimeout,
      by: 'peerEnded',
    });
  }

  /** A timer of the service fires: RST, and the session is over. */
  serviceFires(at: number, timer: TimerName, armed: { readonly since: number; readonly span: number }): this {
    this.timer('service', at, { what: 'fired', timer, ...armed });
    if (timer !== 'channelInitialization')
      this.service(at, { type: 'state', from: 'opened', to: 'faulted', why: `${timer} timed out` });
    this.service(at, { type: 'sessionEnded', why: { code: 'timedOut', timer, after: armed.span } });
    return this.service(at, { type: 'disconnect', how: 'abort' });
  }

  /** The service lets an idle connection go: no session is there that would end. */
  connectionExpires(at: number, armed: { readonly since: number; readonly span: number }): this {
    this.timer('service', at, { what: 'fired', timer: 'poolIdle', ...armed });
    return this.service(at, { type: 'disconnect', how: 'abort' });
  }

  clientOpenFires(at: number, since: number, exception: Exception): this {
    const span = this.#scenario.client.openTimeout;
    this.timer('client', at, { what: 'fired', timer: 'open', since, span });
    return this.fails(at, 'open', { why: { code: 'timedOut', timer: 'open', after: span }, exception });
  }

  /** The client's open or close fails, with what its caller is shown. */
  fails(
    at: number,
    operation: 'open' | 'close',
    told: Pick<Extract<Recorded, { type: 'sessionEnded' }>, 'why' | 'exception'>,
  ): this {
    const { exception } = told;
    this.client(at, { type: 'state', from: 'opening', to: 'faulted', why: operation });
    this.client(at, { type: 'completed', operation, ...(exception && { exception }) });
    return this.client(at, { type: 'sessionEnded', ...told });
  }

  client(at: number, observation: Without<Recorded, 'source' | 'at' | 'side' | 'connection'>): this {
    return this.add({ source: 'host', side: 'client', connection: this.#session, at, ...observation });
  }

  service(at: number, observation: Without<Recorded, 'source' | 'at' | 'side' | 'connection'>): this {
    return this.add({ source: 'service', side: 'service', connection: this.#connection, at, ...observation });
  }

  timer(
    side: Side,
    at: number,
    {
      span,
      since,
      ...timer
    }: {
      readonly what: 'armed' | 'rearmed' | 'cancelled' | 'fired';
      readonly timer: TimerName;
      readonly call?: number;
      readonly since: number;
      readonly span: number;
      readonly by?: string;
    },
  ): this {
    const entry = { type: 'timer', ...timer, since, due: since + span } as const;
    return side === 'client' ? this.client(at, entry) : this.service(at, entry);
  }

  /** What every open begins with, whatever becomes of it. */
  #opening(at: number): void {
    this.client(at, { type: 'open' });
    this.client(at, { type: 'state', from: 'created', to: 'opening', why: 'open' });
    const span = this.#scenario.client.openTimeout;
    this.timer('client', at, { what: 'armed', timer: 'open', since: at, span, by: 'open' });
    this.client(at, { type: 'connect' });
  }

  #connects(at: number): this {
    this.client(at, { type: 'connected', localPort: this.#clientPort, remotePort: this.#remotePort });
    return this.#accepts(at, this.#connection, this.#proxied ? PORTS.proxy + 9 : this.#clientPort);
  }

  get #remotePort(): number {
    return this.#proxied ? PORTS.session : PORTS.service;
  }

  #accepts(at: number, connection: number, peerPort: number): this {
    const due = at + this.#scenario.service.channelInitializationTimeout;
    const stamp = { source: 'service', side: 'service', connection, at } as const;
    return this.add(
      { ...stamp, type: 'accepted', peerPort },
      { ...stamp, type: 'timer', what: 'armed', timer: 'channelInitialization', since: at, due, by: 'accepted' },
    );
  }

  #proxies(answers: (at: number) => boolean): void {
    for (const name of ['session', 'noise'] as const) {
      this.add({
        source: 'host',
        at: -850,
        type: 'proxied',
        name: `lapse-x-${name}`,
        port: PORTS[name],
        upstreamPort: PORTS.service,
      });
    }
    this.#accepts(-800, 1, PORTS.proxy + 1);
    this.add({ source: 'service', at: -799, side: 'service', connection: 1, type: 'canary', what: 'recognised' });
    this.add({ source: 'host', at: -798, type: 'canary', what: 'connected', purpose: 'proof', localPort: 40_001 });
    for (let at = -700, ping = 1; at < this.#scenario.runFor; at += 100, ping += 1) {
      this.add({ source: 'host', at, type: 'canary', what: 'sent', purpose: 'proof', ping });
      if (answers(at))
        this.add({ source: 'host', at: at + 1, type: 'canary', what: 'answered', purpose: 'proof', ping });
    }
  }
}

/** Numbers the records of each source in the order of their instants, and makes lines of them. */
export function linesOf(records: readonly Recorded[]): readonly string[] {
  const next = { host: 0, client: 0, service: 0 };
  const sorted = [...records].sort((one, other) => one.at - other.at);
  return sorted.map((record) => {
    const seq = next[record.source];
    next[record.source] += 1;
    return JSON.stringify(fromStartOfHost({ ...record, seq }));
  });
}

function fromStartOfHost(record: Recorded & { readonly seq: number }) {
  const at = record.at + SETUP;
  if (record.type === 'timer') return { ...record, at, since: record.since + SETUP, due: record.due + SETUP };
  if (record.type === 'injected' || record.type === 'healed' || record.type === 'signalled')
    return { ...record, at, before: record.before + SETUP, after: record.after + SETUP };
  return { ...record, at };
}
