import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { z } from 'zod';
import { scenarioSchema } from './json-schema.ts';

const CATALOGUE = join(import.meta.dirname, '..', '..', '..', 'chaos', 'scenarios');
const FILES = globSync('*.yaml', { cwd: CATALOGUE });

const SCHEMA = z.fromJSONSchema(JSON.parse(JSON.stringify(scenarioSchema())));
const isValid = (value: unknown) => SCHEMA.safeParse(value).success;

const SHORTEST = { scenario: 's', about: 'A session.', workload: [{ at: 500, do: 'open' }], runFor: '00:00:06' };

test('there are scenarios to hold against the schema', () => {
  expect(FILES.length).toBeGreaterThan(5);
});

test.each(FILES)('%s of the catalogue is valid for an editor, too', (file) => {
  const read = SCHEMA.safeParse(parse(readFileSync(join(CATALOGUE, file), 'utf8')));
  expect(read.error?.issues ?? []).toEqual([]);
});

test('a process may be killed or frozen, and its fault names no toxic', () => {
  expect(isValid({ ...SHORTEST, faults: [{ at: 1000, process: 'service', do: 'kill' }] })).toBe(true);
  expect(isValid({ ...SHORTEST, faults: [{ at: 1000, process: 'service', do: 'kill', toxic: 'down' }] })).toBe(false);
});

test('a step has either do or call, and a call what belongs to its operation', () => {
  const workload = (step: object) => ({
    ...SHORTEST,
    workload: [
      { at: 500, do: 'open' },
      { at: 600, ...step },
    ],
  });
  expect(isValid(workload({ call: 'slow', lastsMs: 100 }))).toBe(true);
  expect(isValid(workload({ call: 'oneWay', bytes: 100 }))).toBe(true);
  expect(isValid(workload({ call: 'echo', do: 'close' }))).toBe(false);
  expect(isValid(workload({ call: 'echo', lastsMs: 100 }))).toBe(false);
  expect(isValid(workload({ call: 'large' }))).toBe(false);
  expect(isValid(workload({ call: 'oneWay', times: 10_000 }))).toBe(true);
  expect(isValid(workload({ call: 'oneWay', times: 10_001 }))).toBe(false);
  expect(isValid(workload({ call: 'echo', times: 2 }))).toBe(false);
  expect(isValid(workload({ call: '(none)', do: 'close' }))).toBe(false);
});

test.each([
  ['a misspelt key', { ...SHORTEST, abuot: 'A session.' }],
  ['a misspelt attribute', { ...SHORTEST, faults: [{ at: 1, stream: 'both', toxic: 'latency', latencyMs: 5 }] }],
  ['a tag that is no word', { ...SHORTEST, tags: ['Receive'] }],
  ['a number in words', { ...SHORTEST, service: { receiveTimeoutMs: 'four' } }],
  ['no workload', { ...SHORTEST, workload: undefined }],
])('%s is marked by an editor', (_, value) => {
  expect(isValid(value)).toBe(false);
});
