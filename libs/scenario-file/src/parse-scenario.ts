import { lint, type Problem, type Scenario } from '@lapse/experiment';
import { type Document, isAlias, isScalar, LineCounter, parseDocument, visit, type YAMLError } from 'yaml';
import { offsetOf, positionAt, positionOf } from './positions.ts';
import type { FileProblem } from './problem.ts';
import { isOfProcess } from './process-fault.ts';
import { type Finding, findings, memberOf, spelledTwice } from './sentences.ts';
import { scenarioShape } from './shape.ts';
import { isOfCall } from './step.ts';

/** Either a scenario that means something, or everything that is wrong with the text, in the order of the text. */
export type Parsed = { readonly scenario: Scenario } | { readonly problems: readonly FileProblem[] };

/** Characters. A scenario is a page; more than this is some other file. */
const LARGEST_TEXT = 262_144;

/**
 * Reads a scenario in YAML or JSON: its syntax, then its shape, then what it means as a whole (`lint`). Never throws.
 * @param file its name as it shall stand in problems; without folder and ending it is the id that the scenario must have
 */
export function parseScenario(text: string, { file }: { readonly file: string }): Parsed {
  const unreadable = (message: string) => ({ problems: [{ file, line: 1, column: 1, message }] });
  if (text.length > LARGEST_TEXT)
    return unreadable(`This is ${text.length} characters long: a scenario is a page of text.`);
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, logLevel: 'error' });
  if (document.errors.some(({ code }) => code === 'RESOURCE_EXHAUSTION')) return unreadable(TOO_DEEP);
  if (document.contents === null && document.errors.length === 0) return unreadable('The file holds no scenario.');
  const syntax = syntaxProblems(document, lines);
  if (syntax.length > 0) return { problems: inOrder(syntax.map((problem) => ({ file, ...problem }))) };
  const value = plainValue(document);
  if (value === undefined) return unreadable(TOO_DEEP);
  const read = meaning(value, file);
  if ('scenario' in read) return read;
  const located = read.found.map((finding) => ({
    file,
    ...positionOf(document, lines, finding),
    message: finding.message,
  }));
  return { problems: inOrder(located) };
}

/** One thing that is wrong in an object, with the path to it: `workload[0].at`. Empty: the object as a whole. */
export interface ObjectProblem {
  readonly path: string;
  readonly message: string;
}

/** Reads a scenario that is an object already, as it would be in a file of its own name. Never throws. */
export function readScenario(
  value: unknown,
): { readonly scenario: Scenario } | { readonly problems: readonly ObjectProblem[] } {
  const name = memberOf(value, 'scenario');
  const read = meaning(value, typeof name === 'string' ? name : '');
  if ('scenario' in read) return read;
  return { problems: read.found.map(({ path, message }) => ({ path: pathIn(value, path), message })) };
}

const TOO_DEEP = 'This is nested too deeply to be a scenario.';

type Unnamed = Omit<FileProblem, 'file'>;

/** One mistake of syntax breeds others; more than these help nobody. */
const MOST_SYNTAX_PROBLEMS = 5;

/** YAML's own errors and warnings; where there are none, what is YAML but has no place in a scenario. */
function syntaxProblems(document: Document, lines: LineCounter): readonly Unnamed[] {
  const errors = [...document.errors, ...document.warnings].slice(0, MOST_SYNTAX_PROBLEMS);
  if (errors.length > 0) {
    return errors.map((error) => ({ ...positionAt(lines, error.pos[0]), message: syntaxSentence(error) }));
  }
  const problems: Unnamed[] = [];
  visit(document, {
    Alias: (_, { source, range }) => {
      const message = `*${source} refers to another place of the file: write the value out, so that it can be read where it stands.`;
      problems.push({ ...positionAt(lines, range?.[0] ?? 0), message });
    },
    Pair: (_, { key }) => {
      if (isScalar(key) || isAlias(key)) return;
      problems.push({
        ...positionAt(lines, offsetOf(key) ?? 0),
        message: 'A key is one word, not a section or a list.',
      });
    },
  });
  return problems;
}

