import type { FaultCause, QuotaName } from '../channel/vocabulary.ts';
import {
  MAX_CONTENT_TYPE_SIZE,
  MAX_FAULT_STRING_SIZE,
  MAX_RECEIVED_MESSAGE_SIZE,
  MAX_UPGRADE_SIZE,
  MAX_VIA_SIZE,
} from '../constants.ts';
import { ByteQueue } from './bytes.ts';
import { FRAME_RECORD_TYPES, type FrameRecord, type FrameRecordType } from './record.ts';

/** The most that a record's variable part may hold, in bytes. */
export type FrameLimits = Readonly<Record<QuotaName, number>>;

/** WCF's defaults (wcf-wire 1.9). */
const FRAME_LIMITS: FrameLimits = {
  maxViaSize: MAX_VIA_SIZE,
  maxContentTypeSize: MAX_CONTENT_TYPE_SIZE,
  maxUpgradeSize: MAX_UPGRADE_SIZE,
  maxFaultStringSize: MAX_FAULT_STRING_SIZE,
  maxReceivedMessageSize: MAX_RECEIVED_MESSAGE_SIZE,
};

/**
 * A peer's mistake. `rule` is the section of the specification that was broken, `state` what was being read.
 * `offset` counts the bytes of this direction since the connection began: of the record's first byte, or of its size
 * where the size is at fault.
 */
export interface FrameViolation {
  readonly type: 'violation';
  readonly rule: string;
  readonly offset: number;
  readonly state: string;
  readonly cause: FaultCause;
}

/** What may come next, and the name of that state in reports. */
export interface Expectation {
  readonly state: string;
  readonly accepts: readonly FrameRecordType[];
}

const QUOTA_OF_TEXT = {
  via: 'maxViaSize',
  extensibleEncoding: 'maxContentTypeSize',
  upgradeRequest: 'maxUpgradeSize',
  fault: 'maxFaultStringSize',
} as const;

/** An unsized envelope of which the end has not come yet. */
interface Unfinished {
  readonly chunks: Uint8Array[];
  total: number;
}

/** Where one size leads to: a body, a mistake, or the need for more bytes. */
type Measured = { readonly start: number; readonly size: number };

/**
 * Cuts records out of bytes that arrive in any pieces. Pulled by a machine, which says before each record what it
 * accepts: so a record out of place is refused at its first byte, and an excessive one as soon as its size is known.
 */
export class FrameReader {
  readonly #limits: FrameLimits;
  readonly #input = new ByteQueue();
  #recordOffset = 0;
  #unfinished: Unfinished | undefined;

  constructor(limits: Partial<FrameLimits>) {
    this.#limits = { ...FRAME_LIMITS, ...limits };
  }

  /** Nobody may change the bytes any more. */
  feed(bytes: Uint8Array): void {
    this.#input.append(bytes);
  }

  /** Bytes fed and not yet part of a record. */
  get pending(): number {
    return this.#input.length;
  }

  /** How many bytes have been fed so far. */
  get received(): number {
    return this.#input.offset + this.#input.length;
  }

  /** Whether a record has begun and not ended. */
  get midRecord(): boolean {
    return this.#input.length > 0 || this.#unfinished !== undefined;
  }

  /** The next byte to be read, if it has come. */
  peek(): number | undefined {
    return this.#input.at(0);
  }

  /** Takes the bytes that follow the last record: they belong to another reader. */
  takePending(): Uint8Array {
    return this.#input.take(this.#input.length);
  }

