import { mkdtempSync, rmSync, utimesSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { EXPERIMENT_FILES } from '@lapse/experiment';
import { ExperimentFolder } from './folder.ts';
import { Places } from './places.ts';

let runs: string;
beforeEach(() => {
  runs = mkdtempSync(join(tmpdir(), 'lapse-places-'));
});
afterEach(() => rmSync(runs, { recursive: true }));

/** As if the file had last been touched two minutes ago. */
function growOld(path: string): void {
  const then = new Date(Date.now() - 120_000);
  utimesSync(path, then, then);
}

test('a full station takes no further experiment until one gives its place back', () => {
  const places = new Places(runs, 2);
  expect(['a', 'b', 'c'].map((id) => places.take(id))).toEqual([true, true, false]);
  places.giveBack('a');
  expect(places.take('c')).toBe(true);
  expect(places.take('d')).toBe(false);
});

test('a reservation that is repeated keeps its one place', () => {
  const places = new Places(runs, 2);
  places.take('a');
  expect(places.take('a')).toBe(true);
  expect(places.take('b')).toBe(true);
  expect(places.take('c')).toBe(false);
});

test('a worker that replaces a dead one finds the places as they were', () => {
  new Places(runs, 1).take('a');
  const successor = new Places(runs, 1);
  expect(successor.take('b')).toBe(false);
  successor.giveBack('a');
  expect(successor.take('b')).toBe(true);
});

test('an experiment that is done holds no place, even if nobody gave it back', () => {
  const places = new Places(runs, 1);
  places.take('a');
  new ExperimentFolder(runs, 'a').touch(EXPERIMENT_FILES.done);
  expect(places.take('b')).toBe(true);
});

test('a place that was reserved and never used is free after a minute', () => {
  const places = new Places(runs, 1);
  places.take('a');
  growOld(join(runs, '.places', '0'));
  expect(places.take('b')).toBe(true);
});

test('an old place is kept while somebody watches its experiment, and free when nobody does', () => {
  const places = new Places(runs, 1);
  places.take('a');
  growOld(join(runs, '.places', '0'));
  const folder = new ExperimentFolder(runs, 'a');
  folder.touch(EXPERIMENT_FILES.lease);
  expect(places.take('b')).toBe(false);
  growOld(folder.file(EXPERIMENT_FILES.lease));
  expect(places.take('b')).toBe(true);
});

test('giving back a place that somebody else has taken since leaves it alone', () => {
  const places = new Places(runs, 1);
  places.take('b');
  places.giveBack('a');
  expect(places.take('c')).toBe(false);
});
