import { resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { accountsOf, assemble, type Scenario, type SessionAccount } from '@lapse/experiment';
import type { ConductAnswer, ConductRequest } from '@lapse/report';
import { readScenario } from '@lapse/scenario-file';
import { requireMeasurable, resolveScenarios } from './catalogue.ts';
import { commitOf } from './commit.ts';
import { keepReports, keepSummary, openConductor, serversFor, summaryOf } from './conducting.ts';
import { EXIT, type ExitCode, messageOf, Refusal } from './endings.ts';
import type { Planned } from './follow.ts';
import { aborted, watchSignals } from './interruption.ts';
import { INSTALLATION, runsRoot } from './places.ts';
import type { ConductOptions, OpenConductor, RunSettings } from './planned-run.ts';
import { plainView } from './progress-view.ts';
import { findRecords } from './record.ts';
import { createRun, experimentIds } from './run-folder.ts';
import type { RunServers } from './run-servers.ts';
import { type RunSummary, type ScenarioOutcome, summariseScenario } from './summary.ts';
import { decidingExperiment } from './words.ts';

/** Where requests come from and answers go, a line each; `say` takes progress. */
export interface Dialogue {
  readonly input: NodeJS.ReadableStream;
  answer(line: ConductAnswer): void;
  say(line: string): void;
}

/**
 * Starts what scenarios need, then runs those that are asked for, several at a time if they are asked for so. The end of the
 * input ends everything, also while it starts: what runs heals first.
 */
export async function conductOnDemand(options: ConductOptions, dialogue: Dialogue): Promise<ExitCode> {
  const view = plainView(dialogue.say);
  using signals = watchSignals(view.say);
  const requests = linesOf(dialogue.input);
  const interruption = { ...signals, requested: AbortSignal.any([signals.requested, requests.over]) };
  const run = await createRun(resolve(options.runs ?? runsRoot(process.cwd())), new Date());
  const settings = { run, options, view, interruption, commit: commitOf(INSTALLATION) };
  try {
    const servers = await serversFor(settings, { injects: true });
    try {
      await takeRequests(servers, settings, { ...dialogue, requests });
    } finally {
      await servers.stop();
    }
  } catch (error) {
    if (!interruption.requested.aborted) throw error;
  } finally {
    requests.close();
  }
  const unread = requests.unread();
  for (const line of unread) dialogue.answer(tooLate(line));
  return signals.requested.aborted || unread.length > 0 ? EXIT.interrupted : EXIT.confirmed;
}

function tooLate(line: string): ConductAnswer {
  const run = requestOf(line)?.run;
  if (run === undefined) return { is: 'refused', why: FORM };
  return {
    is: 'failed',
    run,
    why: 'The input ended before anything was ready: keep it open until every request is answered.',
  };
}

interface Lines {
  /** Aborted when there will be no other line. */
  readonly over: AbortSignal;
  /** Every line, those from before the call first. */
  each(take: (line: string) => void): void;
  /** Those that nobody has taken. */
  unread(): readonly string[];
  close(): void;
}

/** Read from the beginning on: whoever asks may be gone before anything is ready. */
function linesOf(input: NodeJS.ReadableStream): Lines {
  const over = new AbortController();
  const early: string[] = [];
  let take = (line: string): void => {
    early.push(line);
  };
  const lines = createInterface({ input });
  lines.on('line', (line) => take(line));
  lines.on('close', () => over.abort());
  input.on('error', () => over.abort());
  return {
    over: over.signal,
    each(taker) {
      take = taker;
      for (const line of early.splice(0)) take(line);
    },
    unread: () => early,
    close: () => lines.close(),
  };
}

async function takeRequests(
  servers: RunServers,
  settings: RunSettings,
  { requests, answer, say }: Dialogue & { readonly requests: Lines },
): Promise<void> {
  const conductor = await openConductor(servers, settings, say);
  const attendant = new Attendant(conductor, servers.conducting.by, settings);
  const running = new Set<Promise<void>>();
  const failed = Promise.withResolvers<never>();
  try {
    answer({ is: 'ready', folder: settings.run.folder, conductor: servers.conducting.by });
    requests.each((line) => {
      const work = attendant.attend(line).then(answer);
      running.add(work);
      work.catch(failed.reject).finally(() => running.delete(work));
    });
    await Promise.race([aborted(settings.interruption.requested), failed.promise]);
    await Promise.allSettled(running);
  } finally {
    await conductor.close();
    const summary = attendant.summary();
    if (summary.scenarios.length > 0) await keepReports(summary, settings.options, say);
  }
}

/** Answers one request after the other, or several at a time. */
class Attendant {
  readonly #conductor: OpenConductor;
  readonly #by: RunServers['conducting']['by'];
  readonly #settings: RunSettings;
  readonly #asked: Planned[] = [];
  readonly #outcomes: ScenarioOutcome[] = [];

  constructor(conductor: OpenConductor, by: RunServers['conducting']['by'], settings: RunSettings) {
    this.#conductor = conductor;
    this.#by = by;
    this.#settings = settings;
  }

  async attend(line: string): Promise<ConductAnswer> {
    const request = requestOf(line);
    if (request === undefined) return { is: 'refused', why: FORM };
    const { run } = request;
    try {
      const outcome = await this.#conduct(this.#plan(await scenarioOf(request)));
      return { is: 'conducted', run, outcome: summariseScenario(outcome), accounts: accountsIn(outcome) };
    } catch (error) {
      const isRefused = error instanceof Refusal && error.exitCode === EXIT.usage;
      return { is: isRefused ? 'refused' : 'failed', run, why: messageOf(error) };
    }
  }

  /** Of all that has come to an end. */
  summary(): RunSummary {
    return summaryOf(this.#outcomes, this.#by, { ...this.#settings, scenarios: this.#asked, files: new Map() });
  }

  #plan(scenario: Scenario): Planned {
    const scenarios = [...this.#asked.map((asked) => asked.scenario), scenario];
    const planned = { id: experimentIds(scenarios, this.#settings.run.token).at(-1) ?? '', scenario };
    this.#asked.push(planned);
    return planned;
  }

  async #conduct(planned: Planned): Promise<ScenarioOutcome> {
    const suite = `lapse-suite-${planned.id}`;
    const outcomes = await this.#conductor.conduct(suite, [planned]);
    this.#outcomes.push(...outcomes);
    keepSummary(this.summary());
    const [outcome] = outcomes;
    if (outcome === undefined) throw new Error(`nothing came of ${planned.id}`);
    return outcome;
  }
}

const FORM =
  'A request is one JSON object a line: {"run": 1, "name": "my.yaml"}, or "scenario": {…} in place of a name.';

/** Undefined: the line is none. */
function requestOf(line: string): ConductRequest | undefined {
  const value = parsed(line);
  const isRequest = typeof value === 'object' && value !== null && 'run' in value && typeof value.run === 'number';
  if (!isRequest) return undefined;
  const { run } = value;
  if ('name' in value && typeof value.name === 'string') return { run: Number(run), name: value.name };
  return 'scenario' in value ? { run: Number(run), scenario: value.scenario } : undefined;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** @throws Refusal with every problem of it, before anything is started for it. */
async function scenarioOf(request: ConductRequest): Promise<Scenario> {
  const found = 'name' in request ? await resolveScenarios([request.name]) : [described(request.scenario)];
  requireMeasurable(found);
  const [one] = found;
  if (one === undefined) throw new Refusal(EXIT.usage, 'There is no such scenario.');
  return one.scenario;
}

function described(value: unknown): { readonly file: string; readonly scenario: Scenario } {
  const read = readScenario(value);
  if ('scenario' in read) return { file: 'The object', scenario: read.scenario };
  const sentences = read.problems.map(({ path, message }) =>
    message.startsWith(path) ? message : `${path}: ${message}`,
  );
  throw new Refusal(EXIT.usage, sentences.join('\n'));
}

function accountsIn(outcome: ScenarioOutcome): readonly SessionAccount[] {
  if (outcome.is !== 'judged') return [];
  const folder = decidingExperiment(outcome.judged)?.folder;
  const [record] = folder === undefined ? [] : findRecords(folder);
  return record === undefined ? [] : accountsOf(assemble(record.lines), outcome.plan);
}
