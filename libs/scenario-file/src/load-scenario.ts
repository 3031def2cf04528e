import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Parsed, parseScenario } from './parse-scenario.ts';
import { systemReason } from './system-reason.ts';

/** Reads a scenario's file. What cannot be read is a problem of its first character. Never rejects. */
export async function loadScenario(path: string): Promise<Parsed> {
  const unreadable = (message: string) => ({ problems: [{ file: path, line: 1, column: 1, message }] });
  let bytes: Uint8Array;
  try {
    bytes = await readFile(path);
  } catch (error) {
    return unreadable(`The file cannot be read: ${systemReason(error)}.`);
  }
  const text = textOf(bytes);
  return text === undefined ? unreadable('The file is not text in UTF-8.') : parseScenario(text, { file: path });
}

/** Paths of the scenario files that lie in a folder, by name. Rejects when there is no such folder. */
export async function findScenarios(folder: string): Promise<readonly string[]> {
  const names = await readdir(folder);
  return names
    .filter((name) => /\.(ya?ml|json)$/i.test(name))
    .toSorted()
    .map((name) => join(folder, name));
}

function textOf(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}
