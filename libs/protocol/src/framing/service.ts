import type { FaultCause } from '../channel/vocabulary.ts';
import { PREAMBLE_DRAIN_SIZE, SESSION_DRAIN_SIZE } from '../constants.ts';
import { InvalidOperation } from '../machine.ts';
import { parseVia, type ServiceEndpoint, serves, speaks } from './endpoint.ts';
import { FRAMING_FAULT } from './fault.ts';
import { type Expectation, type FrameLimits, FrameReader, type FrameViolation } from './reader.ts';
import { concatenate, type FrameRecord, type FrameRecordType, KNOWN_ENCODINGS } from './record.ts';

/** What the bytes of a client mean to a service, in order. */
export type ServiceFramingEvent =
  /** The first byte of this session has come. */
  | { readonly type: 'preambleStarted' }
  /** Via and content type are accepted: WCF's PreUpgradeStart, where channel initialization ends (wcf-timeouts 5.2). */
  | { readonly type: 'contentTypeRead'; readonly via: string }
  /** To be answered with an upgrade response. Reading stops: take `leftover`, then `resume` after the handshake. */
  | { readonly type: 'upgradeRequested'; readonly protocol: string }
  /** To be answered with a preamble ack. */
  | { readonly type: 'preambleEnded' }
  | { readonly type: 'envelope'; readonly payload: Uint8Array }
  /** The client's End. Further bytes are kept until `reuse`. */
  | { readonly type: 'ended' }
  | ServiceFramingViolation;

/**
 * The client broke the protocol: nothing is read any more. With `fault`, a full URI: transmit it, FIN, then read and
 * discard up to `drain` bytes. Without: abort.
 */
export interface ServiceFramingViolation extends FrameViolation {
  readonly fault?: string;
  readonly drain: number;
}

/** How an end of input is to be understood (wcf-wire 1.5): a normal disconnect, an end without End, a broken connection. */
export type EndOfInput = 'silent' | 'end' | 'broken';

/** The framing of one connection, as its service reads it: one session after another. Never throws for bytes. */
export interface ServiceFraming {
  receive(bytes: Uint8Array): readonly ServiceFramingEvent[];
  /** Takes the bytes behind an upgrade request: they belong to the handshake. */
  leftover(): Uint8Array;
  /** The handshake is done; from now on bytes are those of the upgraded stream. */
  resume(): readonly ServiceFramingEvent[];
  /** Our own End has been sent: from now on bytes are the next preamble, those kept since the client's End first. */
  reuse(): readonly ServiceFramingEvent[];
  /** What it means that the client's bytes end here. */
  endOfInput(): EndOfInput;
  /** How many bytes have come: the position that WCF names where its framing breaks off. */
  position(): number;
  /** What is being read. */
  state(): ServiceFramingState;
  describe(): { readonly state: ServiceFramingState; readonly position: number };
}

/** The server states of wcf-wire 1.5; `upgrading` while a handshake runs, `violated` for good. */
export type ServiceFramingState =
  | 'idle'
  | 'mode'
  | 'via'
  | 'encoding'
  | 'upgradeOrEnd'
  | 'upgrading'
  | 'open'
  | 'afterEnd'
  | 'violated';

/** What each reading state accepts. `open` depends on the mode. */
const ACCEPTS: Readonly<Partial<Record<ServiceFramingState, readonly FrameRecordType[]>>> = {
  idle: ['version'],
  mode: ['mode'],
  via: ['via'],
  encoding: ['knownEncoding', 'extensibleEncoding'],
  upgradeOrEnd: ['upgradeRequest', 'preambleEnd'],
};

/** Bytes kept unread after an End, or during a handshake, before the client counts as hostile. WCF leaves them in the socket. */
export const KEPT_INPUT_SIZE = SESSION_DRAIN_SIZE;

/** The framing of a connection to `endpoint`. Limits that are not named are WCF's defaults. */
export function serviceFraming(endpoint: ServiceEndpoint, limits: Partial<FrameLimits> = {}): ServiceFraming {
  return new ServiceSessions(endpoint, new FrameReader(limits));
}

