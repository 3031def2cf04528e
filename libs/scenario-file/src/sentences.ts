import type { z } from 'zod';
import { FAULT_KEYS } from './fault.ts';
import { nearest } from './nearest.ts';
import { isOfProcess, PROCESS_FAULT_KEYS } from './process-fault.ts';
import { KEYS } from './shape.ts';
import { CALL_KEYS, DEEDS, isOfCall } from './step.ts';

/** Keys and indexes that lead to a value, from the file's root down. */
export type Path = readonly PropertyKey[];

/** What is wrong, and where: at a value, or at the key itself. */
export interface Finding {
  readonly path: Path;
  readonly at: 'key' | 'value';
  readonly message: string;
}

/** Turns what the shape refuses into sentences: one for each unknown key, one for every other issue. */
export function findings(issue: z.core.$ZodIssue, whole: unknown): readonly Finding[] {
  const { path } = issue;
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({ path: [...path, key], at: 'key', message: unknownKey(key, path, whole) }));
  }
  return [{ path, at: 'value', message: `${named(path)} ${ended(wrongValue(issue))}` }];
}

/** Finds the durations that a section carries in both spellings, whatever else is wrong with it. */
export function spelledTwice(whole: unknown): readonly Finding[] {
  return DURATIONS.flatMap(({ section, name }) => {
    const given = new Map(entriesOf(section.reduce<unknown>(memberOf, whole)));
    const path = [...section, `${name}Ms`];
    const message = `${named(path)} says the same duration as ${name}: keep one of the two.`;
    return given.has(name) && given.has(`${name}Ms`) ? [{ path, at: 'key' as const, message }] : [];
  });
}

/** Every duration that a file may hold, by its section: each key that has a twin ending in Ms. */
const DURATIONS = [[], ['client'], ['client', 'preambleCut'], ['service']].flatMap((section) => {
  const keys = keysOf(section.at(-1) ?? '');
  return keys.filter((key) => keys.includes(`${key}Ms`)).map((name) => ({ section, name }));
});

/** `client.preambleCut.after`, `workload[0].at`; the root is the file. */
function named(path: Path): string {
  const name = path.reduce<string>(
    (all, part) => (typeof part === 'number' ? `${all}[${part}]` : `${all}${all && '.'}${String(part)}`),
    '',
  );
  return name === '' ? 'The scenario' : name;
}

function wrongValue(issue: z.core.$ZodIssue): string {
  if (issue.code === 'custom') return issue.message;
  if (issue.input === undefined) return `is missing${wanted(issue)}`;
  if (issue.code === 'invalid_value' && issue.values.length > 1)
    return chosen(issue.input, issue.values.map(String), isDeed(issue.path) ? writtenAsCall(issue.input) : '');
  if (issue.code === 'invalid_union' && issue.discriminator !== undefined)
    return chosenKind(issue.discriminator, issue.input);
  if (issue.code === 'invalid_type' && issue.expected === 'object') return 'must be a section with keys of its own';
  return issue.message;
}

function ended(sentence: string): string {
  return sentence.endsWith('?') ? sentence : `${sentence}.`;
}

function wanted(issue: z.core.$ZodIssue): string {
  if (issue.code !== 'invalid_value') return '';
  const words = issue.values.map(String).join(', ');
  return isDeed(issue.path) ? `: ${words}; or call: ${OPERATIONS.join(', ')}` : `: ${words}`;
}

const TOXICS = [...FAULT_KEYS.keys()];
const OPERATIONS = [...CALL_KEYS.keys()];

/** An entry of a list whose keys depend on the word under one of them: the toxic of a fault, the operation of a call. */
function chosenKind(discriminator: string, entry: unknown): string {
  const given = memberOf(entry, discriminator);
  const isCall = discriminator === 'call';
  const words = isCall ? OPERATIONS : TOXICS;
  if (given === undefined) return `is missing: ${words.join(', ')}`;
  return chosen(given, words, isCall && isOneOf(DEEDS, given) ? `; it is written do: ${given}` : '');
}

function chosen(given: unknown, words: readonly string[], otherwise = ''): string {
  const meant = typeof given === 'string' ? nearest(given, words) : undefined;
  const suggestion = otherwise === '' && meant !== undefined ? `; did you mean ${meant}?` : otherwise;
  return `is ${quoted(given)}, not one of ${words.join(', ')}${suggestion}`;
}

/** What a step does that is no call. */
function isDeed(path: Path): boolean {
  return path[0] === 'workload' && path.at(-1) === 'do';
}

