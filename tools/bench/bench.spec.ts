import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, test } from '@jest/globals';
import { PARTS, wantedIn } from './parts.ts';

const ROOT = resolve(import.meta.dirname, '../..');
const ONE = { name: 'one', measures: 'the first thing', program: ['one.ts'] };
const TWO = { name: 'two', measures: 'the second thing', program: ['two.ts'] };

describe('what is measured', () => {
  test('is everything when nothing is named', () => {
    expect(wantedIn([], '1', [ONE, TWO])).toEqual({ parts: [ONE, TWO], seconds: 1 });
  });

  test('is what is named, in the order of the table', () => {
    expect(wantedIn(['two'], '0.5', [ONE, TWO])).toEqual({ parts: [TWO], seconds: 0.5 });
    expect(wantedIn(['two', 'one'], '1', [ONE, TWO])).toEqual({ parts: [ONE, TWO], seconds: 1 });
  });

  test('is nothing when a name is unknown', () => {
    expect(wantedIn(['one', 'three'], '1', [ONE, TWO])).toBe('no part is called three; there are: one, two');
  });

  test.each(['0', '-1', '61', 'soon', ''])('is nothing when a slice is to last "%s" seconds', (seconds) => {
    expect(wantedIn([], seconds, [ONE])).toBe(`--seconds is a number up to 60, not ${seconds}`);
  });
});

test.each(PARTS)('the program of $name is there', ({ program }) => {
  expect(existsSync(join(ROOT, ...program))).toBe(true);
});

test('the encoding part reports messages and megabytes per second of both sizes, both ways', async () => {
  const words = [join(ROOT, 'tools', 'bench', 'main.ts'), 'encoding', '--seconds', '0.01'];
  const { stdout } = await promisify(execFile)(process.execPath, words);
  const [heading, ...lines] = stdout.trim().split('\n');
  expect(heading).toBe('== encoding: binary messages, written and read');
  expect(lines.map((line) => line.replace(/ +/g, ' ').replace(/bytes.*/, 'bytes'))).toEqual([
    'encode 600 bytes',
    'build and encode 600 bytes',
    'decode 600 bytes',
    'encode 32768 bytes',
    'build and encode 32768 bytes',
    'decode 32768 bytes',
  ]);
  for (const line of lines) expect(line).toMatch(/ [1-9][\d,]* messages\/s +[1-9]\d* MB\/s +slices( \d+){7} k\/s$/);
});