class ServiceSessions implements ServiceFraming {
  readonly #endpoint: ServiceEndpoint;
  readonly #reader: FrameReader;
  #state: ServiceFramingState = 'idle';
  #started = false;
  #mode = 0;
  #via = '';
  #upgraded = false;
  #envelopes = 0;

  constructor(endpoint: ServiceEndpoint, reader: FrameReader) {
    this.#endpoint = endpoint;
    this.#reader = reader;
  }

  receive(bytes: Uint8Array): readonly ServiceFramingEvent[] {
    if (this.#state === 'violated') return [];
    this.#reader.feed(bytes);
    return this.#read();
  }

  leftover(): Uint8Array {
    return this.#state === 'upgrading' ? this.#reader.takePending() : new Uint8Array();
  }

  resume(): readonly ServiceFramingEvent[] {
    if (this.#state === 'violated') return [];
    if (this.#state !== 'upgrading') throw new InvalidOperation(`no upgrade to resume from in state ${this.#state}`);
    this.#upgraded = true;
    this.#state = 'upgradeOrEnd';
    return this.#read();
  }

  reuse(): readonly ServiceFramingEvent[] {
    if (this.#state === 'violated') return [];
    if (this.#state !== 'afterEnd') throw new InvalidOperation(`no session to follow in state ${this.#state}`);
    this.#started = false;
    this.#upgraded = false;
    this.#envelopes = 0;
    this.#state = 'idle';
    return this.#read();
  }

  endOfInput(): EndOfInput {
    if (this.#reader.midRecord) return 'broken';
    if (this.#state === 'idle' || this.#state === 'afterEnd') return 'silent';
    return this.#state === 'open' && this.#envelopes > 0 ? 'end' : 'broken';
  }

  position(): number {
    return this.#reader.received;
  }

  state(): ServiceFramingState {
    return this.#state;
  }

  describe(): { readonly state: ServiceFramingState; readonly position: number } {
    return { state: this.#state, position: this.#reader.received };
  }

  #read(): readonly ServiceFramingEvent[] {
    const events: ServiceFramingEvent[] = [];
    for (let step = this.#step(); step !== undefined; step = this.#step()) events.push(...step);
    return events;
  }

  /** What the next record means; undefined until there is more to read. */
  #step(): readonly ServiceFramingEvent[] | undefined {
    const expected = this.#expectation();
    if (expected === undefined) return this.#keep();
    if (!this.#started && this.#reader.pending > 0) {
      this.#started = true;
      return [{ type: 'preambleStarted' }];
    }
    const item = this.#reader.next(expected);
    if (item === undefined) return undefined;
    return item.type === 'violation' ? this.#violate(item, faultOfQuota(item.cause)) : this.#accept(item);
  }

  #expectation(): Expectation | undefined {
    const accepts = this.#state === 'open' ? this.#acceptedEnvelopes() : ACCEPTS[this.#state];
    return accepts && { state: this.#state, accepts };
  }

  /** A singleton session is exactly one envelope, then End (wcf-wire 1.7). */
  #acceptedEnvelopes(): readonly FrameRecordType[] {
    if (this.#endpoint.mode === 'duplex') return ['sizedEnvelope', 'end'];
    return this.#envelopes === 0 ? ['unsizedEnvelope'] : ['end'];
  }

  #keep(): readonly ServiceFramingEvent[] | undefined {
    if (this.#state === 'violated' || this.#reader.pending <= KEPT_INPUT_SIZE) return undefined;
    return this.#violate(this.#reader.excess(this.#state));
  }

  #accept(record: FrameRecord): readonly ServiceFramingEvent[] {
    switch (record.type) {
      case 'version':
        return this.#acceptVersion(record.major);
      case 'mode':
        return this.#acceptMode(record.mode);
      case 'via':
        return this.#acceptVia(record.via);
      case 'knownEncoding':
        return this.#acceptContentType(KNOWN_ENCODINGS[record.encoding]);
      case 'extensibleEncoding':
        return this.#acceptContentType(record.contentType);
      case 'upgradeRequest':
        return this.#acceptUpgrade(record.protocol);
      case 'preambleEnd':
        return this.#acceptPreambleEnd();
      case 'sizedEnvelope':
        return this.#acceptEnvelope(record.payload);
      case 'unsizedEnvelope':
        return this.#acceptEnvelope(concatenate(record.chunks));
      case 'end':
        return this.#advance('afterEnd', { type: 'ended' });
      case 'fault':
      case 'upgradeResponse':
      case 'preambleAck':
        // Never accepted by a service: the reader has already refused them.
        return [];
    }
  }

  /** The minor version is not checked (wcf-wire 1.5). */
  #acceptVersion(major: number): readonly ServiceFramingEvent[] {
    if (major !== 1) return this.#refuse(FRAMING_FAULT.unsupportedVersion);
    return this.#advance('mode');
  }

  /** Simplex and singleton-sized exist, but no net.tcp listener serves them: no fault (wcf-wire 1.9). */
  #acceptMode(mode: number): readonly ServiceFramingEvent[] {
    if (mode < 1 || mode > 4) return this.#refuse(FRAMING_FAULT.unsupportedMode);
    if (mode > 2) return this.#refuse();
    this.#mode = mode;
    return this.#advance('via');
  }

  #acceptVia(text: string): readonly ServiceFramingEvent[] {
    const via = parseVia(text);
    if (via === undefined) return this.#refuse(undefined, 'wcf-wire 1.5');
    if (!serves(this.#endpoint, via)) return this.#refuse(FRAMING_FAULT.endpointNotFound);
    if (!speaks(this.#endpoint, this.#mode)) return this.#refuse(FRAMING_FAULT.unsupportedMode);
    this.#via = text;
    return this.#advance('encoding');
  }

  #acceptContentType(contentType: string | undefined): readonly ServiceFramingEvent[] {
    if (contentType?.toLowerCase() !== this.#endpoint.contentType.toLowerCase()) {
      return this.#refuse(FRAMING_FAULT.contentTypeInvalid);
    }
    return this.#advance('upgradeOrEnd', { type: 'contentTypeRead', via: this.#via });
  }

  #acceptUpgrade(protocol: string): readonly ServiceFramingEvent[] {
    if (this.#upgraded || protocol !== this.#endpoint.upgrade) return this.#refuse(FRAMING_FAULT.upgradeInvalid);
    return this.#advance('upgrading', { type: 'upgradeRequested', protocol });
  }

  #acceptPreambleEnd(): readonly ServiceFramingEvent[] {
    if (this.#endpoint.upgrade !== undefined && !this.#upgraded) return this.#refuse(undefined, 'wcf-wire 1.5');
    return this.#advance('open', { type: 'preambleEnded' });
  }

  #acceptEnvelope(payload: Uint8Array): readonly ServiceFramingEvent[] {
    this.#envelopes += 1;
    return this.#advance('open', { type: 'envelope', payload });
  }

  #advance(state: ServiceFramingState, ...events: readonly ServiceFramingEvent[]): readonly ServiceFramingEvent[] {
    this.#state = state;
    return events;
  }

  /** Refuses the record just read. */
  #refuse(fault?: string, rule = 'wcf-wire 1.9'): readonly ServiceFramingEvent[] {
    return this.#violate(this.#reader.violation(rule, this.#state), fault);
  }

  #violate(violation: FrameViolation, fault?: string): readonly ServiceFramingEvent[] {
    const ending = fault === undefined ? { drain: 0 } : { fault, drain: drainAfter(fault) };
    return this.#advance('violated', { ...violation, ...ending });
  }
}

/** Of all quotas, WCF's service answers only that of envelopes with a fault (wcf-wire 1.9). */
function faultOfQuota(cause: FaultCause): string | undefined {
  const tooLarge = cause.code === 'quotaExceeded' && cause.quota === 'maxReceivedMessageSize';
  return tooLarge ? FRAMING_FAULT.maxMessageSizeExceeded : undefined;
}

function drainAfter(fault: string): number {
  return fault === FRAMING_FAULT.maxMessageSizeExceeded ? SESSION_DRAIN_SIZE : PREAMBLE_DRAIN_SIZE;
}
