import { readFileSync, statSync } from 'node:fs';
import { systemReason } from '@lapse/scenario-file';
import { EXIT, Refusal } from './endings.ts';
import { standingOf } from './standing.ts';

/** More than anybody reads; a log of this size is to be cut to what matters first. */
const LARGEST = 64 * 1_024 * 1_024;

/** The text of a file that a person named. @throws Refusal for what is no regular file, cannot be read, or is too large. */
export function readTextFile(path: string): string {
  const standing = standingOf(path);
  if (standing.is === 'nothing') throw new Refusal(EXIT.usage, `There is no file ${path}.`);
  if (standing.is === 'folder') throw new Refusal(EXIT.usage, `${path} is a folder, not a file.`);
  if (standing.is === 'useless') throw new Refusal(EXIT.usage, `${path} ${standing.why}.`);
  try {
    if (statSync(path).size <= LARGEST) return decoded(readFileSync(path));
  } catch (error) {
    throw new Refusal(EXIT.usage, `${path} cannot be read: ${systemReason(error)}.`);
  }
  throw new Refusal(EXIT.usage, `${path} is larger than 64 MB; cut out the part around the failure.`);
}

/** What comes in on standard input, whole. */
export async function readStandardInput(): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of process.stdin) {
    size += chunk.length;
    if (size > LARGEST) throw new Refusal(EXIT.usage, 'Standard input is larger than 64 MB.');
    chunks.push(chunk);
  }
  return decoded(Buffer.concat(chunks));
}

/** Windows writes UTF-16 as well, and says so by its first bytes. */
export function decoded(bytes: Uint8Array): string {
  const encoding =
    bytes[0] === 0xff && bytes[1] === 0xfe ? 'utf-16le' : bytes[0] === 0xfe && bytes[1] === 0xff ? 'utf-16be' : 'utf-8';
  return new TextDecoder(encoding).decode(bytes);
}
