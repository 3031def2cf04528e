import { readFileSync } from 'node:fs';
import { encodeRecord, type FrameRecord, frameDecoder } from '../../framing/index.ts';
import { bytesOf } from '../../framing/testing/bytes.ts';
import { type Capture, captures, type Direction, FAMILIES } from '../../framing/testing/vectors.ts';
import type { Instant } from '../../time.ts';

export type Family = (typeof FAMILIES)[number];

/** What a recording is compared by (testdata/replay.md). */
export type Rule = 'M1' | 'M2' | 'M3' | 'D1' | 'D2' | 'D3' | 'D4' | 'D5' | 'S1' | 'S2' | 'S3' | 'S4';

/** A recording that may be replayed against our service, with what is known of it. */
export interface ReplayedCase {
  readonly name: string;
  readonly family: Family;
  readonly rule: Rule;
  readonly capture: Capture;
  /** How the recorded service was started; empty for its defaults. */
  readonly settings: string;
  /** The operations that the recorded service entered, in order; undefined where there was none. */
  readonly entries: readonly string[] | undefined;
  /** When the service is told to end its sessions; undefined: never. */
  readonly closes: Instant | undefined;
  /** None where it is left for later. */
  readonly connections: readonly RecordedConnection[];
}

export interface RecordedConnection {
  readonly name: string;
  /** What its endpoint speaks. */
  readonly contentType: string;
  readonly steps: readonly RecordedStep[];
}

/** What one side did, in the order of the recording. `at` counts from the connection's own beginning. */
export type RecordedStep =
  | { readonly type: 'record'; readonly dir: Direction; readonly at: Instant; readonly record: Piece }
  | { readonly type: 'ending'; readonly dir: Direction; readonly at: Instant; readonly how: 'fin' | 'rst' };

/** A record and its bytes; or, at the end of a stream, bytes that are none. */
export interface Piece {
  readonly bytes: Uint8Array;
  readonly record: FrameRecord | undefined;
}

/** testdata/replay.md. */
interface Line {
  readonly name: string;
  readonly rule: Rule;
  readonly settings?: string;
  readonly entries?: string;
  readonly closes?: Instant;
  readonly connections?: Readonly<Record<string, string>>;
}

const LINES: Readonly<Record<Family, readonly Line[]>> = JSON.parse(
  readFileSync(new URL('../../../testdata/replay.json', import.meta.url), 'utf8'),
);

/** The largest captured via and message, with room. */
const WIDE = { maxReceivedMessageSize: 65_536, maxViaSize: 4_096 };

/** Every recording that is fit to be replayed. */
export const REPLAYED_CASES: readonly ReplayedCase[] = FAMILIES.flatMap((family) => {
  const known = captures(family);
  return LINES[family].map((line): ReplayedCase => {
    const capture = known.find(({ name }) => name === line.name);
    if (capture === undefined) throw new Error(`${family} has no capture ${line.name}`);
    const { rule, settings = '', entries, closes, connections = {} } = line;
    return {
      name: `${family}/${line.name}`,
      family,
      rule,
      capture,
      settings,
      closes,
      entries: entries?.split(' ').filter((entry) => entry !== ''),
      connections: Object.entries(connections).map(([name, timeline]) => connectionOf(capture, name, timeline)),
    };
  });
});

function connectionOf(capture: Capture, name: string, timeline: string): RecordedConnection {
  const found = capture.connections.find(({ connection }) => connection === name);
  if (found === undefined) throw new Error(`${capture.name} has no connection ${name}`);
  const left = { c2s: piecesOf(bytesOf(found.c2s)), s2c: piecesOf(bytesOf(found.s2c)) };
  const due = { c2s: 0, s2c: 0 };
  const steps = timeline.split(' ').flatMap((chunk): readonly RecordedStep[] => {
    const [, ms, direction, what = ''] = /^(\d+)([<>])(\w+)$/.exec(chunk) ?? [];
    const [at, dir] = [Number(ms), direction === '>' ? 'c2s' : 's2c'] as const;
    if (what === 'fin' || what === 'rst') return [{ type: 'ending', dir, at, how: what }];
    due[dir] += Number(what);
    const whole: Piece[] = [];
    // A record counts from the chunk that completes it.
    for (let next = left[dir][0]; next !== undefined && next.bytes.length <= due[dir]; next = left[dir][0]) {
      due[dir] -= next.bytes.length;
      whole.push(next);
      left[dir].shift();
    }
    return whole.map((record) => ({ type: 'record', dir, at, record }));
  });
  if (left.c2s.length + left.s2c.length > 0) throw new Error(`the timeline of ${capture.name} is too short`);
  return { name, contentType: capture.endpoint?.contentType ?? '', steps };
}

function piecesOf(bytes: Uint8Array): Piece[] {
  const pieces: Piece[] = [];
  let offset = 0;
  for (const record of frameDecoder(WIDE).push(bytes)) {
    if (record.type === 'violation') break;
    const { length } = encodeRecord(record);
    pieces.push({ bytes: bytes.subarray(offset, offset + length), record });
    offset += length;
  }
  if (offset < bytes.length) pieces.push({ bytes: bytes.subarray(offset), record: undefined });
  return pieces;
}
