import { basename, extname, join } from 'node:path';
import { type Scenario, whyUnmeasurable, whyUnpredictable } from '@lapse/experiment';
import {
  type FileProblem,
  findScenarios,
  formatProblem,
  loadScenario,
  nearest,
  systemReason,
} from '@lapse/scenario-file';
import { EXIT, Refusal } from './endings.ts';
import { typed } from './help.ts';
import { CATALOGUE, INSTALLATION } from './places.ts';
import { standingOf } from './standing.ts';

/** A scenario and the file that it was read from. */
export interface Catalogued {
  readonly file: string;
  readonly scenario: Scenario;
}

/** The scenarios that files and ids of the catalogue name, in their order. @throws Refusal with every problem of every name. */
export async function resolveScenarios(names: readonly string[]): Promise<readonly Catalogued[]> {
  const known = await filesIn(CATALOGUE);
  const found = names.map((name) => pathOf(name, known));
  requireNothingOf(found.flatMap((each) => ('wrong' in each ? [each.wrong] : [])));
  return await loadAll(found.flatMap((each) => ('path' in each ? [each.path] : [])));
}

export interface Choice {
  /** Ids, or patterns with `*` and `?`; absent: every scenario. */
  readonly only?: readonly string[] | undefined;
  /** The command for a file that was named in place of a folder. */
  readonly single: 'run' | 'predict';
}

/** The scenarios of a folder, by file name. @throws Refusal with every problem of every file. */
export async function scenariosIn(folder: string, { only, single }: Choice): Promise<readonly Catalogued[]> {
  const paths = await filesIn(folder, single);
  if (only === undefined) return await loadAll(paths);
  const ids = paths.map(idOf);
  const listed = listedBy(folder === CATALOGUE ? undefined : folder);
  const strange = only.filter((pattern) => !ids.some((id) => fits(id, pattern)));
  requireNothingOf(strange.map((pattern) => unknownId(pattern, ids, listed)));
  return await loadAll(paths.filter((path) => only.some((pattern) => fits(idOf(path), pattern))));
}

/** @throws Refusal for what no rule decides. */
export function requirePredictable(scenarios: readonly Catalogued[]): void {
  requireNothingOf(reasonsOf(scenarios, 'be predicted', whyUnpredictable));
}

/** @throws Refusal for what no rule decides, or no machine of ours does, before anything is started for it. */
export function requireMeasurable(scenarios: readonly Catalogued[]): void {
  requirePredictable(scenarios);
  requireNothingOf(reasonsOf(scenarios, 'be measured', whyUnmeasurable));
}

const EXPLAINED = `Every key is explained in ${join(INSTALLATION, 'docs', 'SCENARIO.md')}`;

async function loadAll(paths: readonly string[]): Promise<readonly Catalogued[]> {
  requireNothingOf(paths.flatMap((path) => whyNoFile(path) ?? []));
  const parsed = await Promise.all(paths.map(async (file) => ({ file, ...(await loadScenario(file)) })));
  const problems = parsed.flatMap((result) => ('problems' in result ? fewest(result.problems) : []));
  requireNothingOf(problems.length > 0 ? [...problems, EXPLAINED] : []);
  return parsed.flatMap((result) => ('scenario' in result ? [result] : []));
}

/** @throws Refusal if there is anything to say. */
function requireNothingOf(sentences: readonly string[]): void {
  if (sentences.length > 0) throw new Refusal(EXIT.usage, sentences.join('\n'));
}

/** A file of another kind has something wrong in every line; nobody wants it repeated. */
const MOST_PROBLEMS = 10;

function fewest(problems: readonly FileProblem[]): readonly string[] {
  const shown = problems.slice(0, MOST_PROBLEMS).map(formatProblem);
  const left = problems.length - shown.length;
  return left > 0 ? [...shown, `${problems[0]?.file}: ${left} more problems; is it a scenario at all?`] : shown;
}