function writtenAsCall(given: unknown): string {
  if (given === 'call') return `; a call is written call: ${OPERATIONS[0]}`;
  return isOneOf(OPERATIONS, given) ? `; it is written call: ${given}` : '';
}

function isOneOf(words: readonly string[], given: unknown): given is string {
  return typeof given === 'string' && words.includes(given);
}

function unknownKey(key: string, path: Path, whole: unknown): string {
  const section = sectionOf(path, whole);
  const spoken = `${named(path)} has no ${quoted(key)}`;
  const property = key.replace(/Ms$/, '');
  const said = ELSEWHERE.get(`${section.name}.${property}`) ?? ELSEWHERE.get(`*.${property}`);
  if (said !== undefined) return `${spoken}: ${said}.`;
  const meant = nearest(key, section.keys);
  if (meant !== undefined && meant.toLowerCase() === key.toLowerCase()) return `${spoken}: it is written ${meant}.`;
  const home = Object.entries(KEYS).find(([, keys]) => keys.some((other) => other.toLowerCase() === key.toLowerCase()));
  if (home !== undefined)
    return `${spoken}: it stands ${home[0] === '' ? 'at the top of the file' : `under ${home[0]}`}.`;
  if (meant !== undefined) return `${spoken}: did you mean ${meant}?`;
  return `${spoken}. It has ${section.keys.join(', ')}.`;
}

const BOTH_SIDES = 'a timeout that exists on both sides stands under the side it belongs to, client or service';
const OF_A_CALL = 'it belongs to a call';

/** Keys that WCF has, or that a reader may expect, and that stand elsewhere or are not modelled. */
const ELSEWHERE: ReadonlyMap<string, string> = new Map([
  ['binding.openTimeout', BOTH_SIDES],
  ['binding.closeTimeout', BOTH_SIDES],
  ['binding.receiveTimeout', BOTH_SIDES],
  ['client.receiveTimeout', 'a client has no idle timer; it stands under service'],
  ['down.stream', 'down disables the whole proxy, both streams of it'],
  ['fault.toxicity', 'Toxiproxy rolls it again whenever a toxic is added, so no plan with it can be repeated'],
  ['*.sendTimeout', 'a call is bounded by client.operationTimeout, the write of its reply by service.sendTimeout'],
  ['workload.lasts', OF_A_CALL],
  ['workload.bytes', OF_A_CALL],
  ['workload.times', OF_A_CALL],
  ['call.do', 'a step has either do or call'],
  ['call.lasts', 'only slow, slowOneWay and askBack last'],
  ['call.bytes', 'only large and oneWay have a size'],
  ['call.times', 'only oneWay is called several times by one step'],
  ['call.drip', "only a raw client's connect drips"],
  ['process.stream', 'a signal goes to a whole process, not to a stream'],
]);

interface Section {
  readonly name: string;
  readonly keys: readonly string[];
}

/** The section that a path leads to: the last of its words that names one. */
function sectionOf(path: Path, whole: unknown): Section {
  if (path[0] === 'faults') {
    const entry = path.reduce<unknown>(memberOf, whole);
    if (isOfProcess(entry)) return { name: 'process', keys: PROCESS_FAULT_KEYS };
    const toxic = memberOf(entry, 'toxic');
    return { name: toxic === 'down' ? 'down' : 'fault', keys: FAULT_KEYS.get(String(toxic)) ?? [] };
  }
  const step = path[0] === 'workload' && path.length === 2 ? path.reduce<unknown>(memberOf, whole) : undefined;
  if (isOfCall(step)) return { name: 'call', keys: CALL_KEYS.get(String(memberOf(step, 'call'))) ?? [] };
  const name = path.findLast((part) => typeof part === 'string') ?? '';
  return { name: String(name), keys: keysOf(String(name)) };
}

function keysOf(section: string): readonly string[] {
  return Object.entries(KEYS).find(([name]) => name === section)?.[1] ?? [];
}

function entriesOf(value: unknown): readonly (readonly [string, unknown])[] {
  return typeof value === 'object' && value !== null ? Object.entries(value) : [];
}

/** What stands under a key or index, if anything does. */
export function memberOf(value: unknown, key: PropertyKey): unknown {
  return entriesOf(value).find(([name]) => name === String(key))?.[1];
}

const LONGEST_QUOTE = 60;

function quoted(value: unknown): string {
  if (typeof value === 'object' && value !== null) return Array.isArray(value) ? 'a list' : 'a section';
  const text = JSON.stringify(value) ?? String(value);
  return text.length > LONGEST_QUOTE ? `${text.slice(0, LONGEST_QUOTE)}…` : text;
}
