import type { Outcome, Round } from './rounds.ts';

/** Of all outcomes so many may be inconclusive, each by measured noise. */
const INCONCLUSIVE_AT_MOST = 0.01;

const VERDICTS = ['confirmed', 'refuted', 'inconclusive', 'broken'] as const;

/** What speaks against the suite, in sentences; empty: it has endured. */
export function complaintsAbout(rounds: readonly Round[]): readonly string[] {
  const outcomes = rounds.flatMap((round) => round.outcomes);
  const inconclusive = outcomes.filter(({ verdict }) => verdict === 'inconclusive');
  const share = inconclusive.length / outcomes.length;
  return [
    ...(outcomes.length === 0 ? ['nothing was run'] : []),
    ...outcomes
      .filter(({ verdict }) => verdict === 'refuted' || verdict === 'broken')
      .map((outcome) => `${outcome.scenario} ${outcome.verdict}: ${reasonsOf(outcome)}`),
    ...inconclusive
      .filter(({ reasons }) => !reasons.every(({ byNoise }) => byNoise))
      .map((outcome) => `${outcome.scenario} inconclusive, and not by noise: ${reasonsOf(outcome)}`),
    ...(share > INCONCLUSIVE_AT_MOST ? [`${(100 * share).toFixed(1)} % are inconclusive, 1 % may be`] : []),
  ];
}

/** How often each scenario came to each verdict, and the measured noise of every one that is inconclusive. */
export function tableOf(rounds: readonly Round[]): string {
  const outcomes = rounds.flatMap((round) => round.outcomes);
  const names = [...new Set(outcomes.map(({ scenario }) => scenario))].sort();
  const width = Math.max(8, ...names.map((name) => name.length));
  const line = (name: string, cells: readonly string[]) =>
    [name.padEnd(width), ...cells.map((cell) => cell.padStart(12))].join('  ');
  const rows = names.map((name) => {
    const own = outcomes.filter(({ scenario }) => scenario === name);
    const counts = VERDICTS.map((verdict) => own.filter((outcome) => outcome.verdict === verdict).length);
    const second = own.filter(({ experiments }) => experiments > 1).length;
    return line(name, [...counts, second].map(cellOf));
  });
  const undecided = outcomes.filter(({ verdict }) => verdict === 'inconclusive');
  return [
    line('scenario', [...VERDICTS, 'second try']),
    ...rows,
    ...undecided.map((outcome) => `inconclusive: ${outcome.scenario}, ${reasonsOf(outcome)}`),
  ].join('\n');
}

function cellOf(count: number): string {
  return count === 0 ? '-' : String(count);
}

function reasonsOf({ reasons }: Outcome): string {
  return reasons
    .map(({ reason, noise }) => (noise === undefined ? reason : `${reason} (noise ${noise} ms)`))
    .join(' / ');
}
