import { setTimeout as sleep } from 'node:timers/promises';
import { type ConductingClient, ServerUnavailable, type Sight } from '@lapse/conduct';
import type { Scenario } from '@lapse/experiment';
import { EXIT, messageOf, Refusal } from './endings.ts';
import type { ProgressView, Watched } from './progress-view.ts';
import type { ScenarioOutcome } from './summary.ts';
import { describeObserved, rootVerdict } from './words.ts';

/** A scenario under the id of its workflow and experiment. */
export interface Planned {
  readonly id: string;
  readonly scenario: Scenario;
}

const LOOK_EVERY = 400;
/** A server that has not answered for so long has gone. */
const SERVER_GONE = 15_000;

/** Follows a suite to its end and keeps the view up to date. */
export class Following {
  readonly #client: ConductingClient;
  readonly #view: ProgressView;
  readonly #planned: readonly Planned[];
  readonly #sights = new Map<string, Sight>();
  readonly #outcomes = new Map<string, ScenarioOutcome>();
  #answered = performance.now();

  constructor(client: ConductingClient, view: ProgressView, planned: readonly Planned[]) {
    this.#client = client;
    this.#view = view;
    this.#planned = planned;
  }

  /** Until the suite has ended or is given up. Answers what is known then. @throws Refusal when the server has gone. */
  async untilEnd(suite: string, gaveUp: AbortSignal): Promise<readonly ScenarioOutcome[]> {
    let trouble: string | undefined;
    while (!gaveUp.aborted) {
      // The suite is looked at first: when it has ended, the look at its scenarios that follows is the last one.
      const sight = await this.#tolerating(() => this.#client.look(suite));
      await this.#tolerating(() => this.#lookAtAll());
      if (sight?.is === 'ended') trouble = await this.#failureOf(suite, sight.how);
      if (sight?.is === 'ended' || sight?.is === 'judged') break;
      await sleep(LOOK_EVERY, undefined, { signal: gaveUp }).catch(() => undefined);
    }
    return this.#planned.map((planned) => this.#outcomes.get(planned.id) ?? missing(planned, trouble));
  }

  /** A server may be away for a while; undefined: it did not answer this time. */
  async #tolerating<T>(look: () => Promise<T>): Promise<T | undefined> {
    try {
      const seen = await look();
      this.#answered = performance.now();
      return seen;
    } catch (error) {
      if (!(error instanceof ServerUnavailable)) throw error;
      if (performance.now() - this.#answered < SERVER_GONE) return undefined;
      throw new Refusal(EXIT.unavailable, `The Temporal server does not answer any more: ${error.message}`);
    }
  }

  /** Scenarios that have not ended, in their order; nothing behind the first one that waits has started. */
  async #lookAtAll(): Promise<void> {
    for (const planned of this.#planned.filter(({ id }) => !this.#outcomes.has(id))) {
      const sight = await this.#client.look(planned.id);
      if (sight.is === 'waiting') break;
      if (sight.is !== 'running' || sight.phase !== undefined) this.#sights.set(planned.id, sight);
      await this.#settle(planned, sight);
    }
    this.#view.update(
      this.#planned.map((planned) => watchedAs(planned, this.#sights.get(planned.id), this.#outcomes.get(planned.id))),
    );
  }

  async #settle({ id, scenario }: Planned, sight: Sight): Promise<void> {
    const head = { id, scenario: scenario.scenario };
    if (sight.is === 'judged')
      this.#outcomes.set(id, { ...head, is: 'judged', judged: await this.#client.judged(id), plan: scenario });
    if (sight.is === 'ended')
      this.#outcomes.set(id, { ...head, is: 'broken', message: await this.#failureOf(id, sight.how) });
  }

  async #failureOf(id: string, how: string): Promise<string> {
    try {
      await this.#client.judged(id);
      return how;
    } catch (error) {
      if (error instanceof ServerUnavailable) throw error;
      return innermostMessage(error);
    }
  }
}

/** A scenario as the view shows it. */
export function watchedAs(
  { id, scenario }: Planned,
  sight: Sight = { is: 'waiting' },
  outcome: ScenarioOutcome | undefined,
): Watched {
  return { id, scenario, sight, ...(outcome && { outcome: wordsFor(outcome) }) };
}

/** The verdict, and what was seen of the root: `confirmed: the client's open timer fired at 3.502 s`. */
function wordsFor(outcome: ScenarioOutcome): string {
  if (outcome.is === 'broken') return `broken: ${outcome.message}`;
  if (outcome.is === 'skipped') return 'skipped';
  const root = rootVerdict(outcome.judged);
  const observed = root && describeObserved(root);
  return observed === undefined ? outcome.judged.status : `${outcome.judged.status}: ${observed}`;
}

/** A suite that ended well without having run a scenario has skipped it. */
function missing({ id, scenario }: Planned, trouble: string | undefined): ScenarioOutcome {
  const head = { id, scenario: scenario.scenario };
  return trouble === undefined ? { ...head, is: 'skipped' } : { ...head, is: 'broken', message: trouble };
}

/** Temporal wraps what happened in the failures of activity and workflow; people want what happened. */
function innermostMessage(error: unknown): string {
  return error instanceof Error && error.cause instanceof Error ? innermostMessage(error.cause) : messageOf(error);
}
