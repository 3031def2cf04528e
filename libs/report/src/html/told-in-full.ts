import type { ReportedScenario } from '../reported-run.ts';

/** More pictures than that make a page that no one opens. */
const MOST = 150;

/** Of many rounds: what was not confirmed, and the first round of each scenario that was, are told with their pictures. */
export function toldInFull(scenarios: readonly ReportedScenario[]): ReadonlySet<ReportedScenario> {
  const confirmed = scenarios.filter(({ verdict }) => verdict === 'confirmed');
  const firsts = [...Map.groupBy(confirmed, ({ scenario }) => scenario).values()].flatMap((rounds) =>
    rounds.slice(0, 1),
  );
  return new Set([...scenarios.filter(({ verdict }) => verdict !== 'confirmed'), ...firsts].slice(0, MOST));
}
