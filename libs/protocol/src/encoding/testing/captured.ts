import { readFileSync } from 'node:fs';
import { frameDecoder } from '../../framing/index.ts';
import { concatenate, KNOWN_ENCODINGS } from '../../framing/record.ts';
import { bytesOf } from '../../framing/testing/bytes.ts';
import { type Capture, captures, type Direction, FAMILIES } from '../../framing/testing/vectors.ts';

/** One direction of one captured session, in a binary encoding. */
export interface CapturedSession {
  /** `family/capture connection direction`, and which session of that connection it is. */
  readonly name: string;
  readonly contentType: string;
  readonly envelopes: readonly CapturedEnvelope[];
}

export interface CapturedEnvelope {
  readonly payload: Uint8Array;
  /** What the capture's own decoder read; undefined where that was not kept whole. */
  readonly infoset: string | undefined;
}

/** testdata/encoding/README.md. */
interface CapturedInfosets {
  readonly pieces: readonly string[];
  readonly streams: Readonly<Record<string, readonly (string | null)[]>>;
}

const { pieces, streams }: CapturedInfosets = JSON.parse(
  readFileSync(new URL('../../../testdata/encoding/captured-infosets.json', import.meta.url), 'utf8'),
);

/** The largest captured message and via, with room: here the envelopes count, not the quotas. */
const WIDE = { maxReceivedMessageSize: 4 * 1_024 * 1_024, maxViaSize: 4_096 };

/** Every captured session that has envelopes in a binary encoding. */
export function capturedSessions(): readonly CapturedSession[] {
  return FAMILIES.flatMap((family) => captures(family).flatMap((capture) => sessionsIn(family, capture)));
}

function sessionsIn(family: string, capture: Capture): readonly CapturedSession[] {
  return capture.connections.flatMap((connection) => {
    const contentTypes: string[] = [];
    return (['c2s', 's2c'] as const).flatMap((direction): readonly CapturedSession[] => {
      const stream = `${family}/${capture.name} ${connection.connection} ${direction}`;
      const sessions = split(bytesOf(connection[direction]), direction);
      if (direction === 'c2s') contentTypes.push(...sessions.map(({ contentType }) => contentType));
      const infosets = streams[stream] ?? [];
      let count = 0;
      return sessions.flatMap(({ payloads }, index): readonly CapturedSession[] => {
        const contentType = contentTypes[index] ?? '';
        if (payloads.length === 0 || !contentType.startsWith('application/soap+msbin')) return [];
        const envelopes = payloads.map((payload) => ({ payload, infoset: joined(infosets[count++]) }));
        return [{ name: `${stream}, session ${index + 1}`, contentType, envelopes }];
      });
    });
  });
}

function joined(list: string | null | undefined): string | undefined {
  if (list === null || list === undefined) return undefined;
  return list
    .split(' ')
    .map((index) => pieces[Number(index)] ?? '')
    .join('');
}

interface Session {
  contentType: string;
  readonly payloads: Uint8Array[];
}

/** A client's session begins with its version, a service's with the first answer behind an End. */
function split(bytes: Uint8Array, direction: Direction): readonly Session[] {
  const sessions: Session[] = [];
  let previous = 'end';
  for (const record of frameDecoder(WIDE).push(bytes)) {
    const answers = record.type === 'preambleAck' || record.type === 'upgradeResponse';
    if (direction === 'c2s' ? record.type === 'version' : previous === 'end' && (answers || sessions.length === 0)) {
      sessions.push({ contentType: '', payloads: [] });
    }
    const session = sessions.at(-1);
    if (session === undefined) break;
    if (record.type === 'knownEncoding') session.contentType = KNOWN_ENCODINGS[record.encoding] ?? '';
    if (record.type === 'extensibleEncoding') session.contentType = record.contentType;
    if (record.type === 'sizedEnvelope') session.payloads.push(record.payload);
    if (record.type === 'unsizedEnvelope') session.payloads.push(concatenate(record.chunks));
    previous = record.type;
  }
  return sessions;
}
