import type { XmlDocument } from '../infoset.ts';
import type { EncodingViolation } from '../violation.ts';

/** Bytes in hex, because comparing long arrays element by element takes seconds. */
export function hexOf(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}

/** What was read, where nothing is wrong with it. */
export function documentIn(read: XmlDocument | EncodingViolation): XmlDocument {
  if (read.type === 'violation') throw new Error(JSON.stringify(read));
  return read;
}
