import { InvalidOperation } from '../machine.ts';
import { type Expectation, type FrameLimits, FrameReader, type FrameViolation } from './reader.ts';
import { concatenate, type FrameRecord, type FrameRecordType, type FramingMode } from './record.ts';
import { type EndOfInput, KEPT_INPUT_SIZE } from './service.ts';

/** What the bytes of a service mean to a client, in order. */
export type ClientFramingEvent =
  /** Reading stops: take `leftover`, perform the handshake, then `resume`. */
  | { readonly type: 'upgradeAccepted' }
  | { readonly type: 'acknowledged' }
  | { readonly type: 'envelope'; readonly payload: Uint8Array }
  /** The service's End. Whatever follows it is not read. */
  | { readonly type: 'ended' }
  /** The service gave up with a fault record. Whatever follows it is not read. */
  | { readonly type: 'framingFault'; readonly uri: string }
  | ClientFramingViolation;

/** The service broke the protocol: abort. `hint`: its first byte looks like the answer of a web server. */
export interface ClientFramingViolation extends FrameViolation {
  readonly hint?: 'http';
}

/** The framing of one session, as its client reads it. Never throws for bytes. */
export interface ClientFraming {
  receive(bytes: Uint8Array): readonly ClientFramingEvent[];
  /** Takes the bytes behind an upgrade response: they belong to the handshake. */
  leftover(): Uint8Array;
  /** The handshake is done; from now on bytes are those of the upgraded stream. */
  resume(): readonly ClientFramingEvent[];
  /** What it means that the service's bytes end here. */
  endOfInput(): EndOfInput;
  /** How many bytes have come: the position that WCF names where its framing breaks off. */
  position(): number;
  /** What is being read. */
  state(): ClientFramingState;
  describe(): { readonly state: ClientFramingState; readonly position: number };
}

/** The client states of wcf-wire 1.5 that reading knows; `upgrading` while a handshake runs, `failed` for good. */
export type ClientFramingState = 'upgradeWanted' | 'upgrading' | 'awaitAck' | 'open' | 'inputClosed' | 'failed';

/** What the client announced in its preamble. */
export interface ClientSession {
  readonly mode: FramingMode;
  readonly upgrade?: string;
}

/** The framing of one session. Limits that are not named are WCF's defaults. */
export function clientFraming(
  limits: Partial<FrameLimits> = {},
  session: ClientSession = { mode: 'duplex' },
): ClientFraming {
  return new ClientRecords(session, new FrameReader(limits));
}

class ClientRecords implements ClientFraming {
  readonly #session: ClientSession;
  readonly #reader: FrameReader;
  #state: ClientFramingState;
  #envelopes = 0;

  constructor(session: ClientSession, reader: FrameReader) {
    this.#session = session;
    this.#reader = reader;
    this.#state = session.upgrade === undefined ? 'awaitAck' : 'upgradeWanted';
  }

  receive(bytes: Uint8Array): readonly ClientFramingEvent[] {
    if (this.#state === 'failed' || this.#state === 'inputClosed') return [];
    this.#reader.feed(bytes);
    return this.#read();
  }

  leftover(): Uint8Array {
    return this.#state === 'upgrading' ? this.#reader.takePending() : new Uint8Array();
  }

  resume(): readonly ClientFramingEvent[] {
    if (this.#state === 'failed') return [];
    if (this.#state !== 'upgrading') throw new InvalidOperation(`no upgrade to resume from in state ${this.#state}`);
    this.#state = 'awaitAck';
    return this.#read();
  }

  /** An End without an End record is one only after a whole envelope (wcf-wire 1.5). */
  endOfInput(): EndOfInput {
    if (this.#state === 'inputClosed') return 'silent';
    return this.#state === 'open' && this.#envelopes > 0 && !this.#reader.midRecord ? 'end' : 'broken';
  }

  position(): number {
    return this.#reader.received;
  }

  state(): ClientFramingState {
    return this.#state;
  }

  describe(): { readonly state: ClientFramingState; readonly position: number } {
    return { state: this.#state, position: this.#reader.received };
  }

  #read(): readonly ClientFramingEvent[] {
    const events: ClientFramingEvent[] = [];
    for (let event = this.#next(); event !== undefined; event = this.#next()) events.push(event);
    return events;
  }

  #next(): ClientFramingEvent | undefined {
    const accepts = this.#accepts();
    if (accepts === undefined) return this.#keep();
    const expected: Expectation = { state: this.#state, accepts };
    const item = this.#reader.next(expected);
    if (item === undefined) return undefined;
    return item.type === 'violation' ? this.#fail(item) : this.#accept(item);
  }

  #accepts(): readonly FrameRecordType[] | undefined {
    switch (this.#state) {
      case 'upgradeWanted':
        return ['upgradeResponse', 'fault'];
      case 'awaitAck':
        return ['preambleAck', 'fault'];
      case 'open':
        return this.#acceptedWhenOpen();
      case 'upgrading':
      case 'inputClosed':
      case 'failed':
        return undefined;
    }
  }

  /** The reply of a singleton session is one envelope, or none when the operation is one-way (wcf-wire 1.7). */
  #acceptedWhenOpen(): readonly FrameRecordType[] {
    if (this.#session.mode === 'duplex') return ['sizedEnvelope', 'end', 'fault'];
    return this.#envelopes === 0 ? ['unsizedEnvelope', 'end', 'fault'] : ['end', 'fault'];
  }

  #accept(record: FrameRecord): ClientFramingEvent | undefined {
    switch (record.type) {
      case 'upgradeResponse':
        return this.#advance('upgrading', { type: 'upgradeAccepted' });
      case 'preambleAck':
        return this.#advance('open', { type: 'acknowledged' });
      case 'sizedEnvelope':
        return this.#envelope(record.payload);
      case 'unsizedEnvelope':
        return this.#envelope(concatenate(record.chunks));
      case 'end':
        return this.#advance('inputClosed', { type: 'ended' });
      case 'fault':
        return this.#advance('failed', { type: 'framingFault', uri: record.fault });
      case 'version':
      case 'mode':
      case 'via':
      case 'knownEncoding':
      case 'extensibleEncoding':
      case 'upgradeRequest':
      case 'preambleEnd':
        // Never accepted by a client: the reader has already refused them.
        return undefined;
    }
  }

  #envelope(payload: Uint8Array): ClientFramingEvent {
    this.#envelopes += 1;
    return { type: 'envelope', payload };
  }

  #advance(state: ClientFramingState, event: ClientFramingEvent): ClientFramingEvent {
    this.#state = state;
    return event;
  }

  #keep(): ClientFramingEvent | undefined {
    const keeps = this.#state === 'upgrading' && this.#reader.pending > KEPT_INPUT_SIZE;
    return keeps ? this.#fail(this.#reader.excess(this.#state)) : undefined;
  }

  #fail(violation: FrameViolation): ClientFramingEvent {
    const hint = this.#looksLikeHttp() ? ({ hint: 'http' } as const) : {};
    return this.#advance('failed', { ...violation, ...hint });
  }

  /** The `H` or `h` of `HTTP/1.1 400` where the first record of a service belongs (wcf-wire 1.5). */
  #looksLikeHttp(): boolean {
    const waits = this.#state === 'upgradeWanted' || this.#state === 'awaitAck';
    const byte = this.#reader.peek();
    return waits && (byte === 0x48 || byte === 0x68);
  }
}
