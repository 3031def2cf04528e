import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { whyUnpredictable } from '@lapse/experiment';
import { parse } from 'yaml';
import { scenarioSchema } from './json-schema.ts';
import { type Parsed, parseScenario } from './parse-scenario.ts';
import { formatProblem } from './problem.ts';

const PAGE = readFileSync(new URL('../../../docs/SCENARIO.md', import.meta.url), 'utf8');
/** What an example that is no whole file stands in. */
const AROUND = {
  ...{ scenario: 's', about: 'A session is closed.', runForMs: 6_000 },
  workload: [
    { at: 500, do: 'open' },
    { at: 4_500, do: 'close' },
  ],
};

/** One key of the page, or two where a duration has both spellings. */
interface Row {
  readonly paths: readonly string[];
  readonly cells: readonly string[];
}

/** Rows of the page's tables: a heading names the section, a first cell the key in it. */
const ROWS: readonly Row[] = PAGE.split(/^##+ /m).flatMap((section) => {
  const prefix = /^`([\w.]+)`/.exec(section)?.[1];
  return [...section.matchAll(/^\| (`.*) \|$/gm)].map(([, line = '']) => {
    const cells = line.split(' | ').map((cell) => cell.trim());
    const paths = quoted(cells[0] ?? '').map((key) => (prefix === undefined ? key : `${prefix}.${key}`));
    return { paths, cells };
  });
});

function quoted(text: string): readonly string[] {
  return [...text.matchAll(/`([^`]+)`/g)].map(([, inner = '']) => inner);
}

type Schema = Readonly<Record<string, unknown>>;

function record(value: unknown): Schema {
  return typeof value === 'object' && value !== null ? Object.fromEntries(Object.entries(value)) : {};
}

function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

const SCHEMA = record(JSON.parse(JSON.stringify(scenarioSchema())));

/** Keys that every entry of a kind has; the others of a toxic are its own attributes. */
const OF_ANY_FAULT = ['at', 'heal', 'stream', 'toxic', 'process', 'do'];

/** Every key that a scenario file may hold, by its path, with what the schema says of it. */
function keysOf(schema: Schema, above: readonly string[] = []): readonly (readonly [string, Schema])[] {
  const properties = record(schema.properties);
  const { const: toxic } = record(properties.toxic);
  const own = Object.entries(properties).flatMap(([key, value]) => {
    const owner = typeof toxic === 'string' && !OF_ANY_FAULT.includes(key) ? [toxic] : [];
    const path = [...above, ...owner, key];
    const inside = [record(value), record(record(value).items)].flatMap((inner) => keysOf(inner, path));
    return [[path.join('.'), record(value)] as const, ...inside];
  });
  return [...own, ...list(schema.oneOf).flatMap((one) => keysOf(record(one), above))];
}

const KEYS: ReadonlyMap<string, Schema> = new Map(keysOf(SCHEMA));

function parsedWith(fragment: object): Parsed {
  return parseScenario(JSON.stringify({ ...AROUND, ...fragment }), { file: 's.json' });
}

function problemsOf(parsed: Parsed): readonly string[] {
  return 'problems' in parsed ? parsed.problems.map(formatProblem) : [];
}

test('docs/SCENARIO.md explains every key that a scenario file may hold, and no other', () => {
  const explained = ROWS.flatMap(({ paths }) => paths);
  expect(explained.toSorted()).toEqual([...KEYS.keys()].toSorted());
  expect(new Set(explained).size).toBe(explained.length);
  for (const { cells } of ROWS) expect({ cells, count: cells.length }).toMatchObject({ count: 5 });
});

test('it names every word that may stand under a key', () => {
  for (const [path, { enum: words = [] }] of KEYS) {
    const row = ROWS.find(({ paths }) => paths.includes(path));
    expect(quoted(row?.cells[1] ?? '')).toEqual(expect.arrayContaining([...list(words)]));
  }
  const toxics = ROWS.find(({ paths }) => paths.includes('faults.toxic'))?.cells[1] ?? '';
  expect(quoted(toxics).toSorted()).toEqual(toxicsOf(SCHEMA).toSorted());
  const calls = ROWS.find(({ paths }) => paths.includes('workload.call'))?.cells[1] ?? '';
  expect(quoted(calls).toSorted()).toEqual(operationsOf(SCHEMA).toSorted());
});

function toxicsOf(schema: Schema): readonly string[] {
  const { items } = record(record(schema.properties).faults);
  const entries = list(record(items).oneOf).flatMap((one) => list(record(one).oneOf));
  return entries.map((entry) => String(record(record(record(entry).properties).toxic).const));
}

function operationsOf(schema: Schema): readonly string[] {
  const { items } = record(record(schema.properties).workload);
  return list(record(items).oneOf).flatMap((one) => {
    const { call } = record(record(one).properties);
    return call === undefined ? [] : [String(record(call).const)];
  });
}

describe('a default is what an almost empty file means', () => {
  const parsed = parsedWith({ client: { connectionPoolSettings: {} } });
  const meant = (path: string) =>
    path.split('.').reduce<unknown>((section, key) => record(section)[key], 'scenario' in parsed && parsed.scenario);
  const fixed = ROWS.flatMap(({ paths, cells }) =>
    paths.flatMap((path) => {
      const value = meant(path.replace(/Ms$/, '')) ?? KEYS.get(path)?.default;
      return typeof value === 'object' || value === undefined || path in AROUND ? [] : [{ path, cells, value }];
    }),
  ).filter(({ path }) => path !== 'runFor');

  test('there are such keys', () => {
    expect(fixed.length).toBeGreaterThan(15);
  });

  test.each(fixed)('$path: $value', ({ cells, value }) => {
    expect(quoted(cells[2] ?? '')[0]).toBe(String(value));
  });
});

describe('an exception is the one that the property would throw', () => {
  const settings = [...KEYS.keys()].filter((path) => /^(client|service)\..*Ms$/.test(path));

  test.each(settings)('%s', (path) => {
    const fragment = path.split('.').reduceRight<unknown>((inner, key) => ({ [key]: inner }), -1);
    const [, property, exception] =
      /is illegal: (\S+) would throw (\w+)/.exec(problemsOf(parsedWith(record(fragment))).join('\n')) ?? [];
    const [, , , wcf = '', illegal = ''] = ROWS.find(({ paths }) => paths.includes(path))?.cells ?? [];
    expect({ wcf: quoted(wcf)[0], illegal: quoted(illegal)[0] }).toEqual(
      property === undefined ? { illegal: 'infinite' } : { wcf: property, illegal: exception },
    );
  });
});

describe('an example means something', () => {
  const examples = [...PAGE.matchAll(/```yaml\n(.*?)```/gs)].map(([, text = '']) => text);

  test('there is one for every section', () => {
    expect(examples.length).toBeGreaterThan(8);
  });

  test.each(examples.map((text) => [text.split('\n')[0], text]))('%s', (_, text = '') => {
    const { scenario, ...fragment } = record(parse(text));
    const file = `${String(scenario)}.yaml`;
    const read = scenario === undefined ? parsedWith(fragment) : parseScenario(text, { file });
    expect(problemsOf(read)).toEqual([]);
    expect('scenario' in read && whyUnpredictable(read.scenario)).toBeUndefined();
  });
});