/** The plain value, or undefined where its nesting, which the parser could just bear, exhausts the stack. */
function plainValue(document: Document): unknown {
  try {
    return document.toJS();
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

function syntaxSentence({ code, message }: YAMLError): string {
  if (code === 'MULTIPLE_DOCS') return 'One file holds one scenario: a second document begins here.';
  if (code === 'DUPLICATE_KEY') return 'This key stands twice in its section: keep one of the two.';
  return `This is not YAML: ${message}.`.replace(/\.\.$/, '.');
}

function meaning(
  value: unknown,
  file: string,
): { readonly scenario: Scenario } | { readonly found: readonly Finding[] } {
  const shaped = scenarioShape.safeParse(value, { reportInput: true });
  const found = [...spelledTwice(value), ...(shaped.error?.issues ?? []).flatMap((issue) => findings(issue, value))];
  if (shaped.data === undefined || found.length > 0) return { found };
  const whole = [...misnamed(shaped.data, file), ...lint(shaped.data).map((problem) => asWritten(problem, value))];
  return whole.length > 0 ? { found: whole } : { scenario: shaped.data };
}

/** `faults[0].heal`; a duration that is written in milliseconds has its own key. */
function pathIn(value: unknown, path: readonly PropertyKey[]): string {
  let inner = value;
  return path.reduce<string>((written, part) => {
    const spelled = `${String(part)}Ms`;
    const key = memberOf(inner, part) === undefined && memberOf(inner, spelled) !== undefined ? spelled : part;
    inner = memberOf(inner, key);
    if (typeof key === 'number') return `${written}[${key}]`;
    return written === '' ? String(key) : `${written}.${String(key)}`;
  }, '');
}

function misnamed({ scenario }: Scenario, file: string): readonly Finding[] {
  const id = file.replace(/^.*[/\\]/, '').replace(/\.(ya?ml|json)$/i, '');
  if (id === scenario) return [];
  return [
    {
      path: ['scenario'],
      at: 'value',
      message: `The file is named ${id}, the scenario ${scenario}: a scenario's id is the name of its file.`,
    },
  ];
}

/**
 * From the scenario's own structure to the keys of a file: toxics and calls are written flat, and process faults stand in one list
 * with toxics.
 */
function asWritten({ where: inScenario, message }: Problem, file: unknown): Finding {
  const where = calledFlat(inOneList(inScenario, file), file);
  const flat = where.flatMap((part, depth) => (where[0] === 'faults' && depth === 2 && part === 'toxic' ? [] : [part]));
  const toxic = where[0] === 'faults' && where[2] === 'toxic';
  return { path: flat.map((part) => (toxic && part === 'type' ? 'toxic' : part)), at: 'value', message };
}

function inOneList(where: Problem['where'], file: unknown): Problem['where'] {
  const [list, index, ...rest] = where;
  if ((list !== 'faults' && list !== 'processFaults') || typeof index !== 'number') return where;
  const entries: unknown = typeof file === 'object' && file !== null && 'faults' in file ? file.faults : undefined;
  const indexes = (Array.isArray(entries) ? entries : []).flatMap((entry, position) =>
    isOfProcess(entry) === (list === 'processFaults') ? [position] : [],
  );
  return ['faults', indexes[index] ?? index, ...rest];
}

/** A step that calls has no `do` of its own, and what belongs to its call stands beside it. */
function calledFlat(where: Problem['where'], file: unknown): Problem['where'] {
  const [list, index, key, ...rest] = where;
  if (list !== 'workload' || typeof index !== 'number') return where;
  if (key === 'call') return [list, index, ...rest];
  if (key !== 'do') return where;
  return isOfCall(memberOf(memberOf(file, list), index)) ? [list, index, 'call'] : where;
}

function inOrder(problems: readonly FileProblem[]): readonly FileProblem[] {
  return problems.toSorted((one, other) => one.line - other.line || one.column - other.column);
}
