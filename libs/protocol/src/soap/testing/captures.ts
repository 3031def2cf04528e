import { readFileSync } from 'node:fs';
import { binaryMessageDecoder, type XmlElement } from '../../encoding/index.ts';
import { frameDecoder } from '../../framing/index.ts';
import { concatenate, type FrameRecord } from '../../framing/record.ts';
import { bytesOf } from '../../framing/testing/bytes.ts';
import { type Capture, captures, type Direction, FAMILIES } from '../../framing/testing/vectors.ts';

/** What the recording's own decoder said of a message (testdata/README.md). */
export interface MessageFacts {
  readonly action: string;
  readonly messageId?: string;
  readonly relatesTo?: string;
  readonly to?: string;
  readonly replyTo?: string;
  /** Names of all other headers, as `{namespace}local`; `!` in front where it must be understood. */
  readonly headers?: readonly string[];
  readonly body?: string;
  /** The names and texts of the elements inside that have no child elements; texts of 150 characters or more are left out. */
  readonly values?: readonly Leaf[];
  readonly fault?: FaultFacts;
}

export type Leaf = readonly [local: string, text: string | null];

export interface FaultFacts {
  /** The code and its subcodes, as `{namespace}local`. */
  readonly codes: readonly string[];
  readonly reason: string;
  readonly detail?: readonly (readonly [name: string, values: readonly Leaf[]])[];
}

/** The messages of one direction of one captured connection, each as its payload, its envelope, and what is known of it. */
export interface CapturedMessages {
  readonly name: string;
  readonly connection: string;
  readonly direction: Direction;
  readonly messages: readonly CapturedMessage[];
}

export interface CapturedMessage {
  /** Sessions of a connection are counted: a new one has a string table of its own. */
  readonly session: number;
  /** Whether there is a string table at all. */
  readonly isBuffered: boolean;
  readonly payload: Uint8Array;
  readonly envelope: XmlElement;
  readonly facts: MessageFacts;
}

interface Facts {
  readonly connection: string;
  readonly direction: Direction;
  readonly messages: readonly MessageFacts[];
}

const FACTS: Readonly<Record<string, Readonly<Record<string, readonly Facts[]>>>> = JSON.parse(
  readFileSync(new URL('../../../testdata/soap-captures.json', import.meta.url), 'utf8'),
);

/** The largest captured message and via, with room. */
const WIDE = { maxReceivedMessageSize: 4 * 1_024 * 1_024, maxViaSize: 4_096 };

/** Every captured binary message that is not behind an upgrade and not compressed. */
export const CAPTURED_MESSAGES: readonly CapturedMessages[] = FAMILIES.flatMap((family) =>
  captures(family).flatMap((capture) =>
    (FACTS[family]?.[capture.name] ?? []).map((facts) => messagesOf(capture, `${family}/${capture.name}`, facts)),
  ),
);

function messagesOf(capture: Capture, name: string, { connection, direction, messages }: Facts): CapturedMessages {
  const found = capture.connections.find((candidate) => candidate.connection === connection);
  if (found === undefined) throw new Error(`${name} has no connection ${connection}`);
  const isBuffered = recordsIn(bytesOf(found.c2s)).some(
    (record) => record.type === 'knownEncoding' && record.encoding === 8,
  );
  const payloads = payloadsIn(recordsIn(bytesOf(found[direction])));
  if (payloads.length !== messages.length) throw new Error(`${name} has ${payloads.length} messages`);
  let decoder = binaryMessageDecoder({ session: isBuffered, ...WIDE });
  const read = payloads.map(({ session, payload }, index): CapturedMessage => {
    if (session !== payloads[index - 1]?.session) decoder = binaryMessageDecoder({ session: isBuffered, ...WIDE });
    const document = decoder.decode(payload);
    const facts = messages[index];
    if (document.type === 'violation' || facts === undefined) throw new Error(`${name}: ${JSON.stringify(document)}`);
    return { session, isBuffered, payload, envelope: document.root, facts };
  });
  return { name, connection, direction, messages: read };
}

function recordsIn(bytes: Uint8Array): readonly FrameRecord[] {
  return frameDecoder(WIDE)
    .push(bytes)
    .filter((item) => item.type !== 'violation');
}

/** A session begins with its preamble, and on the other side with what acknowledges it. */
function payloadsIn(records: readonly FrameRecord[]) {
  const payloads: { readonly session: number; readonly payload: Uint8Array }[] = [];
  let session = 0;
  for (const record of records) {
    if (record.type === 'version' || record.type === 'preambleAck') session += 1;
    if (record.type === 'sizedEnvelope') payloads.push({ session, payload: record.payload });
    if (record.type === 'unsizedEnvelope') payloads.push({ session, payload: concatenate(record.chunks) });
  }
  return payloads;
}
