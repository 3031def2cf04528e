import { appendFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { HistoryTail } from './history-tail.ts';

let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'lapse-tail-'));
  path = join(folder, 'history.jsonl');
});
afterEach(() => rmSync(folder, { recursive: true }));

const line = (type: string, at: number) => `${JSON.stringify({ source: 'host', seq: 1, at, type })}\n`;

test('a history that does not exist yet is empty and has not grown', () => {
  const tail = new HistoryTail(path);
  expect(tail.read()).toBe(false);
  expect(tail.isEmpty).toBe(true);
});

test('instants count from zero once it is known, and are unknown before', () => {
  const tail = new HistoryTail(path);
  appendFileSync(path, line('listening', 300));
  tail.read();
  expect(tail.hasZero).toBe(false);
  expect(tail.progress).toEqual({ historySize: line('listening', 300).length });
  appendFileSync(path, line('zero', 1_000) + line('noise', 3_500));
  tail.read();
  expect(tail.hasZero).toBe(true);
  expect(tail.progress.lastInstant).toBe(2_500);
});

test('a line in two writes counts when it is whole; meanwhile the history has grown all the same', () => {
  const tail = new HistoryTail(path);
  const whole = line('zero', 7);
  appendFileSync(path, whole.slice(0, 10));
  expect(tail.read()).toBe(true);
  expect(tail.hasZero).toBe(false);
  appendFileSync(path, whole.slice(10));
  expect(tail.read()).toBe(true);
  expect(tail.hasZero).toBe(true);
  expect(tail.read()).toBe(false);
});

test('a line that is no JSON does not end the watching', () => {
  const tail = new HistoryTail(path);
  appendFileSync(path, `garbage\nnull\n"zero"\n${line('zero', 5)}`);
  expect(tail.read()).toBe(true);
  expect(tail.progress.lastInstant).toBe(0);
});
