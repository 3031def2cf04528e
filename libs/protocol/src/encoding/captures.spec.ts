import { describe, expect, test } from '@jest/globals';
import { binaryMessageDecoder, binaryMessageEncoder, type Compression } from './message-encoding.ts';
import { documentIn, hexOf } from './testing/bytes.ts';
import { capturedSessions } from './testing/captured.ts';
import { DEFLATE, GZIP } from './testing/compression.ts';
import { printedSorted } from './testing/print.ts';

/** Envelopes that hold no document, and why. */
const NO_DOCUMENTS: Readonly<Record<string, string>> = {
  'dotnet-server/raw-bad-dictionary-id 1 c2s, session 1': 'the driver names a session string that it never defined',
  'dotnet-server/raw-streamed-encoding-8 1 s2c, session 1': 'the service answers in encoding 7 whatever was announced',
  'mono/nettcp-big 1 c2s, session 1': 'the recording kept the first 64 bytes of each chunk',
  'mono/nettcp-big 1 s2c, session 1': 'the recording kept the first 64 bytes of each chunk',
};

/**
 * Sessions that are not written back to the same bytes. All other writers are Microsoft's: that of .NET in `dotnet` and
 * `dotnet-server`, its published source in `mono`, and they agree with wcf-wire 2.4 in every byte. The raw driver of
 * `dotnet-server` writes ints in four bytes, however small.
 */
const NOT_CANONICAL = [
  'dotnet-server/raw-end-in-call 1 c2s, session 1',
  'dotnet-server/raw-envelope-after-end 1 c2s, session 1',
  'dotnet-server/raw-pipelined 1 c2s, session 1',
];

const SESSIONS = capturedSessions();
const READABLE = SESSIONS.filter(({ name }) => NO_DOCUMENTS[name] === undefined);

function hasSession(contentType: string): boolean {
  return contentType.startsWith('application/soap+msbinsession1');
}

function compressionOf(contentType: string): Compression | undefined {
  if (contentType.endsWith('+gzip')) return GZIP;
  return contentType.endsWith('+deflate') ? DEFLATE : undefined;
}

/** A payload before it was packed: no two packers agree on their bytes. */
function unpacked(payload: Uint8Array, contentType: string): Uint8Array {
  const bytes = compressionOf(contentType)?.unpack(payload, 1_000_000) ?? payload;
  return typeof bytes === 'string' ? new Uint8Array() : bytes;
}

test('every captured envelope in a binary encoding is here', () => {
  expect(SESSIONS.flatMap(({ envelopes }) => envelopes)).toHaveLength(911);
  expect(READABLE.flatMap(({ envelopes }) => envelopes.filter(({ infoset }) => infoset !== undefined))).toHaveLength(
    889,
  );
});

test('every session that is listed exists', () => {
  const names = SESSIONS.map(({ name }) => name);
  expect([...Object.keys(NO_DOCUMENTS), ...NOT_CANONICAL].filter((name) => !names.includes(name))).toEqual([]);
});

describe('captured messages decode to what the peer’s own reader made of them, and are written back to the same bytes', () => {
  test.each(READABLE)('$name', ({ name, contentType, envelopes }) => {
    const compression = compressionOf(contentType);
    const session = hasSession(contentType);
    const decoder = binaryMessageDecoder({ session, ...(compression === undefined ? {} : { compression }) });
    const encoder = binaryMessageEncoder({ session });
    const read = envelopes.map(({ payload }) => documentIn(decoder.decode(payload)));
    for (const [index, { infoset }] of envelopes.entries()) {
      const document = read[index];
      if (infoset !== undefined) expect(document && printedSorted(document)).toBe(infoset);
    }
    const written = read.map((document) => encoder.encode(document));
    const same = envelopes.every(({ payload }, index) => {
      return hexOf(written[index] ?? new Uint8Array()) === hexOf(unpacked(payload, contentType));
    });
    expect(same).toBe(!NOT_CANONICAL.includes(name));
    const again = binaryMessageDecoder({ session });
    expect(written.map((payload) => printedSorted(documentIn(again.decode(payload))))).toEqual(read.map(printedSorted));
  });
});

describe('what holds no document is refused', () => {
  test.each(SESSIONS.filter(({ name }) => NO_DOCUMENTS[name] !== undefined))('$name', ({ contentType, envelopes }) => {
    const decoder = binaryMessageDecoder({ session: hasSession(contentType), maxReceivedMessageSize: 2_000_000 });
    expect(envelopes.map(({ payload }) => decoder.decode(payload).type)).toEqual(envelopes.map(() => 'violation'));
  });
});
