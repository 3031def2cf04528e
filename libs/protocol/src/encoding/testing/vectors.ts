import { readFileSync } from 'node:fs';

/** The test data of testdata/encoding/README.md. */
interface Vectors {
  readonly nbfx: readonly DocumentVector[];
  readonly nbfxReader: readonly ReaderVector[];
  readonly messages: readonly MessageVector[];
  readonly sessionTables: readonly TableVector[];
  readonly compressedPayloads: readonly CompressedVector[];
}

interface Named {
  readonly name: string;
  /** How the vector was established. */
  readonly derivation: string;
}

interface WithDictionary {
  readonly hex: string;
  /** `none`, `synthetic …` or the real one. */
  readonly dictionary: string;
  readonly zoneMinutes?: number;
}

/** One call of a writer: its name, and what is written. */
export type WriterCall = readonly [call: string, ...operands: readonly unknown[]];

export interface DocumentVector extends Named, WithDictionary {
  readonly infoset: string;
  /** The record type that the example was published for. */
  readonly record?: string;
  /** A sequence of records, and no whole document. */
  readonly fragment?: true;
  readonly write?: readonly WriterCall[];
}

export interface ReaderVector extends Named, WithDictionary {
  readonly expect: 'accept' | 'reject';
  readonly infoset?: string;
  readonly optional?: true;
}

export interface MessageVector extends Named {
  readonly direction: 'c2s' | 's2c';
  readonly newSessionStrings: readonly string[];
  readonly payload: string;
  readonly infoset: string;
  readonly alternativeOf?: string;
}

export interface TableVector extends Named {
  readonly payloads: readonly (readonly (readonly [hex: string, repeat: number])[])[];
  readonly expect: 'accept' | 'reject';
  readonly infoset?: string;
  readonly newSessionStrings?: readonly string[];
}

export interface CompressedVector extends Named {
  readonly contentType: string;
  readonly hex: string;
  readonly expect: 'accept' | 'reject';
  readonly sameAs?: string;
}

export const VECTORS: Vectors = JSON.parse(
  readFileSync(new URL('../../../testdata/encoding/vectors.json', import.meta.url), 'utf8'),
);
