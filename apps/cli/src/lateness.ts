import type { JudgedScenario } from '@lapse/experiment';
import type { Lateness } from '@lapse/report';

/** Undefined where no timer fired. */
export function latenessOf(judged: readonly JudgedScenario[]): Lateness | undefined {
  const sorted = judged
    .flatMap(({ experiments }) => experiments.flatMap(({ lateness }) => lateness))
    .toSorted((one, other) => one - other);
  const [earliest] = sorted;
  if (earliest === undefined) return undefined;
  const percentile = (share: number) => sorted[Math.ceil(share * sorted.length) - 1] ?? earliest;
  return { firings: sorted.length, earliest, p50: percentile(0.5), p99: percentile(0.99), latest: percentile(1) };
}

/** `213 firings, none early, late by p50 1 ms, p99 4 ms, at most 26 ms` */
export function describeLateness({ firings, earliest, p50, p99, latest }: Lateness): string {
  const early = earliest < 0 ? `one ${-earliest} ms early` : 'none early';
  return `${firings} ${firings === 1 ? 'firing' : 'firings'}, ${early}, late by p50 ${p50} ms, p99 ${p99} ms, at most ${latest} ms`;
}