/** `*` stands for any letters, `?` for one. */
function fits(id: string, pattern: string): boolean {
  const expression = pattern
    .replaceAll(/[.+^${}()|[\]\\]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
  return new RegExp(`^${expression}$`).test(id);
}

function reasonsOf(
  scenarios: readonly Catalogued[],
  what: string,
  why: (scenario: Scenario) => string | undefined,
): readonly string[] {
  return scenarios.flatMap(({ file, scenario }) => {
    const reason = why(scenario);
    return reason === undefined ? [] : [`${file}: ${scenario.scenario} cannot ${what}: ${reason}`];
  });
}

/** What looks like a file is one; anything else is an id of the catalogue. */
function pathOf(name: string, catalogue: readonly string[]): { readonly path: string } | { readonly wrong: string } {
  if (name.trim() === '') return { wrong: `An empty name is no scenario. ${listedBy()}` };
  if (standingOf(name).is !== 'nothing') return { path: name };
  const found = catalogue.find((path) => idOf(path) === name);
  if (found !== undefined) return { path: found };
  const ids = catalogue.map(idOf);
  if (!looksLikeFile(name)) return { wrong: unknownId(name, ids, listedBy()) };
  const meant = nearest(idOf(name), ids);
  const isMeant = meant !== undefined && (meant === idOf(name) || basename(name) === name);
  return { wrong: `There is no file ${name}.${isMeant ? ` Did you mean ${meant}?` : ''}` };
}

/** A sentence about what cannot be read as a scenario's file, before it is opened; undefined: it can be tried. */
function whyNoFile(path: string): string | undefined {
  const standing = standingOf(path);
  switch (standing.is) {
    case 'file':
      return undefined;
    case 'folder':
      return `${path} is a folder, not a scenario file. To run all scenarios in it: ${typed(`suite ${path}`)}`;
    case 'nothing':
      return `There is no file ${path}.`;
    case 'useless':
      return `${path} ${standing.why}.`;
  }
}

async function filesIn(folder: string, single: Choice['single'] = 'run'): Promise<readonly string[]> {
  requireNothingOf(whyNoFolder(folder, single));
  const paths = await findScenarios(folder).catch((error: unknown) => {
    throw new Refusal(EXIT.usage, `The folder ${folder} cannot be read: ${systemReason(error)}.`);
  });
  requireNothingOf(paths.length === 0 ? [`${folder} holds no scenario file (*.yaml, *.yml, *.json).`] : []);
  return paths;
}

function whyNoFolder(folder: string, single: Choice['single']): readonly string[] {
  if (folder.trim() === '') return ['An empty name is no folder.'];
  const standing = standingOf(folder);
  switch (standing.is) {
    case 'folder':
      return [];
    case 'file':
      return [`${folder} is a file, not a folder of scenarios. For one scenario: ${typed(`${single} ${folder}`)}`];
    case 'nothing':
      return [`There is no folder ${folder}.${hintOfId(folder, single)}`];
    case 'useless':
      return [`${folder} ${standing.why}.`];
  }
}

function hintOfId(folder: string, single: Choice['single']): string {
  const isId = standingOf(join(CATALOGUE, `${folder}.yaml`)).is === 'file';
  return isId ? ` For the scenario of that name: ${typed(`${single} ${folder}`)}` : '';
}

function listedBy(folder?: string): string {
  return folder === undefined
    ? `The catalogue is listed by: ${typed('scenarios')}`
    : `Those that there are: ${typed(`scenarios ${folder}`)}`;
}

function unknownId(name: string, ids: readonly string[], listed: string): string {
  const meant = nearest(name, ids);
  return `There is no scenario named ${name}. ${meant === undefined ? listed : `Did you mean ${meant}?`}`;
}

function looksLikeFile(name: string): boolean {
  return /[\\/]/.test(name) || /\.(ya?ml|json)$/i.test(name);
}

function idOf(path: string): string {
  return basename(path, extname(path));
}
