import { readFileSync } from 'node:fs';
import type { ServiceEndpoint } from '../index.ts';
import type { Written } from './bytes.ts';

/** The test data of testdata/README.md, as far as the tests read it. */
interface Vectors {
  readonly multiByteInt31: readonly SizeVector[];
  readonly framingRecords: readonly RecordVector[];
  readonly framingSessions: readonly SessionVector[];
  readonly framingCases: readonly CaseVector[];
  readonly framingEof: readonly EofVector[];
}

export interface SizeVector {
  readonly hex: string;
  readonly value?: number;
  readonly reject?: true;
  readonly accept?: true;
  readonly why?: string;
}

export interface RecordVector {
  readonly meaning: string;
  readonly hex: string;
  /** A record of ours, but for payloads and chunks, which are hex. */
  readonly record: { readonly type: string; readonly payload?: string; readonly chunks?: readonly string[] };
}

export type Direction = 'c2s' | 's2c';

export interface SessionStep {
  readonly dir: Direction;
  readonly hex: string | null;
  readonly meaning: string;
  readonly acceptedAlso?: string;
}

export interface SessionVector {
  readonly name: string;
  readonly steps: readonly SessionStep[];
}

export interface CaseVector extends Written {
  readonly name: string;
  readonly direction: Direction;
  readonly state: string;
  readonly endpoint?: 'streamed' | 'tls';
  readonly before: string;
  readonly expect: 'accept' | 'reject';
  readonly fault?: string | null;
  readonly optional?: true;
  readonly why: string;
}

export interface EofVector {
  readonly session: string;
  readonly direction: Direction;
  readonly verdicts: readonly (readonly [from: number, to: number, verdict: string])[];
}

export interface CapturedDirection extends Written {
  /** Record types in order; `type*n` for a run. */
  readonly records: string;
  readonly from: 'capture' | 'extraction';
}

export interface Capture {
  readonly name: string;
  readonly connections: readonly ({ readonly connection: string } & Readonly<Record<Direction, CapturedDirection>>)[];
  readonly endpoint?: ServiceEndpoint;
  readonly maxReceivedMessageSize?: number;
}

export const FAMILIES = ['dotnet', 'dotnet-server', 'mono'] as const;

export const VECTORS: Vectors = read('framing-vectors.json');

export function captures(family: (typeof FAMILIES)[number]): readonly Capture[] {
  return read(`captures/${family}.json`);
}

/** The session of that name. */
export function session(name: string): SessionVector {
  const found = VECTORS.framingSessions.find((candidate) => candidate.name === name);
  if (found === undefined) throw new Error(`no session vector is called ${name}`);
  return found;
}

function read(file: string) {
  return JSON.parse(readFileSync(new URL(`../../../testdata/${file}`, import.meta.url), 'utf8'));
}
