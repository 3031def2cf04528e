import type { Scenario, ScenarioId, Status } from '@lapse/experiment';

/** One scenario of a suite; `id` names its workflow and its experiment (`[a-z0-9-]`, unique on the server). */
export interface SuiteItem {
  readonly id: string;
  readonly scenario: Scenario;
}

/** How far a scenario of a suite is. The judged scenario itself is the result of the workflow named `id`. */
export interface SuiteEntry {
  readonly id: string;
  readonly scenario: ScenarioId;
  readonly state: SuiteState;
}

export type SuiteState =
  | { readonly is: 'waiting' }
  | { readonly is: 'running' }
  | { readonly is: 'judged'; readonly status: Status }
  /** The run of it broke: neither the peer nor the network, but one of our own parts. */
  | { readonly is: 'failed'; readonly message: string }
  /** Another one was not confirmed before, and the suite was to stop there. */
  | { readonly is: 'skipped' };

/** The entries of a suite as they stand: what earlier runs of the workflow finished is taken over. */
export function entriesOf(items: readonly SuiteItem[], finished: readonly SuiteEntry[]): SuiteEntry[] {
  return items.map(
    ({ id, scenario }) =>
      finished.find((entry) => entry.id === id) ?? { id, scenario: scenario.scenario, state: { is: 'waiting' } },
  );
}

/** A suite's verdict is that of its worst scenario; one that broke decides nothing. */
export function statusOf(entries: readonly SuiteEntry[]): Status {
  const statuses = entries.map(({ state }) => (state.is === 'judged' ? state.status : 'inconclusive'));
  return (['refuted', 'inconclusive'] as const).find((status) => statuses.includes(status)) ?? 'confirmed';
}

export function isFinished({ state }: SuiteEntry): boolean {
  return state.is === 'judged' || state.is === 'failed' || state.is === 'skipped';
}

/** It was not confirmed, or broke. */
export function isTrouble({ state }: SuiteEntry): boolean {
  return state.is === 'failed' || (state.is === 'judged' && state.status !== 'confirmed');
}
