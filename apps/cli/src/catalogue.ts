import { existsSync, statSync } from 'node:fs';
import { basename, extname } from 'node:path';
import { type Scenario, whyUnmeasurable, whyUnpredictable } from '@lapse/experiment';
import { type FileProblem, findScenarios, formatProblem, loadScenario, nearest } from '@lapse/scenario-file';
import { EXIT, messageOf, Refusal } from './endings.ts';

/** A scenario and the file that it was read from. */
export interface Catalogued {
  readonly file: string;
  readonly scenario: Scenario;
}

/** The scenarios that files and ids name, in their order. @throws Refusal with every problem of every file. */
export async function resolveScenarios(names: readonly string[], catalogue: string): Promise<readonly Catalogued[]> {
  const paths = await Promise.all(names.map((name) => pathOf(name, catalogue)));
  return await loadAll(paths);
}

/** Every scenario of a folder, by file name; with `only`, those whose ids fit one of its patterns (`*`, `?`). */
export async function scenariosIn(folder: string, only?: readonly string[]): Promise<readonly Catalogued[]> {
  const paths = await filesIn(folder);
  if (paths.length === 0) throw new Refusal(EXIT.usage, `${folder} holds no scenario file (*.yaml, *.yml, *.json).`);
  return await loadAll(only === undefined ? paths : chosenPaths(paths, only));
}

/** @throws Refusal for what no rule decides. */
export function requirePredictable(scenarios: readonly Scenario[]): void {
  refuse(scenarios, 'be predicted', whyUnpredictable);
}

/** @throws Refusal for what no rule decides, or no machine of ours does, before anything is started for it. */
export function requireMeasurable(scenarios: readonly Scenario[]): void {
  requirePredictable(scenarios);
  refuse(scenarios, 'be measured', whyUnmeasurable);
}

async function loadAll(paths: readonly string[]): Promise<readonly Catalogued[]> {
  const files = paths.map(checkedFile);
  const parsed = await Promise.all(files.map(async (file) => ({ file, ...(await loadScenario(file)) })));
  const problems = parsed.flatMap((result) => ('problems' in result ? fewest(result.problems) : []));
  if (problems.length > 0) throw new Refusal(EXIT.usage, problems.join('\n'));
  return parsed.flatMap((result) => ('scenario' in result ? [result] : []));
}

/** A file of another kind has something wrong in every line; nobody wants it repeated. */
const MOST_PROBLEMS = 10;

function fewest(problems: readonly FileProblem[]): readonly string[] {
  const shown = problems.slice(0, MOST_PROBLEMS).map(formatProblem);
  const left = problems.length - shown.length;
  return left > 0 ? [...shown, `${problems[0]?.file}: ${left} more problems; is it a scenario at all?`] : shown;
}

function chosenPaths(paths: readonly string[], patterns: readonly string[]): readonly string[] {
  const ids = paths.map(idOf);
  for (const pattern of patterns)
    if (!ids.some((id) => fits(id, pattern))) throw new Refusal(EXIT.usage, unknownId(pattern, ids));
  return paths.filter((path) => patterns.some((pattern) => fits(idOf(path), pattern)));
}

/** `*` stands for any letters, `?` for one. */
function fits(id: string, pattern: string): boolean {
  const expression = pattern
    .replaceAll(/[.+^${}()|[\]\\]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
  return new RegExp(`^${expression}$`).test(id);
}

function refuse(scenarios: readonly Scenario[], what: string, why: (scenario: Scenario) => string | undefined): void {
  const reasons = scenarios.flatMap((scenario) => {
    const reason = why(scenario);
    return reason === undefined ? [] : [`${scenario.scenario} cannot ${what}: ${reason}`];
  });
  if (reasons.length > 0) throw new Refusal(EXIT.usage, reasons.join('\n'));
}

/** What looks like a file is one; anything else is an id of the catalogue. */
async function pathOf(name: string, catalogue: string): Promise<string> {
  if (existsSync(name) || looksLikeFile(name)) return name;
  const paths = await filesIn(catalogue);
  const found = paths.find((path) => idOf(path) === name);
  if (found !== undefined) return found;
  throw new Refusal(EXIT.usage, unknownId(name, paths.map(idOf)));
}

function checkedFile(path: string): string {
  const status = statSync(path, { throwIfNoEntry: false });
  if (!status) throw new Refusal(EXIT.usage, `There is no file ${path}.`);
  if (status.isDirectory())
    throw new Refusal(EXIT.usage, `${path} is a directory. To run all scenarios in it: lapse suite ${path}`);
  if (!status.isFile()) throw new Refusal(EXIT.usage, `${path} is not a regular file.`);
  return path;
}

async function filesIn(folder: string): Promise<readonly string[]> {
  try {
    return await findScenarios(folder);
  } catch (error) {
    throw new Refusal(EXIT.usage, `The scenarios in ${folder} cannot be listed: ${messageOf(error)}.`);
  }
}

function unknownId(name: string, ids: readonly string[]): string {
  const meant = nearest(name, ids);
  const suggestion = meant === undefined ? '' : ` Did you mean ${meant}?`;
  return `There is no scenario named ${name}.${suggestion}\nThe catalogue holds: ${ids.join(', ') || 'nothing'}.`;
}

function looksLikeFile(name: string): boolean {
  return /[\\/]/.test(name) || /\.(ya?ml|json)$/i.test(name);
}

function idOf(path: string): string {
  return basename(path, extname(path));
}