  /** The next record, the violation in its place, or undefined until more bytes are fed. */
  next(expected: Expectation): FrameRecord | FrameViolation | undefined {
    if (this.#unfinished !== undefined) return this.#chunks(this.#unfinished, expected);
    const byte = this.#input.at(0);
    if (byte === undefined) return undefined;
    this.#recordOffset = this.#input.offset;
    const type = FRAME_RECORD_TYPES[byte];
    if (type === undefined) return this.violation('wcf-wire 1.1', expected.state);
    if (!expected.accepts.includes(type)) return this.violation('wcf-wire 1.5', expected.state);
    return this.#body(type, expected);
  }

  /** A mistake in the record read last. */
  violation(rule: string, state: string): FrameViolation {
    return malformed(rule, this.#recordOffset, state);
  }

  /** Bytes came that nothing was to be read from: a mistake of the first of them. */
  excess(state: string): FrameViolation {
    return malformed('wcf-wire 1.5', this.#input.offset, state);
  }

  #body(type: FrameRecordType, expected: Expectation): FrameRecord | FrameViolation | undefined {
    switch (type) {
      case 'version':
      case 'mode':
      case 'knownEncoding':
        return this.#fixed(type);
      case 'via':
      case 'extensibleEncoding':
      case 'fault':
      case 'upgradeRequest':
        return this.#text(type, expected);
      case 'sizedEnvelope':
        return this.#sized(expected);
      case 'unsizedEnvelope':
        return this.#unsized(expected);
      case 'end':
      case 'upgradeResponse':
      case 'preambleAck':
      case 'preambleEnd':
        this.#input.skip(1);
        return { type };
    }
  }

  #fixed(type: 'version' | 'mode' | 'knownEncoding'): FrameRecord | undefined {
    const first = this.#input.at(1);
    const second = this.#input.at(2);
    if (first === undefined) return undefined;
    if (type === 'version') {
      if (second === undefined) return undefined;
      this.#input.skip(3);
      return { type, major: first, minor: second };
    }
    this.#input.skip(2);
    return type === 'mode' ? { type, mode: first } : { type, encoding: first };
  }

  #text(type: keyof typeof QUOTA_OF_TEXT, expected: Expectation): FrameRecord | FrameViolation | undefined {
    const measured = this.#measure(1, { quota: QUOTA_OF_TEXT[type], before: 0, state: expected.state });
    if (measured === undefined || 'type' in measured) return measured;
    if (measured.size === 0) return this.violation('wcf-wire 1.2', expected.state);
    const body = this.#take(measured);
    if (body === undefined) return undefined;
    const value = decodeText(body);
    return value === undefined ? this.violation('wcf-wire 1.2', expected.state) : textRecord(type, value);
  }

  #sized(expected: Expectation): FrameRecord | FrameViolation | undefined {
    const measured = this.#measure(1, { quota: 'maxReceivedMessageSize', before: 0, state: expected.state });
    if (measured === undefined || 'type' in measured) return measured;
    const payload = this.#take(measured);
    return payload && { type: 'sizedEnvelope', payload };
  }

  #unsized(expected: Expectation): FrameRecord | FrameViolation | undefined {
    this.#input.skip(1);
    this.#unfinished = { chunks: [], total: 0 };
    return this.#chunks(this.#unfinished, expected);
  }

  /** The running total is checked before a chunk is awaited (wcf-wire 1.5). */
  #chunks(unfinished: Unfinished, { state }: Expectation): FrameRecord | FrameViolation | undefined {
    for (;;) {
      const before = unfinished.total;
      const measured = this.#measure(0, { quota: 'maxReceivedMessageSize', before, state });
      if (measured === undefined || 'type' in measured) return measured;
      const chunk = this.#take(measured);
      if (chunk === undefined) return undefined;
      if (chunk.length === 0) break;
      unfinished.chunks.push(chunk);
      unfinished.total += chunk.length;
    }
    this.#unfinished = undefined;
    return { type: 'unsizedEnvelope', chunks: unfinished.chunks };
  }

  /** Reads the size at `start` and holds it, with the bytes of this record `before` it, against the quota. */
  #measure(
    start: number,
    { quota, before, state }: { readonly quota: QuotaName; readonly before: number; readonly state: string },
  ): Measured | FrameViolation | undefined {
    const reading = this.#input.readSize(start);
    if (reading.status === 'incomplete') return undefined;
    const offset = this.#input.offset + start;
    if (reading.status === 'malformed') return malformed('wcf-wire 1.2', offset, state);
    const limit = this.#limits[quota];
    if (before + reading.value <= limit) return { start: start + reading.length, size: reading.value };
    const cause = { code: 'quotaExceeded', quota, limit } as const;
    return { type: 'violation', rule: 'wcf-wire 1.9', offset, state, cause };
  }

  #take({ start, size }: Measured): Uint8Array | undefined {
    if (this.#input.length < start + size) return undefined;
    this.#input.skip(start);
    return this.#input.take(size);
  }
}

/** A violation that is nothing but a breach of the protocol. */
function malformed(rule: string, offset: number, state: string): FrameViolation {
  return { type: 'violation', rule, offset, state, cause: { code: 'protocolViolation', rule, offset, state } };
}

/** Strict, as WCF decodes: no replacement characters, and a byte order mark stays part of the text. */
const UTF_8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

function decodeText(bytes: Uint8Array): string | undefined {
  try {
    return UTF_8.decode(bytes);
  } catch {
    return undefined;
  }
}

function textRecord(type: keyof typeof QUOTA_OF_TEXT, value: string): FrameRecord {
  switch (type) {
    case 'via':
      return { type, via: value };
    case 'extensibleEncoding':
      return { type, contentType: value };
    case 'fault':
      return { type, fault: value };
    case 'upgradeRequest':
      return { type, protocol: value };
  }
}
