import { type Document, isMap, isNode, isScalar, isSeq, type LineCounter } from 'yaml';
import type { Finding } from './sentences.ts';

/** Both count from 1. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/** Where a value, or its key, stands in the text. What is not there is answered for by the section that should hold it. */
export function positionOf(document: Document, lines: LineCounter, { path, at }: Omit<Finding, 'message'>): Position {
  let node: unknown = document.contents;
  let offset = offsetOf(node) ?? 0;
  for (const [depth, part] of path.entries()) {
    const entry = entryOf(node, part);
    if (entry === undefined) break;
    const wanted = at === 'key' && depth === path.length - 1 ? entry.key : entry.value;
    offset = offsetOf(wanted) ?? offsetOf(entry.key) ?? offset;
    node = entry.value;
  }
  return positionAt(lines, offset);
}

export function positionAt(lines: LineCounter, offset: number): Position {
  const { line, col } = lines.linePos(offset);
  return { line: Math.max(line, 1), column: Math.max(col, 1) };
}

/** The last entry of that name, for it is the one whose value was read; a duration may be written in milliseconds. */
function entryOf(node: unknown, part: PropertyKey): { readonly key: unknown; readonly value: unknown } | undefined {
  if (isSeq(node) && typeof part === 'number') return { key: undefined, value: node.items[part] };
  if (!isMap(node)) return undefined;
  const named = (name: string) => node.items.findLast(({ key }) => isScalar(key) && String(key.value) === name);
  return named(String(part)) ?? named(`${String(part)}Ms`);
}

/** Where a node begins in the text, if it stands there. */
export function offsetOf(node: unknown): number | undefined {
  return isNode(node) ? node.range?.[0] : undefined;
}
