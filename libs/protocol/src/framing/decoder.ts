import { InvalidOperation } from '../machine.ts';
import { type Expectation, type FrameLimits, FrameReader, type FrameViolation } from './reader.ts';
import { FRAME_RECORD_TYPES, type FrameRecord } from './record.ts';

/** Any record may follow any other: order is the business of the machines. */
const ANY_RECORD: Expectation = { state: 'anyRecord', accepts: FRAME_RECORD_TYPES };

/** Bytes of one direction in, records out, in whatever pieces the bytes come. */
export interface FrameDecoder {
  /** The records that these bytes complete. Nothing after a violation; nothing after an upgrade record until `resume`. */
  push(bytes: Uint8Array): readonly (FrameRecord | FrameViolation)[];
  /** Takes the bytes behind an upgrade record: they belong to the handshake. Empty when the decoder has not stopped. */
  leftover(): Uint8Array;
  /** Goes on behind an upgrade record, with the upgraded stream. Throws `InvalidOperation` when not stopped at one. */
  resume(): readonly (FrameRecord | FrameViolation)[];
}

/** A decoder of records without their grammar. Limits that are not named are WCF's defaults. */
export function frameDecoder(limits: Partial<FrameLimits> = {}): FrameDecoder {
  return new RecordDecoder(new FrameReader(limits));
}

class RecordDecoder implements FrameDecoder {
  readonly #reader: FrameReader;
  #state: 'reading' | 'upgrading' | 'violated' = 'reading';

  constructor(reader: FrameReader) {
    this.#reader = reader;
  }

  push(bytes: Uint8Array): readonly (FrameRecord | FrameViolation)[] {
    if (this.#state === 'violated') return [];
    this.#reader.feed(bytes);
    return this.#read();
  }

  leftover(): Uint8Array {
    return this.#state === 'upgrading' ? this.#reader.takePending() : new Uint8Array();
  }

  resume(): readonly (FrameRecord | FrameViolation)[] {
    if (this.#state !== 'upgrading') throw new InvalidOperation('the decoder has not stopped at an upgrade record');
    this.#state = 'reading';
    return this.#read();
  }

  #read(): readonly (FrameRecord | FrameViolation)[] {
    const read: (FrameRecord | FrameViolation)[] = [];
    while (this.#state === 'reading') {
      const item = this.#reader.next(ANY_RECORD);
      if (item === undefined) break;
      read.push(item);
      if (item.type === 'violation') this.#state = 'violated';
      if (item.type === 'upgradeRequest' || item.type === 'upgradeResponse') this.#state = 'upgrading';
    }
    return read;
  }
}
