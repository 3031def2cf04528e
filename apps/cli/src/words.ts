import type { JudgedExperiment, JudgedScenario, Verdict } from '@lapse/experiment';

export { seconds } from '@lapse/experiment';
export { describeClaim, describeObserved } from '@lapse/report';

/** The experiment that decides: the last one. */
export function decidingExperiment({ experiments }: JudgedScenario): JudgedExperiment | undefined {
  return experiments.at(-1);
}

/** The verdict on the claim that answers "which timeout". */
export function rootVerdict(judged: JudgedScenario): Verdict | undefined {
  const experiment = decidingExperiment(judged);
  return experiment?.verdicts[experiment.root];
}
